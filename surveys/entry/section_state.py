"""What is stored for one section of a filing: its records, those of last time, their remarks."""

from collections import defaultdict
from functools import cached_property

from django.db.models import Q

from communities.models import Level
from surveys.difference import key_text
from surveys.entry.cells import SINGLE_ROW, SectionCells
from surveys.models import Filing, Remark
from surveys.sections import section_named
from surveys.workbook.places import short_unit_name
from surveys.workbook.rows import covered_names


class SectionState:
    """The records of `section` in `filing` as {row: {field: value}}, in the order of entry.

    `former` are those of the round before by their key, `beside` those of the communities beside
    this one, in a section with one record each; `covers` {row: the communities as text}. Two
    queries, one more where records cover communities, one where another section is held against
    this.
    """

    def __init__(self, section, filing, remarks=None):
        self.section, self.filing, self.cells = section, filing, SectionCells(section, filing)
        self.names = []
        for column in section.own_columns:
            if column.name != section.covers:
                self.names.append(column.name)
        self.rows, self.former, self.beside = {}, {}, []
        for record in self.fetched():
            owner = record.pop("filing_id")
            pk = record.pop("pk")
            if owner == filing.pk:
                self.rows[self.row_name(pk)] = record | {"pk": pk}
            elif owner == filing.previous_id:
                self.former[self.key(record)] = section.last_time(record)
            else:
                self.beside.append(record)
        if remarks is None:
            remarks = Remark.objects.filter(filing=filing, section=section.name).order_by("pk")
        self.remarks = [remark for remark in remarks if remark.section == section.name]

    def fetched(self):
        """The records of this filing, the one before and those beside it, with `filing_id`."""
        filings = filings_looked_at(self.section, [self.filing])
        records = self.section.model.objects.filter(filing__in=filings).order_by("pk")
        return records.values("pk", "filing_id", *self.names)

    @cached_property
    def covers(self):
        if not self.section.covers:
            return {}
        short_names = {self.filing.pk: short_unit_name(self.filing.name)}
        covered = covered_names(self.section, self.filing.round, self.filing, short_names)
        return {str(pk): text for pk, text in covered.items()}

    @cached_property
    def against(self):
        """{"profile.residents": value} that checks hold against this section; a query for each."""
        names = set()
        for check in self.section.checks:
            if check.beside:
                names.add(check.beside)
        return {name: self.elsewhere(*name.split(".")) for name in names}

    def elsewhere(self, section, field):
        """A value of another section with one record."""
        records = section_named(section).model.objects.filter(filing=self.filing)
        return records.values_list(field, flat=True).first()

    def key(self, record):
        """How people call a record; "" in a section with one."""
        return key_text(self.section, record)

    def last(self, record):
        """The record of this key in the round before, or {}."""
        return self.former.get(self.key(record), {})

    @cached_property
    def pinned(self):
        """{(record id, field): open remarks}; the id is None in a section with one record."""
        found = defaultdict(list)
        for remark in self.remarks:
            if not remark.closed_at:
                found[remark.record_id, remark.field].append(remark)
        return found

    def at(self, record, name):
        """The open remarks at one cell; none at a record that is not stored yet."""
        pk = record.get("pk")
        if pk is None and not self.section.single:
            return []
        return self.pinned.get((self.section.pinned_record(pk), name), [])

    def row_name(self, record_id):
        """The row of a record by its id."""
        if self.section.single:
            return SINGLE_ROW
        return str(record_id)

    def row_of(self, remark):
        """The row of the record a remark is about, or None where it has none here."""
        row = self.row_name(remark.record_id)
        if row in self.rows:
            return row
        return None

    def waiting_for(self, row):
        """Remarks without a record whose key this row bears, and no other row."""
        if self.section.single:
            return []
        key = self.key(self.rows[row])
        waiting = []
        for each in self.remarks:
            if each.record_id is None and each.key == key:
                waiting.append(each)
        if not waiting:
            return []
        for other, record in self.rows.items():
            if other != row and self.key(record) == key:
                return []
        return waiting

    def why_blank(self, record, name):
        """不适用 or 不详 where somebody said so; "" where nobody did."""
        why = ""
        for remark in self.at(record, name):
            if remark.kind == Remark.Kind.REASON and not remark.value:
                why = remark.text
        return why

    def text(self, row, name):
        """A cell as its field shows it."""
        if name == self.section.covers:
            return self.covers.get(row, "")
        record = self.rows.get(row)
        if not record:
            return ""
        return self.cells.show(name, record.get(name)) or self.why_blank(record, name)


def filings_looked_at(section, filings):
    """The filings whose records one looks at: these, those before them, and those beside them.

    Those beside them only in a section with one record each.
    """
    own, parents = [], set()
    for filing in filings:
        own.append(filing.pk)
        if filing.previous_id:
            own.append(filing.previous_id)
        if filing.level == Level.COMMUNITY:
            parents.add(filing.parent_id)
    if not section.single or not parents:
        return own
    # One list of ids: an OR over two tables would use no index.
    wanted = Q(pk__in=own) | Q(parent__in=parents, level=Level.COMMUNITY)
    return Filing.objects.filter(wanted).order_by().values("pk")
