"""汇总表: a row a unit, each upper unit above what it is added up from; the page and the file are one declaration.

Upper units are read from the stored roll-ups, so a city's totals cost the same however many communities it has.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from communities.models import Level
from reports.engine.measures import all_measures
from reports.left_out import left_out_filings, left_out_text
from reports.measure_columns import NOTHING, MeasureColumn, stage_counts_by_parent
from reports.models import AreaMeasures, Measures
from reports.overview import FIGURES
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.export.table import DataRange
from surveys.models import Filing, Status
from surveys.sections import Section

PER_READ = 1_000
INDENT = "　"
STAGES = "“建设阶段”各列，上级单位为已配人或正常运转的社区数，社区为所处阶段。"
LACKING = "“缺”后的数字是没有填报该项的社区数，合计不含这些社区。"


class Line(NamedTuple):
    """One row to come: a filing at its depth; `rank` as in a table; `own` where it is an upper unit's own records only."""

    pk: int
    name: str
    level: int
    depth: int
    rank: str = ""
    own: bool = False

    @property
    def is_area(self):
        return self.level < Level.COMMUNITY and not self.own


@dataclass
class Summary:
    """The table of an area: one section, or the key figures of all; rows down to level `by`."""

    filing: Filing
    section: Section | None
    by: int
    approved: bool = False

    @cached_property
    def figures(self):
        if self.section:
            return [
                MeasureColumn(measure)
                for source in self.section.measures
                for measure in source.measures
            ]
        return list(key_figures())

    @property
    def title(self):
        subject = f"社区{self.section.label}" if self.section else "社区工作主要指标"
        return f"{self.filing.name}{period_label(self.filing.round.period)}{subject}汇总表"

    @cached_property
    def lines(self):
        """Every row, without its figures: upper units first, then what is below them, in the order of their codes."""
        children, by_pk = defaultdict(list), {}
        for each in sorted(self.filings, key=lambda each: (each.code or "~", each.path)):
            by_pk[each.pk] = each
            children[each.parent_id].append(each)
        top = by_pk.get(
            self.filing.pk
        )  # none for a community that is not approved, where only those count
        return list(self.walk(top, children, 0)) if top else []

    @cached_property
    def filings(self):
        """The filings that get a row: down to the level, and units run without the level in between."""
        found = Filing.objects.within(self.filing).filter(round=self.filing.round_id)
        found = found.filter(
            Q(level__lte=self.by) | Q(parent__level__lt=self.by), level__lte=Level.COMMUNITY
        )
        if self.approved:
            found = found.filter(Q(level__lt=Level.COMMUNITY) | Q(status=Status.APPROVED))
        return list(
            found.order_by().values_list(
                "pk", "parent_id", "name", "code", "level", "path", named=True
            )
        )

    def walk(self, each, children, depth):
        below = children[each.pk]
        rank = "" if not below else "sub" if depth else "sum"
        yield Line(each.pk, each.name, each.level, depth, rank)
        if below and each.pk in self.with_own:
            yield Line(each.pk, f"{each.name}（本级）", each.level, depth + 1, own=True)
        for child in below:
            yield from self.walk(child, children, depth + 1)

    @cached_property
    def with_own(self):
        """Pks of upper filings that report something of this table themselves, such as a street's own staff."""
        said = Q(pk__in=[])
        for figure in self.figures:
            if figure.name not in ("streets", "communities"):
                said |= Q(**{f"{figure.name}__isnull": False})
        rows = Measures.objects.with_answers(figure.name for figure in self.figures).within(
            self.filing
        )
        rows = rows.filter(said, round=self.filing.round_id, level__lt=Level.COMMUNITY)
        rows = rows.filter(filing__status=Status.APPROVED) if self.approved else rows
        return set(rows.values_list("pk", flat=True))

    def table(self, lines=None, href=lambda line: ""):
        """The declaration; `lines` are the rows of one page, all by default."""
        lines = self.lines if lines is None else lines
        communities = TableColumn("社区数", "个", ColumnKind.COUNT)
        return Table(
            title=self.title,
            columns=[
                TableColumn("单位", width=26),
                communities,
                *(figure.column for figure in self.figures),
            ],
            rows=self.rows(lines, href),
            area=self.filing,
            reading=DataRange.APPROVED if self.approved else DataRange.ALL,
            notes=list(self.notes()),
            signed=True,
        )

    @cached_property
    def left_out(self):
        return left_out_filings(self.filing) if self.approved else []

    def notes(self):
        if self.approved:
            more = (
                f"没有审定、没有计入的：{left_out_text(self.left_out)}"
                if self.left_out
                else "应报的都已审定"
            )
            yield f"本表只含已审定的填报表；{more}。"
        yield LACKING
        if averages := [
            f"“{figure.column.label}”" for figure in self.figures if figure.measure.averages
        ]:
            yield f"{'、'.join(averages)}，上级单位为填报了该项的社区的平均数。"
        if any(figure.is_stage for figure in self.figures):
            yield STAGES

    def rows(self, lines, href):
        for start in range(0, len(lines), PER_READ):
            part = lines[start : start + PER_READ]
            areas, own = self.area_rows(part), self.own_rows(part)
            for line in part:
                cells = (
                    self.area_cells(areas.get(line.pk, {}))
                    if line.is_area
                    else self.cells(own.get(line.pk, {}), line.own)
                )
                yield TableRow([INDENT * line.depth + line.name, *cells], line.rank, href(line))

    def area_cells(self, row):
        if not row and self.approved:
            return [0, *(NOTHING for _ in self.figures)]
        return [row.get("communities"), *(figure.of_area(row) for figure in self.figures)]

    def cells(self, row, own):
        """Those of a community; an upper unit's own records lack nothing: it is not asked what its communities are."""
        found = [figure.of_filing(row) for figure in self.figures]
        return ["", *(NOTHING if each is None and own else each for each in found)]

    def area_rows(self, lines):
        """{pk: roll-up} of the upper units among the lines."""
        wanted = [line.pk for line in lines if line.is_area]
        names = {"communities", *(f.name for f in self.figures), *(f.missing for f in self.figures)}
        names |= {figure.of for figure in self.figures if figure.of}
        stored = AreaMeasures.objects.with_answers(names).filter(
            filing__in=wanted, approved=self.approved
        )
        rows = {row["filing"]: row for row in (stored.values("filing", *names) if wanted else ())}
        return {pk: row | self.working.get(pk, {}) for pk, row in rows.items()}

    @cached_property
    def working(self):
        """{pk of an upper filing: {stage: how many communities below have the body at work, or None where none said}}"""
        found = stage_counts_by_parent(self.filing, self.figures, approved=self.approved)
        above = dict(self.uppers()) if found else {}
        sums = defaultdict(lambda: (0, 0))
        for (parent, name), counts in found.items():
            while parent in above:
                sums[parent, name] = tuple(map(sum, zip(sums[parent, name], counts, strict=True)))
                parent = above[parent]
        made = defaultdict(dict)
        for (pk, name), (said, at_work) in sums.items():
            made[pk][name] = at_work if said else None
        return made

    def uppers(self):
        """(pk, pk above) of every upper filing of the area."""
        if self.by >= Level.STREET:
            return (
                (each.pk, each.parent_id) for each in self.filings if each.level < Level.COMMUNITY
            )
        found = Filing.objects.within(self.filing).filter(
            round=self.filing.round_id, level__lt=Level.COMMUNITY
        )
        return found.order_by().values_list("pk", "parent_id")

    def own_rows(self, lines):
        """{pk: measures} of the communities among the lines, and of what upper units report themselves."""
        wanted = [line.pk for line in lines if not line.is_area]
        names = {figure.name for figure in self.figures} | {
            figure.of for figure in self.figures if figure.of
        }
        stored = Measures.objects.with_answers(names).filter(pk__in=wanted).values("pk", *names)
        return {row["pk"]: row for row in (stored if wanted else ())}


def key_figures():
    """The figures of the overview, each share right beside what it is a share of."""
    for group, pairs in FIGURES.items():
        for name, of in pairs:
            if name in ("streets", "communities"):
                continue
            yield MeasureColumn(all_measures()[name], groups=(group,))
            if of:
                yield MeasureColumn(all_measures()[name], of, (group,))
