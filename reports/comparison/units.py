"""Two to six units of one round side by side: a column each, a row a figure."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from communities.models import Level
from reports.comparison.rates import key_measures, rate_of, rated
from reports.engine.area_group import AreaGroup, overall_result
from reports.engine.compliance import Verdict, standards_judged_at
from reports.engine.measures import all_measures
from reports.engine.scope import APPROVED, Scope
from reports.measure_columns import KINDS, NOTHING, MeasureColumn
from reports.overview import whole
from reports.verdict_text import STAGE, VERDICT_SIGNS, YES_NO
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.export.table import DataRange
from surveys.extras import LABEL
from surveys.models import Filing

FEWEST, MOST = 2, 6
WORDS = {Verdict.MET: "✓ 达标", Verdict.UNMET: "✗ 未达标"} | {
    verdict: VERDICT_SIGNS[verdict] for verdict in (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
}


@dataclass
class UnitComparison:
    """`area` is what the page is about, `standards` those that bind the round."""

    area: Filing
    filings: list[Filing]
    standards: list
    approved: bool = False

    @cached_property
    def shown(self):
        return whole(standards_judged_at(Level.COMMUNITY, self.standards))

    @cached_property
    def keys(self):
        return list(key_measures(self.area.round))

    @cached_property
    def group(self):
        return AreaGroup(self.filings, Scope(self.approved))

    @cached_property
    def measures(self):
        names = [measure.name for _, measures in self.keys for measure in measures]
        return self.group.values(names)

    @cached_property
    def standings(self):
        return self.group.results(self.standards)

    @cached_property
    def overall(self):
        """[the standing against all standards] of each unit."""
        return [overall_result(self.standings.get(f.pk, {}), self.shown) for f in self.filings]

    def rows(self):
        yield self.heading("规模、人员、用房和经费")
        yield self.row(
            "社区数", "个", ColumnKind.COUNT, [self.communities(f) for f in self.filings]
        )
        for group, measures in self.keys:
            if group == LABEL:
                yield self.heading(LABEL)
            for measure in measures:
                yield from self.of_measure(measure)
        yield self.heading("达标")
        yield self.row(
            "达标率",
            "%",
            ColumnKind.PERCENT,
            [s.rate if s.judged else NOTHING for s in self.overall],
            self.to_matrix(),
        )
        for name, label in (("unmet", "未达标"), ("unknown", "缺数")):
            numbers = [getattr(standing, name) for standing in self.overall]
            yield self.row(f"{label}项次", "项次", ColumnKind.COUNT, numbers, self.to_matrix())
        for standard in self.shown:
            yield from self.of_standard(standard)

    @property
    def has_areas(self):
        return any(filing.level < Level.COMMUNITY for filing in self.filings)

    def communities(self, filing):
        if filing.level >= Level.COMMUNITY:
            return NOTHING
        return self.measures.get(filing.pk, {}).get("communities") or 0

    def of_measure(self, measure):
        """The figure itself, and below it what comes on each person or household."""
        values, figure = (
            [self.value(filing, measure) for filing in self.filings],
            MeasureColumn(measure),
        )
        label = measure.area_label if self.has_areas else measure.label
        yield self.row(
            label, figure.area_unit, figure.column.kind, values, self.to_measure(measure.name)
        )
        if rate := rate_of(measure):
            bases = [self.value(filing, all_measures()[rate.of]) for filing in self.filings]
            cells = [
                NOTHING if v == NOTHING else rated(rate, v, base)
                for v, base in zip(values, bases, strict=True)
            ]
            yield self.row(f"　{rate.label}{measure.label}", measure.unit, rate.kind, cells)

    def value(self, filing, measure):
        row = self.measures.get(filing.pk)
        if row is None:
            return NOTHING
        return (
            MeasureColumn(measure).of_area(row)
            if filing.level < Level.COMMUNITY
            else MeasureColumn(measure).of_filing(row)
        )

    def of_standard(self, standard):
        """How many meet it, and what the others lack; where nobody is bound by it there is no row."""
        found = [self.standings.get(filing.pk, {}).get(standard.pk) for filing in self.filings]
        if not any(each and (each.judged or each.unknown) for each in found):
            return
        links = self.to_matrix(f"show={standard.code}")
        yield self.row(standard.name, "%", ColumnKind.PERCENT, list(map(verdict, found)), links)
        if standard.unit not in (STAGE, YES_NO) and any(each and each.gap for each in found):
            gaps = [(each.gap or 0) if each and each.judged else NOTHING for each in found]
            yield self.row(
                "　缺口合计",
                standard.gap_unit,
                KINDS.get(standard.gap_unit, ColumnKind.NUMBER),
                gaps,
                links,
            )

    def heading(self, text):
        return TableRow([text, "", *[""] * len(self.filings)], "sub")

    @staticmethod
    def row(label, unit, kind, cells, links=()):
        return TableRow([label, unit, *cells], kind=kind, links=["", *links] if links else ())

    def to_measure(self, name):
        return self.links("reports:measure", name)

    def to_matrix(self, query=""):
        return self.links("reports:matrix", query=query)

    def links(self, name, *more, query=""):
        """The rows behind the figures of an upper unit; a community's are on its own page."""
        carried = "&".join(filter(None, [query, APPROVED if self.approved else ""]))
        end = f"?{carried}" if carried else ""
        return [
            reverse("reports:filing", args=[f.pk])
            if f.level >= Level.COMMUNITY
            else reverse(name, args=[f.pk, *more]) + end
            for f in self.filings
        ]

    @property
    def title(self):
        return (
            f"{'、'.join(f.name for f in self.filings)}{period_label(self.area.round.period)}对比"
        )

    def table(self):
        names = [filing.name for filing in self.filings]
        return Table(
            title=self.title
            if len(self.title) < 60
            else f"{self.area.name}{len(names)} 个单位对比",
            columns=[
                TableColumn("项目", width=30),
                TableColumn("计量单位", width=10),
                *map(self.column, self.filings),
            ],
            rows=list(self.rows()),
            area=self.area,
            reading=DataRange.APPROVED if self.approved else DataRange.ALL,
            notes=NOTES,
        )

    def column(self, filing):
        """A unit, with what is above it where two have the same name."""
        twice = sum(other.name == filing.name for other in self.filings) > 1
        return TableColumn(
            f"{filing.name}（{filing.parent.name}）" if twice and filing.parent else filing.name,
            "",
            ColumnKind.NUMBER,
        )


NOTES = (
    "“缺”后的数字是没有填报的社区数；人均、每百户、每万人按已填报的合计计算，缺得多的不宜直接比较。",
    "达标率不计缺数；社区一栏写达标结论。缺口合计只含未达标的部分。",
)


def verdict(standing):
    """The share that meets it; of a community alone the verdict."""
    if standing is None:
        return NOTHING
    if standing.judgment:
        return WORDS[standing.judgment.verdict]
    return standing.rate if standing.judged or standing.unknown else NOTHING
