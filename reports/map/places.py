"""The units drawn: how many people live there, and how far they meet the standards, or one of them."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q

from communities.models import Level
from reports.engine.area_group import AreaGroup, StandardResult
from reports.engine.compliance import standards_judged_at
from reports.engine.scope import Scope
from reports.overview import whole
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Partial, Table, TableColumn, TableRow
from surveys.export.table import DataRange
from surveys.models import Filing
from surveys.pages.filings import filing_href

MOST = 600  # units drawn at once: more are dust
STEPS = (0.2, 0.4, 0.6, 0.8)
CLASSES = ("不足 20%", "20%–40%", "40%–60%", "60%–80%", "80% 及以上")


@dataclass(frozen=True)
class Place:
    """One unit: `shade` is the class of its pass rate, none where it is unknown; `group` the unit below the area it is in."""

    filing: Filing
    group: Filing
    residents: float | None
    missing: int
    standing: StandardResult
    href: str
    single: bool

    @property
    def shade(self):
        rate = self.standing.rate
        return None if rate is None else sum(rate >= step for step in STEPS)

    @property
    def said(self):
        """The pass rate as text; of one community against one standard its verdict."""
        rate = self.standing.rate
        if rate is None:
            return "缺数" if self.standing.unknown else "—"
        return ("✓" if rate else "✗") if self.single else f"{100 * rate:.0f}%"

    @property
    def words(self):
        residents = "人口缺数" if self.residents is None else f"{self.residents:,.0f} 人"
        said = {"✓": "达标", "✗": "未达标", "—": "没有可判定的标准"}.get(self.said, self.said)
        return f"{self.filing.name}：{residents}，{said}"


@dataclass
class Places:
    """The units of level `by` in an area; with `standard` they are judged by that one. Call `tallies.refresh` first."""

    area: Filing
    children: list[Filing]
    standards: list
    by: int
    standard: object = None
    approved: bool = False

    @cached_property
    def shown(self):
        return (
            [self.standard]
            if self.standard
            else whole(standards_judged_at(Level.COMMUNITY, self.standards))
        )

    @cached_property
    def filings(self):
        """Those of the level, and units further down that are run without it."""
        found = Filing.objects.within(self.area).filter(
            round=self.area.round_id, level__lte=Level.COMMUNITY
        )
        found = found.filter(Q(level=self.by) | Q(level__gt=self.by, parent__level__lt=self.by))
        return list(
            found.exclude(pk=self.area.pk)
            .select_related("round")
            .order_by("code", "path")[: MOST + 1]
        )

    @cached_property
    def all(self):
        """[Place], most people first."""
        group = AreaGroup(self.filings, Scope(self.approved), inside=self.area)
        people = group.values(["residents"])
        standings = group.counts(self.standards, self.shown)
        made = [
            self.place(filing, people.get(filing.pk, {}), standings.get(filing.pk))
            for filing in self.filings
        ]
        return sorted(made, key=lambda place: -(place.residents or 0))

    def place(self, filing, people, standing):
        group = next(
            (child for child in self.children if filing.path.startswith(child.path)), self.area
        )
        scope = "?scope=approved" if self.approved and filing.level < Level.COMMUNITY else ""
        return Place(
            filing,
            group,
            people.get("residents"),
            people.get("no_residents", 0),
            standing or StandardResult(),
            filing_href(filing) + scope,
            bool(self.standard) and filing.level >= Level.COMMUNITY,
        )

    @property
    def empty(self):
        """Those nobody can give an area: their residents are not known."""
        return [place for place in self.all if not place.residents]

    @property
    def subject(self):
        return f"{self.standard.name}达标率" if self.standard else "达标率"

    def table(self):
        """The same as a table, the lowest pass rate first."""
        ranked = sorted(
            self.all, key=lambda place: (place.standing.rate is None, place.standing.rate or 0)
        )
        return Table(
            title=f"{self.area.name}{period_label(self.area.round.period)}各单位{self.subject}",
            columns=COLUMNS,
            rows=[self.row(place) for place in ranked],
            area=self.area,
            reading=DataRange.APPROVED if self.approved else DataRange.ALL,
            notes=["由低到高。达标率不计缺数；“缺”后的数字是没有填人口数的社区数。"],
        )

    @staticmethod
    def row(place):
        found = place.standing
        residents = (
            Partial(place.residents, place.missing) if place.missing > 1 else place.residents
        )
        above = place.group.name if place.group != place.filing else ""
        return TableRow(
            [
                place.filing.name,
                above,
                residents,
                found.rate,
                found.met,
                found.unmet,
                found.unknown,
            ],
            href=place.href,
        )


COLUMNS = (
    TableColumn("单位", width=22),
    TableColumn("所属", width=16),
    TableColumn("总人口", "人", ColumnKind.COUNT),
    TableColumn("达标率", "", ColumnKind.PERCENT),
    TableColumn("达标", "项次", ColumnKind.COUNT),
    TableColumn("未达标", "项次", ColumnKind.COUNT),
    TableColumn("缺数", "项次", ColumnKind.COUNT),
)


def levels(area):
    """[(level, label, number of units)] that can be drawn, from the top; those of too many units are left out."""
    found = Filing.objects.within(area).filter(
        round=area.round_id, level__gt=area.level, level__lte=Level.COMMUNITY
    )
    counts = found.order_by("level").values("level").annotate(number=Count("pk"))
    return [
        (row["level"], Level(row["level"]).label, row["number"])
        for row in counts
        if row["number"] <= MOST
    ]
