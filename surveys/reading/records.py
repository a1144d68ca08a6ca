"""From the rows of one sheet to records of a section: values converted, keys told, copies dropped, checks run."""

from dataclasses import dataclass, field

from surveys.reading.cells import blank_of, converter, read_column, shown
from surveys.reading.result import Finding, Kind
from surveys.reading.workbook import address

MOST_QUESTIONS = 2_000  # of one column: beyond that the column, not the cell, is wrong
MOST_BLANKS = 2_000


@dataclass
class Group:
    """The columns of a sheet that make one record per row: a section, or one wide column group of it."""

    section: object
    fixed: dict
    places: list
    names: tuple = ()
    columns: dict = field(default_factory=dict)
    questions: dict = field(default_factory=dict)
    raw: dict = field(default_factory=dict)

    def place(self, name):
        return next((place for place in self.places if place.target.name == name), None)

    @property
    def stored(self):
        """Places whose values are kept; derived ones only serve the checks."""
        return [place for place in self.places if not place.target.column.derived]


def groups_of(layout):
    """The groups of a layout in the order of their sections' columns."""
    groups = {}
    for place in layout.places:
        if place.target.section:
            group = groups.setdefault(
                place.target.group, Group(place.target.section, dict(place.target.column.fixed), [])
            )
            group.places.append(place)
    return list(groups.values())


def field_of(section, target):
    return None if target.column.derived else section.field(target.name)


def convert(group, sheet, data, year, covers):
    """Read the group's columns over the data rows; key columns the sheet lacks take their fixed or default value."""
    for place in group.places:
        raw = [sheet.rows[at][place.at] for at in data]
        name, model_field = place.target.name, field_of(group.section, place.target)
        group.raw[name] = raw
        if name == group.section.covers:
            values, questions = covers(raw)
        else:
            one = converter(place.target.column, model_field, year=year, scale=place.scale)
            values, questions = read_column(raw, one, blank_of(model_field))
        group.columns[name], group.questions[name] = values, dict(questions)
    for name in group.section.key:
        complete_key(group, name, len(data))
    order = [column.name for column in group.section.columns]
    kept = {place.target.name for place in group.stored} | set(group.section.key)
    group.names = tuple(sorted(kept, key=order.index))


def complete_key(group, name, count):
    model_field = group.section.field(name)
    if name in group.fixed:
        group.columns[name] = [group.fixed[name]] * count
    elif name not in group.columns:
        group.columns[name] = [model_field.get_default()] * count
    elif model_field.has_default():
        default = model_field.get_default()
        group.columns[name] = [value or default for value in group.columns[name]]


def is_empty(group, at):
    """Nothing in this row belongs to this group (a note or a wide group's blank cell)."""
    return all(raw[at] == "" for name, raw in group.raw.items() if name != "note")


def key_text(section, names, values):
    """The record's key as people read it."""
    texts = []
    for name in section.key:
        choices = dict(section.field(name).choices or ())
        value = values[names.index(name)]
        texts.append(str(choices.get(value, value)))
    return "·".join(texts)[:120]


def question_finding(question, **where):
    return Finding(Kind.CELL, question.reason, question.expected, **where)


def column_findings(group, sheet, layout, at_row, kept, context):
    """Questions and blanks of the rows that were kept; `context(i)` gives filing and key of row i."""
    findings = []
    for place in group.places:
        name, column = place.target.name, place.target.column
        questions = group.questions.get(name, {})
        questions = {at: questions[at] for at in kept if at in questions} if questions else {}
        findings += capped_questions(group, sheet, layout, place, questions, at_row, context)
        if column.asked and not column.derived:
            findings += blank_findings(group, sheet, place, name, at_row, kept, context)
    return findings


def capped_questions(group, sheet, layout, place, questions, at_row, context):
    for count, (at, question) in enumerate(questions.items()):
        if count == MOST_QUESTIONS:
            yield too_many(group, sheet, layout, place, len(questions))
            return
        yield question_finding(question, **where(group, sheet, place, at, at_row, context))


def too_many(group, sheet, layout, place, count):
    return Finding(
        Kind.ROW,
        f"“{place.label}”列有 {count:,} 格读不出，像是列对错了",
        "核对这一列对应的内容，改正后重传。",
        sheet=sheet.name,
        cell=address(layout.top, place.at),
        section=group.section.name,
        field=place.target.name,
    )


def where(group, sheet, place, at, at_row, context):
    filing, key = context(at)
    return {
        "sheet": sheet.name,
        "cell": address(at_row[at], place.at),
        "value": shown(group.raw[place.target.name][at])[:200],
        "section": group.section.name,
        "field": place.target.name,
        "key": key,
        "filing": filing,
    }


BLANK = "留空，按数据缺失处理"


def blank_findings(group, sheet, place, name, at_row, kept, context):
    raw = group.raw[name]
    if "" not in raw:
        return []
    blanks = [at for at in kept if raw[at] == ""]
    if len(blanks) > MOST_BLANKS:
        first = "、".join(address(at_row[at], place.at) for at in blanks[:3])
        reason = f"“{place.label}”列有 {len(blanks):,} 格{BLANK}（{first} …）"
        cell = address(at_row[blanks[0]], place.at)
        return [Finding(Kind.NOTE, reason, sheet=sheet.name, cell=cell, section=group.section.name, field=name)]
    return [Finding(Kind.NOTE, BLANK, **where(group, sheet, place, at, at_row, context)) for at in blanks]


def check_finding(check, group, sheet, at, at_row, context):
    """A broken check, pinned to its cell."""
    place = group.place(check.field) or group.places[0]
    return Finding(Kind.CHECK, check.sentence, **where(group, sheet, place, at, at_row, lambda _: context))


def is_key(place):
    return place.target.section is not None and place.target.name in place.target.section.key
