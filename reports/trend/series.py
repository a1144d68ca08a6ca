"""The lines of a trend: each a pass rate, a standard or a measure, with a value for every round."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from django.urls import reverse

from communities.models import Level
from reports.engine.area_group import (
    AreaGroup,
    overall_result,
)
from reports.engine.compliance import Verdict, binding_standards_on, standards_judged_at
from reports.engine.scope import APPROVED, Scope
from reports.measure_columns import NOTHING, MeasureColumn
from reports.verdict_text import format_value, gap_text
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Partial, Table, TableColumn, TableRow
from surveys.export.table import DataRange
from surveys.extras import CODE
from surveys.models import Filing

MOST = 10  # rounds: more can neither be read nor printed side by side
NOT_ASKED = "未问"  # by a round that had no such item of its own


@dataclass
class Series:
    """One line: `cells` are what the table says of each round, `numbers` what the chart draws, `links` the rows behind.

    `breaks` are the rounds, by number, from which on another version of the standard counts.
    """

    label: str
    unit: str
    kind: ColumnKind
    cells: list
    numbers: list
    links: list
    breaks: frozenset = frozenset()

    @property
    def row(self):
        return TableRow(
            [self.label, self.unit, *self.cells], kind=self.kind, links=["", *self.links]
        )


@dataclass
class Change:
    """From one round to the next: (old, new) of standards renewed or succeeded, those that are new, those that ended."""

    before: Filing
    after: Filing
    renewed: list
    added: list
    dropped: list


@dataclass
class Trend:
    """`filings` are those of one unit, oldest round first.

    `own` are the measures of what each round asks of its own: {round pk: [Measure]}.
    """

    filings: list[Filing]
    figures: list[MeasureColumn]
    codes: list[str]
    approved: bool = False
    own: dict = field(default_factory=dict)

    @property
    def filing(self):
        return self.filings[-1]

    @property
    def is_area(self):
        return self.filing.level < Level.COMMUNITY

    @cached_property
    def in_force(self):
        """[standards that judge communities] of each round, by the versions of its day."""
        found = binding_standards_on(
            [filing.round.reference_date for filing in self.filings], self.filing
        )
        return [standards_judged_at(Level.COMMUNITY, standards) for standards in found]

    @cached_property
    def standings(self):
        every = {standard.pk: standard for standards in self.in_force for standard in standards}
        return self.group.results(list(every.values()))

    @cached_property
    def group(self):
        return AreaGroup(self.filings, Scope(self.approved))

    @cached_property
    def lineage(self):
        """{code: the code of the standard that took its place in the end}, itself where none did."""
        heirs = {
            standard.code: standard.successor
            for standards in self.in_force
            for standard in standards
        }
        return {code: last(code, heirs) for code in heirs}

    @cached_property
    def known(self):
        """{code: newest version} of every standard that judged in one of the rounds, in the order of the rule book."""
        found = {
            self.lineage[standard.code]: standard
            for standards in self.in_force
            for standard in standards
        }
        return dict(sorted(found.items(), key=lambda pair: pair[1].position))

    @cached_property
    def measures(self):
        names = {name for figure in self.figures for name in (figure.name, figure.of) if name}
        return self.group.values(names)

    @cached_property
    def working(self):
        return self.group.communities_at_work([f.name for f in self.figures if f.is_stage])

    @cached_property
    def series(self):
        asked = {self.lineage.get(code) for code in self.codes}
        made = self.of_rate if self.is_area else self.of_verdict
        standards = [made(standard) for code, standard in self.known.items() if code in asked]
        return [self.of_all, *standards, *map(self.of_figure, self.figures)]

    @property
    def of_all(self):
        """The share of all verdicts that are met; of a community the share of its standards."""
        pairs = zip(self.filings, self.in_force, strict=True)
        rates = [
            overall_result(self.standings.get(f.pk, {}), standards).rate for f, standards in pairs
        ]
        every = frozenset(number for number, change in enumerate(self.changes, start=1) if change)
        return Series(
            "达标率",
            "%",
            ColumnKind.PERCENT,
            self.told(rates),
            rates,
            self.links("reports:matrix"),
            every,
        )

    def of_rate(self, standard):
        """The share of an area's communities that meet one standard."""
        rates = [each.rate if each else None for each in self.each(standard.code)]
        codes = [
            version.code if version else standard.code for version in self.versions(standard.code)
        ]
        links = self.links("reports:matrix", [f"show={code}" for code in codes])
        cells, breaks = self.told(rates), self.breaks(standard.code)
        return Series(
            f"{standard.name}达标率", "%", ColumnKind.PERCENT, cells, rates, links, breaks
        )

    def of_verdict(self, standard):
        """One community against one standard: the value that was judged, and the verdict in words."""
        standings, versions = self.each(standard.code), self.versions(standard.code)
        judgments = [each.judgment if each else None for each in standings]
        cells = [verdict(s, j) if j else NOTHING for s, j in zip(versions, judgments, strict=True)]
        numbers = [j.actual if j else None for j in judgments]
        links = [f"{reverse('reports:filing', args=[f.pk])}#h-verdicts" for f in self.filings]
        return Series(
            standard.name,
            standard.unit,
            ColumnKind.TEXT,
            cells,
            numbers,
            links,
            self.breaks(standard.code),
        )

    def of_figure(self, figure):
        cells = [self.cell(figure, filing) for filing in self.filings]
        rows = (self.measures.get(filing.pk, {}) for filing in self.filings)
        numbers = [
            row.get(figure.name) if isinstance(cell, str) else cell
            for row, cell in zip(rows, cells, strict=True)
        ]
        links = self.links("reports:measure", more=[figure.name])
        links = [
            link if self.asks(filing, figure) else ""
            for filing, link in zip(self.filings, links, strict=True)
        ]
        column, unit = figure.column, figure.area_unit if self.is_area else figure.column.unit
        label = figure.measure.area_label if self.is_area and not figure.of else column.label
        return Series(label, unit, column.kind, cells, numbers, links)

    def asks(self, filing, figure):
        """Whether the filing's round asks what the figure is counted from."""
        return not CODE.fullmatch(figure.name) or figure.name in {
            m.name for m in self.own[filing.round_id]
        }

    def cell(self, figure, filing):
        if not self.asks(filing, figure):
            return NOT_ASKED
        row = self.measures.get(filing.pk)
        if row is None:
            return NOTHING
        return (
            figure.of_area(row | self.working.get(filing.pk, {}))
            if self.is_area
            else figure.of_filing(row)
        )

    def told(self, values):
        """Where nothing of a round counts, that is said and not called unknown."""
        pairs = zip(self.filings, values, strict=True)
        return [value if f.pk in self.standings else NOTHING for f, value in pairs]

    def each(self, code):
        """The standing of each round against its own version; None where none was in force."""
        pairs = zip(self.filings, self.versions(code), strict=True)
        return [
            self.standings.get(f.pk, {}).get(version.pk) if version else None
            for f, version in pairs
        ]

    def versions(self, code):
        return [
            next((s for s in standards if self.lineage[s.code] == self.lineage[code]), None)
            for standards in self.in_force
        ]

    def breaks(self, code):
        pairs = pairwise(self.versions(code))
        return frozenset(number for number, (old, new) in enumerate(pairs, start=1) if old != new)

    def links(self, name, queries=(), more=()):
        """The rows behind each round's value: an area's own page, a community's paper."""
        if not self.is_area:
            return [reverse("reports:filing", args=[f.pk]) for f in self.filings]
        carried = APPROVED if self.approved else ""
        made = [
            "&".join(filter(None, [query, carried]))
            for query in queries or [""] * len(self.filings)
        ]
        addresses = (reverse(name, args=[f.pk, *more]) for f in self.filings)
        return [
            f"{address}?{query}" if query else address
            for address, query in zip(addresses, made, strict=True)
        ]

    @cached_property
    def changes(self):
        """[Change or None] from each round to the next."""
        return [
            self.change(*pair) for pair in pairwise(zip(self.filings, self.in_force, strict=True))
        ]

    def change(self, before, after):
        (earlier, old), (later, new) = (
            (f, {self.lineage[s.code]: s for s in found}) for f, found in (before, after)
        )
        renewed = [(old[code], s) for code, s in new.items() if code in old and old[code] != s]
        added, dropped = (
            [s for code, s in one.items() if code not in other]
            for one, other in ((new, old), (old, new))
        )
        return (
            Change(earlier, later, renewed, added, dropped) if renewed or added or dropped else None
        )

    @property
    def title(self):
        return f"{self.filing.name}各期趋势"

    def table(self):
        """The declaration: a row a series, a column a round."""
        return Table(
            title=self.title,
            columns=[
                TableColumn("指标", width=26),
                TableColumn("计量单位", width=10),
                *self.heads(),
            ],
            rows=[series.row for series in self.series],
            area=self.filing,
            reading=DataRange.APPROVED if self.approved else DataRange.ALL,
            notes=list(self.notes()),
        )

    def heads(self):
        labels = [period_label(filing.round.period) for filing in self.filings]
        for label, filing in zip(labels, self.filings, strict=True):
            yield TableColumn(
                label if labels.count(label) == 1 else filing.round.title, "", ColumnKind.NUMBER
            )

    def notes(self):
        yield "达标率按各期当时有效的标准计算，不计缺数；换了标准的各期不宜直接比较。"
        if any(isinstance(cell, Partial) for series in self.series for cell in series.cells):
            yield "“缺”后的数字是没有填报该项的社区数，合计不含这些社区。"
        if any(NOT_ASKED in series.cells for series in self.series):
            yield f"“{NOT_ASKED}”：这一期没有这个补充项。"


def last(code, heirs):
    """Who came after, and after that; whoever names each other as successor ends with one of the two."""
    passed = {code}
    while heirs[code] in heirs and heirs[code] not in passed:
        code = heirs[code]
        passed.add(code)
    return code


def verdict(standard, judgment):
    """What was found and what of it, short enough for a cell."""
    if judgment.verdict == Verdict.NOT_APPLICABLE:
        return "不适用"
    if judgment.verdict == Verdict.UNKNOWN:
        return "缺数"
    actual = format_value(judgment.actual, standard.unit)
    return (
        f"✓ {actual}"
        if judgment.verdict == Verdict.MET
        else f"✗ {actual}，{gap_text(standard, judgment)}"
    )
