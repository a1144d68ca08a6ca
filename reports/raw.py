"""明细: the records of one section in an area, row by row, as they were reported and in the words of the form."""

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
class Raw:
    """The records of `section` reported inside `filing`; `chosen` is {column with fixed answers: the answer looked for}."""

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
                found[column.name] = [
                    (str(value), str(label)) for value, label in answered.choices if value != ""
                ]
        return found

    def records(self):
        """In the order of the units' codes."""
        found = self.section.model.objects.filter(
            filing__in=Filing.objects.within(self.filing).filter(round=self.filing.round_id)
        )
        found = found.filter(filing__status=Status.APPROVED) if self.approved else found
        return found.filter(self.condition()).order_by("filing__code", "filing__path", "pk")

    def condition(self):
        wanted = Q()
        for name, answer in self.chosen.items():
            wanted &= Q(**{name: {"true": True, "false": False}.get(answer, answer)})
        return wanted

    def read(self, records):
        """Rows of these records: of one page, or of all, read by and by."""
        names = [column.name for column in self.columns if column.name != self.section.covers]
        shown = [self.shower(name) for name in names]
        part = []
        for values in records.values_list("pk", *PLACE, *names).iterator(chunk_size=PER_READ):
            part.append(values)
            if len(part) == PER_READ:
                yield from self.rows(part, names, shown)
                part = []
        yield from self.rows(part, names, shown)

    def rows(self, part, names, shown):
        covered = (
            self.covered([values[0] for values in part]) if self.section.covers and part else {}
        )
        for pk, _, name, street, status, *values in part:
            said = {
                each: show(value) for each, show, value in zip(names, shown, values, strict=True)
            }
            said[self.section.covers] = covered.get(pk, "")
            yield TableRow(
                [
                    name,
                    street or "",
                    Status(status).label,
                    *(said[column.name] for column in self.columns),
                ]
            )

    def covered(self, pks):
        """{record: 育才社区、东昊社区}"""
        link = self.section.field(self.section.covers)
        host, other = link.m2m_field_name(), link.m2m_reverse_field_name()
        links = link.remote_field.through.objects.filter(**{f"{host}__in": pks}).order_by(
            f"{other}__code", "pk"
        )
        found = defaultdict(list)
        for pk, name in links.values_list(f"{host}_id", f"{other}__name"):
            found[pk].append(name)
        return {pk: "、".join(names) for pk, names in found.items()}

    def shower(self, name):
        """From what is stored to what a cell says."""
        words = dict(self.choices.get(name, ()))
        if words:
            return lambda value: (
                ""
                if value in (None, "")
                else words.get(str(value).lower(), words.get(str(value), ""))
            )
        if isinstance(self.section.field(name), AmountField):
            return lambda value: None if value is None else float(value)
        return lambda value: value

    def heads(self):
        for column in self.columns:
            answered = self.section.field(column.name)
            yield TableColumn(
                str(answered.verbose_name),
                getattr(answered, "unit", "") or "",
                kind_of(column, answered),
            )

    def table(self, records=None):
        """The declaration; `records` are those of one page, all by default."""
        return Table(
            title=f"{self.filing.name}{period_label(self.filing.round.period)}{self.section.label}明细",
            columns=[
                TableColumn("填报单位", width=22),
                TableColumn("街道", width=14),
                TableColumn("状态", width=10),
                *self.heads(),
            ],
            rows=self.read(self.records() if records is None else records),
            area=self.filing,
            reading=DataRange.APPROVED if self.approved else DataRange.ALL,
        )


def kind_of(column, answered):
    if column.person or column.personal:
        return ColumnKind.NAME if column.person else ColumnKind.PHONE
    if isinstance(answered, CountField):
        return ColumnKind.COUNT
    if isinstance(answered, AmountField):
        return {"元": ColumnKind.MONEY, "m²": ColumnKind.AREA}.get(answered.unit, ColumnKind.NUMBER)
    return ColumnKind.TEXT
