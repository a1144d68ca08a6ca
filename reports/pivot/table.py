"""The pivot itself: one grouped query, totals added up from its rows, and the table they make."""

from dataclasses import dataclass
from functools import cached_property

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
JOIN = {"sum": lambda a, b: a + b, "min": min, "max": max}


class How(models.TextChoices):
    SUM = "sum", "合计"
    MEAN = "mean", "社区平均"
    UNKNOWN = "unknown", "缺数占比"


@dataclass(frozen=True)
class Wanted:
    """One measure of the pivot: how it is counted in the database, added up further, and shown."""

    measure: Measure
    how: How

    @property
    def yes_or_no(self):
        """A stage counts as working or not, so that it can be added up."""
        return self.measure.unit in (STAGE, YES_NO)

    @property
    def averages(self):
        return self.how == How.MEAN or self.measure.averages

    @cached_property
    def rollup(self):
        return "sum" if self.averages or self.measure.unit == STAGE else self.measure.rollup

    def aggregates(self, at):
        """{alias: expression}: v(alue), and k(nown), the communities that have said it."""
        name = self.measure.name
        if self.measure.unit == STAGE:
            value = Count("pk", filter=COMMUNITY & Q(**{f"{name}__gte": STAFFED_STAGE}))
        else:
            value = ROLLUPS[self.rollup](name, filter=COMMUNITY if self.averages else None)
        return {f"v{at}": value, f"k{at}": Count(name, filter=COMMUNITY)}

    def column(self, groups):
        shares = self.how == How.UNKNOWN or (self.how == How.MEAN and self.yes_or_no)
        kind = KINDS.get(
            self.measure.unit, ColumnKind.NUMBER if self.averages else ColumnKind.COUNT
        )
        unit = "个" if self.yes_or_no else self.measure.unit
        label = self.measure.area_label if self.how == How.SUM else self.measure.label
        return TableColumn(
            label, "" if shares else unit, ColumnKind.PERCENT if shares else kind, groups=groups
        )

    def shown(self, value, known, communities):
        """What stands in a cell: unknown is said with how many have not answered."""
        missing = communities - known
        if self.how == How.UNKNOWN:
            return missing / communities if communities else NOTHING
        if self.rollup != "sum":
            return NOTHING if value is None else value
        if self.averages:
            value = value / known if known and value is not None else None
        elif self.measure.unit == STAGE and not known:
            value = None
        if not communities and value is None:
            return NOTHING
        return Partial(value, missing) if missing else value


@dataclass
class Pivot:
    """`areas` are the filings of one unit, one a round; `measures` are grouped by rows, and by columns where given."""

    areas: list[Filing]
    rows: Dimension
    columns: Dimension | None
    measures: list[Measure]
    how: How = How.SUM
    approved: bool = False

    @cached_property
    def wanted(self):
        return [Wanted(measure, self.how) for measure in self.measures]

    @property
    def inside(self):
        """What lies in the area, each round by its own map; the same condition fits filings and measures."""
        condition = Q(pk__in=[])
        for area in self.areas:
            condition |= Q(round=area.round_id, path__gte=area.path, path__lt=path_end(area.path))
        return condition

    @cached_property
    def cells(self):
        """{(row value, column value): [(value, known) of each measure, …, communities]}, totals under TOTAL."""
        aggregates = {"communities_below": Count("pk", filter=COMMUNITY)}
        for at, each in enumerate(self.wanted):
            aggregates |= each.aggregates(at)
        keys = {"row": self.rows.expression} | (
            {"column": self.columns.expression} if self.columns else {}
        )
        found = Measures.objects.with_answers(measure.name for measure in self.measures)
        found = found.filter(self.inside, *([] if self.how == How.SUM else [COMMUNITY]))
        found = found.filter(filing__status=Status.APPROVED) if self.approved else found
        cells = {}
        for group in found.order_by().annotate(**keys).values(*keys).annotate(**aggregates):
            if not self.says_something(group):
                continue
            row, columns = self.known(self.row_words, group["row"]), {TOTAL}
            if self.columns:
                columns.add(self.known(self.column_words, group["column"]))
            for column in columns:
                self.add(cells, (row, column), group)
                self.add(cells, (TOTAL, column), group)
        return cells

    def says_something(self, group):
        """Upper units with nothing of their own in these measures make no row."""
        return group["communities_below"] or any(group[value] for value, _ in self.aliases)

    @staticmethod
    def known(words, value):
        return value if value in words else None

    def add(self, cells, key, group):
        """Count one group of the database into a cell."""
        pairs = [(group[value], group[known]) for value, known in self.aliases]
        cell = cells.get(key)
        if cell is None:
            cells[key] = {"communities": group["communities_below"], "values": pairs}
            return
        cell["communities"] += group["communities_below"]
        cell["values"] = [
            (joined(JOIN[each.rollup], old, new), known + more)
            for each, (old, known), (new, more) in zip(
                self.wanted, cell["values"], pairs, strict=True
            )
        ]

    @cached_property
    def aliases(self):
        return [(f"v{at}", f"k{at}") for at in range(len(self.wanted))]

    @cached_property
    def row_words(self):
        return self.rows.words(self.inside)

    @cached_property
    def column_words(self):
        return self.columns.words(self.inside) if self.columns else {}

    @property
    def row_keys(self):
        """The rows there is something for, in their order, the total last."""
        return self.keys(self.row_words, {row for row, _ in self.cells})

    @property
    def column_keys(self):
        return (
            self.keys(self.column_words, {column for _, column in self.cells})
            if self.columns
            else [TOTAL]
        )

    @staticmethod
    def keys(words, present):
        return [key for key in (*words, None, TOTAL) if key in present]

    @property
    def width(self):
        return len(self.column_keys) * len(self.wanted)

    def table(self, keys=None):
        """The declaration; `keys` are the rows of one page, all by default."""
        keys = self.row_keys if keys is None else keys
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
        by = f"{self.rows.label} × {self.columns.label}" if self.columns else self.rows.label
        period = period_label(self.areas[0].round.period) if len(self.areas) == 1 else "各期"
        return f"{self.areas[0].name}{period}社区数据（按{by}，{self.how.label}）"

    def notes(self):
        if self.how == How.SUM:
            yield "“缺”后的数字是没有填报该项的社区数，合计不含这些社区。"
        if self.how == How.MEAN:
            yield "平均数按填报了该项的社区计算，不含上级单位本级的记录。"
        if any(measure.unit == STAGE for measure in self.measures):
            yield "“建设阶段”按已配人或正常运转的社区计数。"

    def head(self):
        for key in self.column_keys:
            groups = (self.label(self.columns, self.column_words, key),) if self.columns else ()
            yield from (each.column(groups) for each in self.wanted)

    @staticmethod
    def label(dimension, words, key):
        return TOTAL if key == TOTAL else str(words.get(key, dimension.rest))

    def row(self, key):
        cells = [self.label(self.rows, self.row_words, key)]
        for column in self.column_keys:
            cells += self.shown(self.cells.get((key, column)))
        return TableRow(cells, "sum" if key == TOTAL else "")

    def shown(self, cell):
        if cell is None:
            return [""] * len(self.wanted)
        pairs = zip(self.wanted, cell["values"], strict=True)
        return [each.shown(value, known, cell["communities"]) for each, (value, known) in pairs]


def joined(join, one, other):
    """Two values as one, unknown adding nothing."""
    return other if one is None else one if other is None else join(one, other)
