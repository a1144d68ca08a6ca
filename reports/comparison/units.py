"""Two to six units of one round side by side: a column each, a row a figure."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from communities.models import Level
from reports.comparison.rates import key_measures, rate_of, value_at_rate
from reports.engine.area import Area
from reports.engine.area_group import AreaGroup, overall_result
from reports.engine.compliance import Verdict, standards_judged_at, without_parts
from reports.engine.measures import all_measures
from reports.measure_columns import KINDS, NOTHING, MeasureColumn
from reports.verdict_text import STAGE, VERDICT_SIGNS, YES_NO
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.extras import LABEL

FEWEST, MOST = 2, 6
WORDS = {
    Verdict.MET: "✓ 达标",
    Verdict.UNMET: "✗ 未达标",
    Verdict.UNKNOWN: VERDICT_SIGNS[Verdict.UNKNOWN],
    Verdict.NOT_APPLICABLE: VERDICT_SIGNS[Verdict.NOT_APPLICABLE],
}
NOTES = (
    "“缺”后的数字是没有填报的社区数；人均、每百户、每万人按已填报的合计计算，缺得多的不宜直接比较。",
    "达标率不计缺数；社区一栏写达标结论。缺口合计只含未达标的部分。",
)
MOST_IN_TITLE = 60  # characters


@dataclass
class UnitComparison:
    """`area` is what the page is about, `filings` are the units compared.

    `standards` are those that bind the round.
    """

    area: Area
    filings: list
    standards: list

    @cached_property
    def group(self):
        """The units together, whose figures are up to date."""
        return AreaGroup(self.filings, self.area.scope)

    @cached_property
    def shown(self):
        """The standards that are compared, composites as wholes."""
        return without_parts(standards_judged_at(Level.COMMUNITY, self.standards))

    @cached_property
    def keys(self):
        """[(group, [Measure])] that are compared."""
        return list(key_measures(self.area.round))

    @cached_property
    def measures(self):
        """{filing pk: {name: value}}"""
        names = []
        for _, measures in self.keys:
            names += [measure.name for measure in measures]
        return self.group.values(names)

    @cached_property
    def results(self):
        """{filing pk: {standard pk: StandardResult}}"""
        return self.group.results(self.standards)

    @cached_property
    def overall(self):
        """[the StandardResult against all standards] of each unit."""
        overall = []
        for filing in self.filings:
            results = self.results.get(filing.pk, {})
            overall.append(overall_result(results, self.shown))
        return overall

    def rows(self):
        """The rows of the table, with a heading for each part."""
        yield self.heading("规模、人员、用房和经费")
        numbers = [self.communities(filing) for filing in self.filings]
        yield self.row("社区数", "个", ColumnKind.COUNT, numbers)
        for group, measures in self.keys:
            if group == LABEL:
                yield self.heading(LABEL)
            for measure in measures:
                yield from self.measure_rows(measure)
        yield self.heading("达标")
        yield from self.overall_rows()
        for standard in self.shown:
            yield from self.standard_rows(standard)

    def overall_rows(self):
        """All standards together.

        The share that is met, and how many verdicts are unmet or unknown.
        """
        links = self.to_matrix()
        rates = []
        for each in self.overall:
            rates.append(each.rate if each.judged else NOTHING)
        yield self.row("达标率", "%", ColumnKind.PERCENT, rates, links)
        unmet = [each.unmet for each in self.overall]
        yield self.row("未达标项次", "项次", ColumnKind.COUNT, unmet, links)
        unknown = [each.unknown for each in self.overall]
        yield self.row("缺数项次", "项次", ColumnKind.COUNT, unknown, links)

    @property
    def has_areas(self):
        """Whether one of the units is no community."""
        return any(filing.level < Level.COMMUNITY for filing in self.filings)

    def communities(self, filing):
        """How many communities a unit has."""
        if filing.level >= Level.COMMUNITY:
            return NOTHING
        return self.measures.get(filing.pk, {}).get("communities") or 0

    def measure_rows(self, measure):
        """The figure itself, and below it what comes on each person or household."""
        values, figure = self.values(measure), MeasureColumn(measure)
        label = measure.area_label if self.has_areas else measure.label
        links = self.to_measure(measure.name)
        yield self.row(label, figure.area_unit, figure.column.kind, values, links)
        rate = rate_of(measure)
        if not rate:
            return
        cells = []
        for value, base in zip(values, self.values(all_measures()[rate.of]), strict=True):
            has_nothing = value == NOTHING
            cells.append(NOTHING if has_nothing else value_at_rate(rate, value, base))
        yield self.row(f"　{rate.label}{measure.label}", measure.unit, rate.kind, cells)

    def values(self, measure):
        """[what stands in the column of each unit]"""
        figure = MeasureColumn(measure)
        return [self.value(filing, figure) for filing in self.filings]

    def value(self, filing, figure):
        """What a unit says of a figure: its own value, or the roll-up of everything below it."""
        row = self.measures.get(filing.pk)
        if row is None:
            return NOTHING
        if filing.level < Level.COMMUNITY:
            return figure.of_area(row)
        return figure.of_filing(row)

    def standard_rows(self, standard):
        """How many meet it, and what the others lack.

        Where nobody is bound by it there is no row.
        """
        found = []
        for filing in self.filings:
            results = self.results.get(filing.pk, {})
            found.append(results.get(standard.pk))
        known = [result for result in found if result]
        if not any(result.judged or result.unknown for result in known):
            return
        links = self.to_matrix(f"show={standard.code}")
        rates = [result_cell(result) for result in found]
        yield self.row(standard.name, "%", ColumnKind.PERCENT, rates, links)
        if standard.unit in (STAGE, YES_NO) or not any(result.gap for result in known):
            return
        gaps = [gap_cell(result) for result in found]
        kind = KINDS.get(standard.gap_unit, ColumnKind.NUMBER)
        yield self.row("　缺口合计", standard.gap_unit, kind, gaps, links)

    def heading(self, text):
        """A line that only says what the next ones are about."""
        return TableRow([text, "", *[""] * len(self.filings)], "sub")

    @staticmethod
    def row(label, unit, kind, cells, links=()):
        """A line of one number a unit; `links` are where those lead."""
        return TableRow([label, unit, *cells], kind=kind, links=["", *links] if links else ())

    def to_measure(self, name):
        """Where the numbers of a measure lead: the page of the measure."""
        return self.links("reports:measure", name)

    def to_matrix(self, query=""):
        """Where verdicts lead: the matrix."""
        return self.links("reports:matrix", query=query)

    def links(self, name, *more, query=""):
        """The rows behind the figures of an upper unit; a community's are on its own page."""
        carried = [part for part in (query, self.area.scope.carried) if part]
        end = f"?{'&'.join(carried)}" if carried else ""
        links = []
        for filing in self.filings:
            if filing.level >= Level.COMMUNITY:
                links.append(reverse("reports:filing", args=[filing.pk]))
            else:
                links.append(reverse(name, args=[filing.pk, *more]) + end)
        return links

    @property
    def title(self):
        """The names of the units; only how many they are where those would be too long."""
        names = "、".join(filing.name for filing in self.filings)
        title = f"{names}{period_label(self.area.round.period)}对比"
        if len(title) < MOST_IN_TITLE:
            return title
        return f"{self.area.filing.name}{len(self.filings)} 个单位对比"

    def table(self):
        """A column each unit."""
        columns = [
            TableColumn("项目", width=30),
            TableColumn("计量单位", width=10),
        ]
        for filing in self.filings:
            columns.append(self.column(filing))
        return Table(
            title=self.title,
            columns=columns,
            rows=list(self.rows()),
            area=self.area.filing,
            reading=self.area.scope.reading,
            notes=NOTES,
        )

    def column(self, filing):
        """A unit, with what is above it where two have one name."""
        name = filing.name
        namesakes = [other for other in self.filings if other.name == name]
        if len(namesakes) > 1 and filing.parent:
            name = f"{name}（{filing.parent.name}）"
        return TableColumn(name, "", ColumnKind.NUMBER)


def result_cell(result):
    """The share that meets a standard; of a community alone its verdict."""
    if result is None:
        return NOTHING
    if result.judgment:
        return WORDS[result.judgment.verdict]
    if result.judged or result.unknown:
        return result.rate
    return NOTHING


def gap_cell(result):
    """The gap of those that miss a standard; nothing where none could be judged."""
    if result is None or not result.judged:
        return NOTHING
    return result.gap or 0
