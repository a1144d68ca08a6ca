"""明细: the records of one section in an area, row by row, as they were reported and in the words of
the form.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q

from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.export.table import DataRange
from surveys.fields import AmountField, CountField, YesNoField
from surveys.models import Filing, Status
from surveys.sections import Section

PER_READ = 1_000
YES_NO = {"true": "是", "false": "否"}
PLACE = ("filing_id", "filing__name", "filing__street__name", "filing__status")


@dataclass
class RawTable:
    """The records of `section` reported inside `filing`.

    `chosen` is {column with fixed answers: the answer looked for}.
    """

    filing: Filing
    section: Section
    chosen: dict[str, str] = field(default_factory=dict)
    approved: bool = False

    @property
    def columns(self):
        return self.section.own_columns

    @cached_property
    def choices(self):
        """{column: [(answer, word)]} of the columns with fixed answers, to filter by."""
        found = {}
        for column in self.columns:
            answered = self.section.field(column.name)
            if isinstance(answered, YesNoField):
                found[column.name] = list(YES_NO.items())
            elif getattr(answered, "choices", None):
                given = [(value, label) for value, label in answered.choices if value != ""]
                found[column.name] = [(str(value), str(label)) for value, label in given]
        return found

    def records(self):
        """In the order of the units' codes."""
        filings = Filing.objects.within(self.filing).filter(round=self.filing.round_id)
        found = self.section.model.objects.filter(filing__in=filings)
        if self.approved:
            found = found.filter(filing__status=Status.APPROVED)
        return found.filter(self.condition()).order_by("filing__code", "filing__path", "pk")

    def condition(self):
        wanted = Q()
        for name, answer in self.chosen.items():
            value = {"true": True, "false": False}.get(answer, answer)
            wanted &= Q(**{name: value})
        return wanted

    def read(self, records):
        """Yields the rows of these records: of one page, or of all, read by and by."""
        names = [column.name for column in self.columns if column.name != self.section.covers]
        formats = {name: self.cell_format(name) for name in names}
        part = []
        for values in records.values_list("pk", *PLACE, *names).iterator(chunk_size=PER_READ):
            part.append(values)
            if len(part) == PER_READ:
                yield from self.rows(part, formats)
                part = []
        yield from self.rows(part, formats)

    def rows(self, part, formats):
        covered = {}
        if self.section.covers and part:
            covered = self.covered_communities([values[0] for values in part])
        for pk, _, name, street, status, *values in part:
            said = {self.section.covers: covered.get(pk, "")}
            for (column, format_cell), value in zip(formats.items(), values, strict=True):
                said[column] = format_cell(value)
            cells = [said[column.name] for column in self.columns]
            yield TableRow([name, street or "", Status(status).label, *cells])

    def covered_communities(self, pks):
        """{record: 育才社区、东昊社区}"""
        link = self.section.field(self.section.covers)
        host, other = link.m2m_field_name(), link.m2m_reverse_field_name()
        links = link.remote_field.through.objects.filter(**{f"{host}__in": pks})
        in_order = links.order_by(f"{other}__code", "pk")
        found = defaultdict(list)
        for pk, name in in_order.values_list(f"{host}_id", f"{other}__name"):
            found[pk].append(name)
        return {pk: "、".join(names) for pk, names in found.items()}

    def cell_format(self, name):
        """The function from what is stored in a column to what a cell says."""
        words = dict(self.choices.get(name, ()))

        def word_of(value):
            if value in (None, ""):
                return ""
            # A yes or no is stored as True and chosen as "true".
            return words.get(str(value).lower(), words.get(str(value), ""))

        if words:
            return word_of
        if isinstance(self.section.field(name), AmountField):
            return float_or_none
        return unchanged

    def heads(self):
        for column in self.columns:
            answered = self.section.field(column.name)
            label, unit = str(answered.verbose_name), getattr(answered, "unit", "") or ""
            yield TableColumn(label, unit, raw_column_kind(column, answered))

    def table(self, records=None):
        """The declaration; `records` are those of one page, all by default."""
        if records is None:
            records = self.records()
        period = period_label(self.filing.round.period)
        columns = [
            TableColumn("填报单位", width=22),
            TableColumn("街道", width=14),
            TableColumn("状态", width=10),
            *self.heads(),
        ]
        return Table(
            title=f"{self.filing.name}{period}{self.section.label}明细",
            columns=columns,
            rows=self.read(records),
            area=self.filing,
            reading=DataRange.APPROVED if self.approved else DataRange.ALL,
        )


def float_or_none(value):
    return None if value is None else float(value)


def unchanged(value):
    return value


def raw_column_kind(column, answered):
    """What stands in a column: it decides the number format, and who may read it."""
    if column.person:
        return ColumnKind.NAME
    if column.personal:
        return ColumnKind.PHONE
    if isinstance(answered, CountField):
        return ColumnKind.COUNT
    if isinstance(answered, AmountField):
        by_unit = {"元": ColumnKind.MONEY, "m²": ColumnKind.AREA}
        return by_unit.get(answered.unit, ColumnKind.NUMBER)
    return ColumnKind.TEXT
