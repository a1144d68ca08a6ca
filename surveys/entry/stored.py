"""What is stored for one section of a filing: its records, those of the filing before, the remarks at their cells."""

from collections import defaultdict
from functools import cached_property

from surveys.difference import key_text
from surveys.entry.cells import ONE, Cells
from surveys.models import Remark
from surveys.workbook.places import short_name
from surveys.workbook.rows import coverage


class Stored:
    """The records of `section` in `filing` as {row: {field: value}}, in the order of entry.

    `former` are those of the round before by their key; `covers` {row: the communities as text}. Two queries, and one
    more where records cover communities.
    """

    def __init__(self, section, filing, remarks=None):
        self.section, self.filing, self.cells = section, filing, Cells(section, filing)
        self.names = [column.name for column in section.own_columns if column.name != section.covers]
        self.rows, self.former = {}, {}
        for record in self.fetched():
            owner = record.pop("filing_id")
            pk = record.pop("pk")
            if owner == filing.pk:
                self.rows[ONE if section.single else str(pk)] = record | {"pk": pk}
            else:
                self.former[self.key(record)] = section.last_time(record)
        if remarks is None:
            remarks = Remark.objects.filter(filing=filing, section=section.name).order_by("pk")
        self.remarks = [remark for remark in remarks if remark.section == section.name]

    def fetched(self):
        filings = [pk for pk in (self.filing.pk, self.filing.previous_id) if pk]
        records = self.section.model.objects.filter(filing__in=filings).order_by("pk")
        return records.values("pk", "filing_id", *self.names)

    @cached_property
    def covers(self):
        if not self.section.covers:
            return {}
        named = {self.filing.pk: short_name(self.filing.name)}
        return {str(pk): text for pk, text in coverage(self.section, self.filing.round, self.filing, named).items()}

    def key(self, record):
        """How people call a record; "" in a section with one."""
        return key_text(self.section, record)

    def last(self, record):
        """The same record of the round before, or {}."""
        return self.former.get(self.key(record), {})

    @cached_property
    def pinned(self):
        """{(key, field): open remarks}"""
        found = defaultdict(list)
        for remark in self.remarks:
            if not remark.closed_at:
                found[remark.key, remark.field].append(remark)
        return found

    def at(self, record, name):
        """The open remarks at one cell."""
        return self.pinned.get((self.key(record)[:120], name), [])

    def why_blank(self, record, name):
        """不适用 or 不详 where somebody said so."""
        reasons = [r.text for r in self.at(record, name) if r.kind == Remark.Kind.REASON and not r.value]
        return reasons[-1] if reasons else ""

    def text(self, row, name):
        """A cell as its field shows it."""
        record = self.rows.get(row, {})
        if name == self.section.covers:
            return self.covers.get(row, "")
        return self.cells.show(name, record.get(name)) or (self.why_blank(record, name) if record else "")
