"""The pivot itself: one grouped query, totals added up from its rows, and the table they make."""

import operator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db import models
from django.db.models import Count, Max, Min, Q, Sum

from communities.models import Level
from communities.tree import path_end
from reports.engine.measures import STAFFED_STAGE
from reports.measure_columns import KINDS, NOTHING, STAGE, YES_NO
from reports.models import Measures
from reports.pivot.dimensions import Dimension
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Partial, Table, TableColumn, TableRow
from surveys.export.table import DataRange
from surveys.measures import Measure
from surveys.models import Filing, Status

TOTAL = "合计"
COMMUNITY = Q(level__gte=Level.COMMUNITY)
ROLLUPS = {"sum": Sum, "min": Min, "max": Max}
JOIN = {"sum": operator.add, "min": min, "max": max}


class PivotMethod(models.TextChoices):
    """What a cell says of a measure."""

    SUM = "sum", "合计"
    MEAN = "mean", "社区平均"
    UNKNOWN = "unknown", "缺数占比"


class ValueAndKnown(NamedTuple):
    """A measure over some communities.

    Its value, None where nobody has said it, and how many have.
    """

    value: float | None
    known: int


@dataclass
class PivotCell:
    """What the database counted for one row and column.

    `values` are the ValueAndKnown of each measure.
    """

    communities: int = 0
    values: list = field(default_factory=list)


@dataclass(frozen=True)
class PivotMeasure:
    """One measure of the pivot: how it is counted in the database, added up further, and shown."""

    measure: Measure
    how: PivotMethod

    @property
    def yes_or_no(self):
        """A stage counts as working or not, so that it can be added up."""
        return self.measure.unit in (STAGE, YES_NO)

    @property
    def averages(self):
        """Whether a cell shows a mean."""
        return self.how == PivotMethod.MEAN or self.measure.averages

    @cached_property
    def rollup(self):
        """How values are put together, in the database and after it: sum, min or max."""
        if self.averages or self.measure.unit == STAGE:
            return "sum"
        return self.measure.rollup

    def aggregates(self, number):
        """{alias: expression}: v(alue), and k(nown), the communities that have said it."""
        name = self.measure.name
        if self.measure.unit == STAGE:
            working = Q(**{f"{name}__gte": STAFFED_STAGE})
            value = Count("pk", filter=COMMUNITY & working)
        else:
            value = ROLLUPS[self.rollup](name, filter=COMMUNITY if self.averages else None)
        return {f"v{number}": value, f"k{number}": Count(name, filter=COMMUNITY)}

    def join(self, one, other):
        """Two ValueAndKnown as one."""
        value = joined_value(JOIN[self.rollup], one.value, other.value)
        return ValueAndKnown(value, one.known + other.known)

    def column(self, groups):
        """The column of the table."""
        label = self.measure.label
        if self.how == PivotMethod.SUM:
            label = self.measure.area_label
        if self.shows_shares:
            return TableColumn(label, "", ColumnKind.PERCENT, groups=groups)
        usual = ColumnKind.NUMBER if self.averages else ColumnKind.COUNT
        kind = KINDS.get(self.measure.unit, usual)
        unit = "个" if self.yes_or_no else self.measure.unit
        return TableColumn(label, unit, kind, groups=groups)

    @property
    def shows_shares(self):
        """Whether a cell shows a share of the communities."""
        if self.how == PivotMethod.UNKNOWN:
            return True
        return self.how == PivotMethod.MEAN and self.yes_or_no

    def cell_value(self, value, known, communities):
        """What stands in a cell: unknown is said with how many have not answered."""
        missing = communities - known
        if self.how == PivotMethod.UNKNOWN:
            if not communities:
                return NOTHING
            return missing / communities
        if self.rollup != "sum":
            return NOTHING if value is None else value
        value = self.sum_or_mean(value, known)
        if value is None and not communities:
            return NOTHING
        return Partial(value, missing) if missing else value

    def sum_or_mean(self, value, known):
        """The sum, or the mean of those that have said it; None where nobody has."""
        if self.averages:
            if value is None or not known:
                return None
            return value / known
        if self.measure.unit == STAGE and not known:
            return None
        return value


@dataclass
class Pivot:
    """`areas` are the filings of one unit, one a round.

    `measures` are grouped by rows, and by columns where given.
    """

    areas: list[Filing]
    rows: Dimension
    columns: Dimension | None
    measures: list[Measure]
    how: PivotMethod = PivotMethod.SUM
    approved: bool = False

    @cached_property
    def wanted(self):
        """[PivotMeasure] in the order of their columns."""
        return [PivotMeasure(measure, self.how) for measure in self.measures]

    @property
    def inside(self):
        """What lies in the area, each round by its own map.

        The condition fits filings and measures.
        """
        condition = Q(pk__in=[])
        for area in self.areas:
            condition |= Q(round=area.round_id, path__gte=area.path, path__lt=path_end(area.path))
        return condition

    @cached_property
    def cells(self):
        """{(row value, column value): PivotCell}, totals under TOTAL."""
        cells = {}
        for group in self.grouped():
            found = self.cell_of(group)
            if not self.says_something(found):
                continue
            row = self.known(self.row_words, group["row"])
            columns = {TOTAL}
            if self.columns:
                columns.add(self.known(self.column_words, group["column"]))
            for column in columns:
                self.add(cells, (row, column), found)
                self.add(cells, (TOTAL, column), found)
        return cells

    def grouped(self):
        """The groups of the database: {row, column, communities_below, v0, k0, …}; one query."""
        keys = {"row": self.rows.expression}
        if self.columns:
            keys["column"] = self.columns.expression
        aggregates = {"communities_below": Count("pk", filter=COMMUNITY)}
        for number, each in enumerate(self.wanted):
            aggregates.update(each.aggregates(number))
        names = [measure.name for measure in self.measures]
        found = Measures.objects.with_answers(names).filter(self.inside)
        if self.how != PivotMethod.SUM:
            found = found.filter(COMMUNITY)
        if self.approved:
            found = found.filter(filing__status=Status.APPROVED)
        return found.order_by().annotate(**keys).values(*keys).annotate(**aggregates)

    def cell_of(self, group):
        """A group of the database as a PivotCell."""
        values = []
        for number in range(len(self.wanted)):
            values.append(ValueAndKnown(group[f"v{number}"], group[f"k{number}"]))
        return PivotCell(group["communities_below"], values)

    @staticmethod
    def says_something(cell):
        """Upper units with nothing of their own in these measures make no row."""
        return cell.communities or any(each.value for each in cell.values)

    @staticmethod
    def known(words, value):
        """The value, or None where there is no word for it."""
        return value if value in words else None

    def add(self, cells, key, found):
        """Count a PivotCell into the one under a key."""
        cell = cells.get(key)
        if cell is None:
            cells[key] = PivotCell(found.communities, found.values)
            return
        cell.communities += found.communities
        joined = []
        for each, old, new in zip(self.wanted, cell.values, found.values, strict=True):
            joined.append(each.join(old, new))
        cell.values = joined

    @cached_property
    def row_words(self):
        """{value: label} of the rows."""
        return self.rows.words(self.inside)

    @cached_property
    def column_words(self):
        """{value: label} of the columns; nothing where there are none."""
        if not self.columns:
            return {}
        return self.columns.words(self.inside)

    @property
    def row_keys(self):
        """The rows there is something for, in their order, the total last."""
        rows = {row for row, _ in self.cells}
        return self.keys(self.row_words, rows)

    @property
    def column_keys(self):
        """The columns there is something for, in their order, the total last."""
        if not self.columns:
            return [TOTAL]
        columns = {column for _, column in self.cells}
        return self.keys(self.column_words, columns)

    @staticmethod
    def keys(words, present):
        """The keys that are there: those with a word, the rest (None), the total."""
        return [key for key in (*words, None, TOTAL) if key in present]

    @property
    def width(self):
        """How many columns of numbers the table has."""
        return len(self.column_keys) * len(self.wanted)

    def table(self, keys=None):
        """The declaration; `keys` are the rows of one page, all by default."""
        if keys is None:
            keys = self.row_keys
        return Table(
            title=self.title,
            columns=[TableColumn(self.rows.label, width=22), *self.head()],
            rows=(self.row(key) for key in keys),
            area=self.areas[0],
            reading=DataRange.APPROVED if self.approved else DataRange.ALL,
            notes=list(self.notes()),
        )

    @property
    def title(self):
        """The area, the time, and what is grouped by what."""
        area = self.areas[0]
        by, period = self.rows.label, "各期"
        if self.columns:
            by = f"{by} × {self.columns.label}"
        if len(self.areas) == 1:
            period = period_label(area.round.period)
        return f"{area.name}{period}社区数据（按{by}，{self.how.label}）"

    def notes(self):
        """How the numbers are to be read."""
        if self.how == PivotMethod.SUM:
            yield "“缺”后的数字是没有填报该项的社区数，合计不含这些社区。"
        if self.how == PivotMethod.MEAN:
            yield "平均数按填报了该项的社区计算，不含上级单位本级的记录。"
        if any(measure.unit == STAGE for measure in self.measures):
            yield "“建设阶段”按已配人或正常运转的社区计数。"

    def head(self):
        """The columns of numbers: each measure under each column of the pivot."""
        for key in self.column_keys:
            groups = ()
            if self.columns:
                groups = (self.label(self.columns, self.column_words, key),)
            for each in self.wanted:
                yield each.column(groups)

    @staticmethod
    def label(dimension, words, key):
        """What a row or column is called."""
        if key == TOTAL:
            return TOTAL
        return str(words.get(key, dimension.rest))

    def row(self, key):
        """One line of the table."""
        cells = [self.label(self.rows, self.row_words, key)]
        for column in self.column_keys:
            cells += self.cell_values(self.cells.get((key, column)))
        return TableRow(cells, "sum" if key == TOTAL else "")

    def cell_values(self, cell):
        """What stands in the columns of each measure; nothing where there is no such cell."""
        if cell is None:
            return [""] * len(self.wanted)
        values = []
        for each, found in zip(self.wanted, cell.values, strict=True):
            values.append(each.cell_value(found.value, found.known, cell.communities))
        return values


def joined_value(join, one, other):
    """Two values as one, unknown adding nothing."""
    if one is None:
        return other
    if other is None:
        return one
    return join(one, other)
