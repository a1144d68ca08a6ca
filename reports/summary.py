"""汇总表: a row a unit, each upper unit above what it is added up from; the page and the file are one declaration.

Upper units are read from the stored roll-ups, so a city's totals cost the same however many communities it has.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from communities.models import Level
from reports.engine.area import Area
from reports.engine.measures import all_measures
from reports.left_out import left_out_filings, left_out_text
from reports.measure_columns import (
    NOTHING,
    MeasureColumn,
    columns_and_wholes,
    stage_counts_by_parent,
)
from reports.models import AreaMeasures, Measures
from reports.overview import FIGURES
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.models import Status
from surveys.sections import Section

PER_READ = 1_000
INDENT = "　"
STAGES = "“建设阶段”各列，上级单位为已配人或正常运转的社区数，社区为所处阶段。"
LACKING = "“缺”后的数字是没有填报该项的社区数，合计不含这些社区。"


class SummaryLine(NamedTuple):
    """One row to come: a filing at its depth; `rank` as in a table.

    `own` where it is an upper unit's own records only.
    """

    pk: int
    name: str
    level: int
    depth: int
    rank: str = ""
    own: bool = False

    @property
    def is_area(self):
        return self.level < Level.COMMUNITY and not self.own


class StageCount(NamedTuple):
    """Of the communities below a filing how many have said a stage, and how many have the body at
    work.
    """

    said: int = 0
    at_work: int = 0


@dataclass
class SummaryTable:
    """The table of an area: one section, or the key figures of all; rows down to level `by`."""

    area: Area
    section: Section | None
    by: int

    @property
    def filing(self):
        return self.area.filing

    @property
    def approved(self):
        return self.area.approved

    @cached_property
    def figures(self):
        """The MeasureColumns after the number of communities."""
        if not self.section:
            return list(key_columns())
        columns = []
        for source in self.section.measures:
            columns += [MeasureColumn(measure) for measure in source.measures]
        return columns

    @property
    def title(self):
        subject = f"社区{self.section.label}" if self.section else "社区工作主要指标"
        return f"{self.filing.name}{period_label(self.filing.round.period)}{subject}汇总表"

    @cached_property
    def lines(self):
        """Every row, without its figures.

        Upper units first, then what is below them, in the order of their codes.
        """
        children, by_pk = defaultdict(list), {}
        for each in sorted(self.filings, key=lambda each: (each.code or "~", each.path)):
            by_pk[each.pk] = each
            children[each.parent_id].append(each)
        # None of a community that is not approved, where only those count.
        top = by_pk.get(self.filing.pk)
        if top is None:
            return []
        return list(self.lines_from(top, children, 0))

    @cached_property
    def filings(self):
        """The filings that get a row.

        Down to the level, and units run without the level in between.
        """
        in_depth = Q(level__lte=self.by) | Q(parent__level__lt=self.by)
        found = self.area.filings.filter(in_depth, level__lte=Level.COMMUNITY)
        if self.approved:
            found = found.filter(Q(level__lt=Level.COMMUNITY) | Q(status=Status.APPROVED))
        columns = ("pk", "parent_id", "name", "code", "level", "path")
        return list(found.order_by().values_list(*columns, named=True))

    def lines_from(self, each, children, depth):
        """Yields the SummaryLine of a filing, of its own records where it has any, and of what is
        below it.
        """
        below = children[each.pk]
        rank = ""
        if below:
            rank = "sub" if depth else "sum"
        yield SummaryLine(each.pk, each.name, each.level, depth, rank)
        if below and each.pk in self.with_own_records:
            name = f"{each.name}（本级）"
            yield SummaryLine(each.pk, name, each.level, depth + 1, own=True)
        for child in below:
            yield from self.lines_from(child, children, depth + 1)

    @cached_property
    def with_own_records(self):
        """Pks of upper filings that report something of this table themselves, such as a street's
        own staff.
        """
        names = [figure.name for figure in self.figures]
        said = Q(pk__in=[])
        for name in names:
            if name not in ("streets", "communities"):
                said |= Q(**{f"{name}__isnull": False})
        rows = Measures.objects.with_answers(names).within(self.filing)
        rows = rows.filter(said, round=self.filing.round_id, level__lt=Level.COMMUNITY)
        if self.approved:
            rows = rows.filter(filing__status=Status.APPROVED)
        return set(rows.values_list("pk", flat=True))

    def table(self, lines=None, href=lambda line: ""):
        """The declaration; `lines` are the rows of one page, all by default, `href(line)` where one
        leads.
        """
        if lines is None:
            lines = self.lines
        columns = [TableColumn("单位", width=26), TableColumn("社区数", "个", ColumnKind.COUNT)]
        columns += [figure.column for figure in self.figures]
        return Table(
            title=self.title,
            columns=columns,
            rows=self.rows(lines, href),
            area=self.filing,
            reading=self.area.scope.reading,
            notes=list(self.notes()),
            signed=True,
        )

    @cached_property
    def left_out(self):
        if not self.approved:
            return []
        return left_out_filings(self.filing)

    def notes(self):
        if self.approved:
            more = "应报的都已审定"
            if self.left_out:
                more = f"没有审定、没有计入的：{left_out_text(self.left_out)}"
            yield f"本表只含已审定的填报表；{more}。"
        yield LACKING
        averaged = [figure for figure in self.figures if figure.measure.averages]
        if averaged:
            quoted = [f"“{figure.column.label}”" for figure in averaged]
            labels = "、".join(quoted)
            yield f"{labels}，上级单位为填报了该项的社区的平均数。"
        if any(figure.is_stage for figure in self.figures):
            yield STAGES

    def rows(self, lines, href):
        """Yields the TableRow of each line, read some hundreds at a time."""
        for start in range(0, len(lines), PER_READ):
            part = lines[start : start + PER_READ]
            areas, own = self.area_rows(part), self.own_rows(part)
            for line in part:
                if line.is_area:
                    cells = self.area_cells(areas.get(line.pk, {}))
                else:
                    cells = self.filing_cells(own.get(line.pk, {}), line.own)
                name = INDENT * line.depth + line.name
                yield TableRow([name, *cells], line.rank, href(line))

    def area_cells(self, row):
        """The number of communities and the figures of an upper unit.

        No communities where none is approved.
        """
        if not row and self.approved:
            return [0] + [NOTHING] * len(self.figures)
        figures = [figure.of_area(row) for figure in self.figures]
        return [row.get("communities"), *figures]

    def filing_cells(self, row, own):
        """Those of a community; an upper unit's own records lack nothing: it is not asked what its
        communities are.
        """
        cells = [""]
        for figure in self.figures:
            value = figure.of_filing(row)
            if value is None and own:
                value = NOTHING
            cells.append(value)
        return cells

    def area_rows(self, lines):
        """{pk: roll-up} of the upper units among the lines."""
        wanted = [line.pk for line in lines if line.is_area]
        if not wanted:
            return {}
        self.area.freshen()
        names = {"communities"} | columns_and_wholes(self.figures)
        for figure in self.figures:
            names.add(figure.missing)
        stored = AreaMeasures.objects.filter(filing__in=wanted, approved=self.approved)
        rows = {}
        for row in stored.with_answers(names).values("filing", *names):
            pk = row["filing"]
            rows[pk] = row | self.at_work.get(pk, {})
        return rows

    @cached_property
    def at_work(self):
        """{pk of an upper filing: {stage: communities below with the body at work, or None where
        none said}}.
        """
        counts = stage_counts_by_parent(self.filing, self.figures, approved=self.approved)
        if not counts:
            return {}
        above = dict(self.uppers())
        sums = defaultdict(StageCount)
        for (parent, name), (said, at_work) in counts.items():
            # Added to every unit above, up to the area itself.
            while parent in above:
                total = sums[parent, name]
                sums[parent, name] = StageCount(total.said + said, total.at_work + at_work)
                parent = above[parent]
        found = defaultdict(dict)
        for (pk, name), total in sums.items():
            found[pk][name] = total.at_work if total.said else None
        return found

    def uppers(self):
        """(pk, pk above) of every upper filing of the area."""
        if self.by >= Level.STREET:
            pairs = []
            for each in self.filings:
                if each.level < Level.COMMUNITY:
                    pairs.append((each.pk, each.parent_id))
            return pairs
        uppers = self.area.filings.filter(level__lt=Level.COMMUNITY)
        return uppers.order_by().values_list("pk", "parent_id")

    def own_rows(self, lines):
        """{pk: measures} of the communities among the lines, and of what upper units report
        themselves.
        """
        wanted = [line.pk for line in lines if not line.is_area]
        if not wanted:
            return {}
        names = columns_and_wholes(self.figures)
        stored = Measures.objects.with_answers(names).filter(pk__in=wanted)
        return {row["pk"]: row for row in stored.values("pk", *names)}


def key_columns():
    """The figures of the overview, each share right beside what it is a share of."""
    for group, pairs in FIGURES.items():
        for name, of in pairs:
            if name in ("streets", "communities"):
                continue
            measure = all_measures()[name]
            yield MeasureColumn(measure, groups=(group,))
            if of:
                yield MeasureColumn(measure, of, (group,))
