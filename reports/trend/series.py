"""The lines of a trend: each a pass rate, a standard or a measure, with a value for every round."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, zip_longest

from django.urls import reverse

from communities.models import Level
from reports.engine.area_group import (
    AreaGroup,
    overall_result,
)
from reports.engine.compliance import Verdict, binding_standards_on, standards_judged_at
from reports.engine.scope import APPROVED, Scope
from reports.measure_columns import NOTHING, MeasureColumn, columns_and_wholes
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
        cells, links = [self.label, self.unit, *self.cells], ["", *self.links]
        return TableRow(cells, kind=self.kind, links=links)


@dataclass
class RuleChange:
    """From one round to the next.

    (old, new) of standards renewed or succeeded, those that are new, those that ended.
    """

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
        days = [filing.round.reference_date for filing in self.filings]
        found = binding_standards_on(days, self.filing)
        judging = []
        for standards in found:
            judging.append(standards_judged_at(Level.COMMUNITY, standards))
        return judging

    @cached_property
    def group(self):
        return AreaGroup(self.filings, Scope(self.approved))

    @cached_property
    def results(self):
        """{filing pk: {standard pk: StandardResult}}"""
        every = {}
        for standards in self.in_force:
            for standard in standards:
                every[standard.pk] = standard
        return self.group.results(list(every.values()))

    @cached_property
    def lineage(self):
        """{code: the code of the standard that took its place in the end}, itself where none did."""
        heirs = {}
        for standards in self.in_force:
            for standard in standards:
                heirs[standard.code] = standard.successor
        return {code: last_heir(code, heirs) for code in heirs}

    @cached_property
    def known(self):
        """{code: newest version} of every standard that judged in one of the rounds, in the order
        of the rule book.
        """
        found = {}
        for standards in self.in_force:
            for standard in standards:
                found[self.lineage[standard.code]] = standard
        return dict(sorted(found.items(), key=lambda pair: pair[1].position))

    @cached_property
    def measures(self):
        return self.group.values(columns_and_wholes(self.figures))

    @cached_property
    def at_work(self):
        stages = [figure.name for figure in self.figures if figure.is_stage]
        return self.group.communities_at_work(stages)

    @cached_property
    def series(self):
        """The Series of all standards together, of each standard asked for, of each measure."""
        asked = {self.lineage.get(code) for code in self.codes}
        found = [self.series_of_all]
        for code, standard in self.known.items():
            if code in asked:
                found.append(self.series_of_standard(standard))
        for figure in self.figures:
            found.append(self.series_of_measure(figure))
        return found

    @property
    def series_of_all(self):
        """The share of all verdicts that are met; of a community the share of its standards."""
        rates = []
        for filing, standards in zip(self.filings, self.in_force, strict=True):
            result = overall_result(self.results.get(filing.pk, {}), standards)
            rates.append(result.rate)
        changed = []
        for number, change in enumerate(self.changes, start=1):
            if change:
                changed.append(number)
        return Series(
            "达标率",
            "%",
            ColumnKind.PERCENT,
            self.rate_cells(rates),
            rates,
            self.links("reports:matrix"),
            frozenset(changed),
        )

    def series_of_standard(self, standard):
        if self.is_area:
            return self.rate_series(standard)
        return self.verdict_series(standard)

    def rate_series(self, standard):
        """The share of an area's communities that meet one standard."""
        results, versions = self.results_of(standard.code), self.versions(standard.code)
        rates = []
        for result in results:
            rate = result.rate if result else None
            rates.append(rate)
        queries = []
        for version in versions:
            shown = version or standard
            queries.append(f"show={shown.code}")
        return Series(
            f"{standard.name}达标率",
            "%",
            ColumnKind.PERCENT,
            self.rate_cells(rates),
            rates,
            self.links("reports:matrix", queries),
            self.breaks(standard.code),
        )

    def verdict_series(self, standard):
        """One community against one standard.

        The value that was judged, and the verdict in words.
        """
        cells, numbers = [], []
        versions, results = self.versions(standard.code), self.results_of(standard.code)
        for version, result in zip(versions, results, strict=True):
            judgment = result.judgment if result else None
            cells.append(short_verdict(version, judgment) if judgment else NOTHING)
            numbers.append(judgment.actual if judgment else None)
        links = []
        for filing in self.filings:
            paper = reverse("reports:filing", args=[filing.pk])
            links.append(f"{paper}#h-verdicts")
        return Series(
            standard.name,
            standard.unit,
            ColumnKind.TEXT,
            cells,
            numbers,
            links,
            self.breaks(standard.code),
        )

    def series_of_measure(self, figure):
        cells, numbers, links = [], [], []
        behind = self.links("reports:measure", more=[figure.name])
        for filing, link in zip(self.filings, behind, strict=True):
            cell = self.measure_cell(figure, filing)
            cells.append(cell)
            links.append(link if self.asks(filing, figure) else "")
            # A word, such as a stage, is drawn by its number.
            row = self.measures.get(filing.pk, {})
            numbers.append(row.get(figure.name) if isinstance(cell, str) else cell)
        column = figure.column
        unit = figure.area_unit if self.is_area else column.unit
        label = column.label
        if self.is_area and not figure.of:
            label = figure.measure.area_label
        return Series(label, unit, column.kind, cells, numbers, links)

    def asks(self, filing, figure):
        """Whether the filing's round asks what the figure is counted from."""
        if not CODE.fullmatch(figure.name):
            return True
        return any(measure.name == figure.name for measure in self.own[filing.round_id])

    def measure_cell(self, figure, filing):
        if not self.asks(filing, figure):
            return NOT_ASKED
        row = self.measures.get(filing.pk)
        if row is None:
            return NOTHING
        if self.is_area:
            return figure.of_area(row | self.at_work.get(filing.pk, {}))
        return figure.of_filing(row)

    def rate_cells(self, rates):
        """Where nothing of a round counts, that is said and not called unknown."""
        cells = []
        for filing, rate in zip(self.filings, rates, strict=True):
            cell = rate if filing.pk in self.results else NOTHING
            cells.append(cell)
        return cells

    def results_of(self, code):
        """The StandardResult of each round against its own version.

        None where none was in force.
        """
        found = []
        for filing, version in zip(self.filings, self.versions(code), strict=True):
            results = self.results.get(filing.pk, {})
            found.append(results.get(version.pk) if version else None)
        return found

    def versions(self, code):
        """The version of a standard in each round, or what stood in its place.

        None where none was in force.
        """
        heir, found = self.lineage[code], []
        for standards in self.in_force:
            mine = (s for s in standards if self.lineage[s.code] == heir)
            found.append(next(mine, None))
        return found

    def breaks(self, code):
        changed = []
        for number, (old, new) in enumerate(pairwise(self.versions(code)), start=1):
            if old != new:
                changed.append(number)
        return frozenset(changed)

    def links(self, name, queries=(), more=()):
        """The rows behind each round's value: an area's own page, a community's paper."""
        if not self.is_area:
            return [reverse("reports:filing", args=[filing.pk]) for filing in self.filings]
        links = []
        for filing, query in zip_longest(self.filings, queries):
            address = reverse(name, args=[filing.pk, *more])
            wanted = [query] if query else []
            if self.approved:
                wanted.append(APPROVED)
            if wanted:
                address = f"{address}?{'&'.join(wanted)}"
            links.append(address)
        return links

    @cached_property
    def changes(self):
        """[RuleChange or None] from each round to the next."""
        rounds = zip(self.filings, self.in_force, strict=True)
        return [self.change_between(before, after) for before, after in pairwise(rounds)]

    def change_between(self, before, after):
        """The RuleChange between two rounds, each given as (filing, its standards).

        None where the rules are the same.
        """
        (earlier, old_standards), (later, new_standards) = before, after
        old, new = self.by_lineage(old_standards), self.by_lineage(new_standards)
        renewed, added = [], []
        for code, standard in new.items():
            if code not in old:
                added.append(standard)
            elif old[code] != standard:
                renewed.append((old[code], standard))
        dropped = []
        for code, standard in old.items():
            if code not in new:
                dropped.append(standard)
        if not renewed and not added and not dropped:
            return None
        return RuleChange(earlier, later, renewed, added, dropped)

    def by_lineage(self, standards):
        return {self.lineage[standard.code]: standard for standard in standards}

    @property
    def title(self):
        return f"{self.filing.name}各期趋势"

    def table(self):
        """The declaration: a row a series, a column a round."""
        columns = [TableColumn("指标", width=26), TableColumn("计量单位", width=10)]
        return Table(
            title=self.title,
            columns=[*columns, *self.heads()],
            rows=[series.row for series in self.series],
            area=self.filing,
            reading=DataRange.APPROVED if self.approved else DataRange.ALL,
            notes=list(self.notes()),
        )

    def heads(self):
        """A column a round, by its period, by its title where two rounds have one period."""
        labels = [period_label(filing.round.period) for filing in self.filings]
        for label, filing in zip(labels, self.filings, strict=True):
            head = label if labels.count(label) == 1 else filing.round.title
            yield TableColumn(head, "", ColumnKind.NUMBER)

    def notes(self):
        yield "达标率按各期当时有效的标准计算，不计缺数；换了标准的各期不宜直接比较。"
        cells = []
        for series in self.series:
            cells.extend(series.cells)
        if any(isinstance(cell, Partial) for cell in cells):
            yield "“缺”后的数字是没有填报该项的社区数，合计不含这些社区。"
        if NOT_ASKED in cells:
            yield f"“{NOT_ASKED}”：这一期没有这个补充项。"


def last_heir(code, heirs):
    """Who came after, and after that.

    Whoever names each other as successor ends with one of the two.
    """
    passed = {code}
    while heirs[code] in heirs and heirs[code] not in passed:
        code = heirs[code]
        passed.add(code)
    return code


def short_verdict(standard, judgment):
    """What was found and what of it, short enough for a cell."""
    if judgment.verdict == Verdict.NOT_APPLICABLE:
        return "不适用"
    if judgment.verdict == Verdict.UNKNOWN:
        return "缺数"
    actual = format_value(judgment.actual, standard.unit)
    if judgment.verdict == Verdict.MET:
        return f"✓ {actual}"
    return f"✗ {actual}，{gap_text(standard, judgment)}"
