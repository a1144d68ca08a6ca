"""One filing as a paper: every section with its values, last round's beside them, and the notes pinned to cells.

All records of both rounds come in one query: each section's rows as JSON, under each other.
"""

from dataclasses import dataclass, field

from django.db.models import F, Q, Value
from django.db.models.functions import JSONObject

from surveys.entry.cells import NOT_APPLICABLE, NOT_KNOWN
from surveys.extras import round_sections
from surveys.fields import AmountField, CountField, YesNoField
from surveys.models import Remark
from surveys.number_text import format_number

SHORT = 12


@dataclass
class Cell:
    """One answer as people read it.

    `state`: known, blank (asked for and not given), asked (in question), reason (said why not), optional (not asked).
    `mark` is its look where a reviewer should see it; `name` is its field.
    """

    label: str
    text: str
    name: str = ""
    unit: str = ""
    state: str = "known"
    last: str = ""
    why: str = ""
    numeric: bool = False
    pins: list = field(default_factory=list)
    mark: str = ""

    @property
    def is_short(self):
        """Fits on one line of a roster."""
        return len(self.text) <= SHORT


@dataclass
class Sheet:
    """A section of the paper: `cells` of its one record, or `heads` and `rows` of a roster.

    `keys` name the rows, `records` are their ids; `fresh` are keys that last round's roster did not
    have, `gone` those it had.
    """

    name: str
    label: str
    single: bool
    heads: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    pins: list = field(default_factory=list)
    served_by: list = field(default_factory=list)
    keys: list = field(default_factory=list)
    records: list = field(default_factory=list)
    fresh: set = field(default_factory=set)
    gone: list = field(default_factory=list)

    @property
    def cells(self):
        return self.rows[0] if self.rows else []

    @property
    def lines(self):
        """(id of the record, cells) of each row."""
        return list(zip(self.records, self.rows, strict=True))

    @property
    def filled(self):
        return sum(cell.state in ("known", "reason") for row in self.rows for cell in row)

    @property
    def asked(self):
        return sum(cell.state != "optional" for row in self.rows for cell in row)

    @property
    def complete(self):
        return bool(self.rows) and self.filled == self.asked


def stored(round, filings):
    """{(section name, filing pk): [values by field]}: every record of these filings, in one query.

    Whom records serve stands under names of its own.
    """
    queries = [rows_of(section, filings) for section in round_sections(round)]
    queries += [
        rows.values_list("section_name", "about", "pk", "data") for rows in links_of(round, filings)
    ]
    table = {}
    for name, filing, _, values in sorted(
        queries[0].union(*queries[1:], all=True), key=lambda row: row[2]
    ):
        table.setdefault((name, filing), []).append(values)
    return table


def rows_of(section, filings):
    """The records of one section as (section, filing, pk, values)."""
    values = JSONObject(pk="pk", **{column.name: column.name for column in columns(section)})
    rows = section.model.objects.filter(filing__in=filings).order_by()
    return rows.annotate(section_name=Value(section.name), data=values).values_list(
        "section_name", "filing_id", "pk", "data"
    )


def links_of(round, filings):
    """Rows (`section_name`, `about` which filing, `data`) of whom records of these filings serve, and who serves these."""
    for section in round_sections(round):
        if link := section.covers:
            pair = {"name": section.key[0], "host": "filing", "host_name": "filing__name"}
            data = JSONObject(**pair, served=f"{link}__name", path=f"{link}__path")
            rows = section.model.objects.order_by()
            for about, theirs in (("filing", Q()), (link, ~Q(filing=F(link)))):
                found = (
                    rows.filter(**{f"{about}__in": filings}).annotate(about=F(about)).filter(theirs)
                )
                yield found.annotate(section_name=Value(named(section)), data=data)


def named(section):
    """What links of a section go by in a table of records."""
    return f"{section.name}.{section.covers}"


def columns(section):
    return [column for column in section.read_columns if column.name != section.covers]


def coverage(section, filing, table):
    """(own {name: [communities served]}, [(organisation, its host) that serve this filing from elsewhere])."""
    own, others = {}, []
    pairs = table.get((named(section), filing.pk), [])
    for pair in sorted(pairs, key=lambda pair: (pair["name"], pair["path"] or "")):
        if pair["host"] == filing.pk:
            own.setdefault(pair["name"], []).append(pair["served"] or "")
        else:
            others.append((pair["name"], pair["host_name"]))
    return own, others


def display(model_field, value, *, personal=False):
    """A stored value in the words of the form; "" where it is unknown."""
    if value in (None, ""):
        return ""
    if model_field.choices:
        return str(dict(model_field.choices).get(value, value))
    if isinstance(model_field, YesNoField):
        return "是" if value else "否"
    if isinstance(model_field, CountField | AmountField):
        return format_number(value)
    return masked(str(value)) if personal else str(value)


def masked(text):
    """A telephone number that can be told from another, and not be called: 138****1234."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 8 else "****"


def cell(section, column, values, last, remarks):
    """One answer of a record, with what is pinned to it."""
    model_field = section.field(column.name)
    made = Cell(
        str(model_field.verbose_name),
        display(model_field, values.get(column.name), personal=column.personal),
        column.name,
        getattr(model_field, "unit", ""),
        numeric=isinstance(model_field, CountField | AmountField),
        pins=[remark for remark in remarks if remark.field == column.name],
    )
    if last and (made.text or last.get(column.name) not in (None, "")):
        made.last = (
            display(model_field, last.get(column.name), personal=column.personal)
            or "未填" * column.asked
        )
    if not made.text:
        made.state = blank_state(column, made.pins)
        made.why = next((remark.text for remark in made.pins if says_why_blank(remark)), "已说明")
        made.pins = [remark for remark in made.pins if not says_why_blank(remark)]
    return made


def says_why_blank(remark):
    """不适用 or 不详, said in the form: it stands in the cell and needs no line of its own."""
    return (
        remark.kind == Remark.Kind.REASON
        and remark.text in (NOT_APPLICABLE, NOT_KNOWN)
        and not remark.closed_at
    )


def blank_state(column, pins):
    """Why a cell is empty: in question, with a reason, simply not given, or not asked for."""
    kinds = {remark.kind for remark in pins if not remark.closed_at}
    if Remark.Kind.QUESTION in kinds:
        return "asked"
    if Remark.Kind.REASON in kinds:
        return "reason"
    return "blank" if column.asked else "optional"


def key_of(section, values):
    """A record's natural key as people read it."""
    return "·".join(display(section.field(name), values.get(name)) for name in section.key)


def sheet(section, filing, table, remarks):
    """One section of the paper."""
    mine = [remark for remark in remarks if remark.section == section.name]
    made = Sheet(section.name, section.label, section.single)
    previous = table.get((section.name, filing.previous_id), [])
    former = {key_of(section, values): section.last_time(values) for values in previous}
    pinned = set()
    for values in table.get((section.name, filing.pk), []):
        key = key_of(section, values)
        record_id = section.pinned_record(values["pk"])
        about = [remark for remark in mine if remark.record_id == record_id]
        row = [cell(section, column, values, former.get(key), about) for column in columns(section)]
        pinned |= {r.pk for r in about if r.field in {c.name for c in columns(section)}}
        made.rows.append(row)
        made.keys.append(key)
        made.records.append(values["pk"])
    made.fresh = {key for key in made.keys if former and key not in former}
    made.gone = [key for key in former if key not in made.keys]
    made.pins = [remark for remark in mine if remark.pk not in pinned]
    made.heads = [
        (section.label_of(c.name), getattr(section.field(c.name), "unit", ""))
        for c in columns(section)
    ]
    if section.covers:
        add_coverage(made, section, filing, table)
    return made


def add_coverage(made, section, filing, table):
    """The column of communities served, and who serves this one from elsewhere."""
    own, made.served_by = coverage(section, filing, table)
    made.heads.insert(1, (section.label_of(section.covers), ""))
    for row in made.rows:
        names = "、".join(own.get(row[0].text, []))
        row.insert(
            1, Cell(section.label_of(section.covers), names, state="known" if names else "blank")
        )


def paper(filing):
    """(sheets, remarks on the filing as a whole) of one filing, in the order of the survey."""
    remarks = list(filing.remarks.select_related("by").order_by("pk"))
    sheets = sheets_of(filing, contents(filing), remarks)
    return sheets, [remark for remark in remarks if not remark.section]


def contents(filing):
    """Every record of a filing and of the one before, as `stored` gives them."""
    return stored(filing.round, [pk for pk in (filing.pk, filing.previous_id) if pk])


def sheets_of(filing, table, remarks):
    asked = (section for section in round_sections(filing.round) if filing.level in section.levels)
    return [sheet(section, filing, table, remarks) for section in asked]
