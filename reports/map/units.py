"""The units drawn.

How many people live there, and how far they meet the standards, or one of them.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q

from communities.models import Level
from reports.engine.area import Area
from reports.engine.area_group import AreaGroup, StandardResult
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Partial, Table, TableColumn, TableRow
from surveys.models import Filing
from surveys.pages.filings import filing_href

MOST = 600  # units drawn at once: more are dust
STEPS = (0.2, 0.4, 0.6, 0.8)
SIGN_WORDS = {"✓": "达标", "✗": "未达标", "—": "没有可判定的标准"}
CLASSES = ("不足 20%", "20%–40%", "40%–60%", "60%–80%", "80% 及以上")


@dataclass(frozen=True)
class MapUnit:
    """One unit that is drawn.

    `group` is the unit right below the area it lies in, or the area itself. `missing` communities
    have not said how many residents they have; `single`: one community that is judged by one
    standard.
    """

    filing: Filing
    group: Filing
    residents: float | None
    missing: int
    standing: StandardResult
    href: str
    single: bool

    @property
    def short_name(self):
        """The name without 社区, to save room."""
        return self.filing.name.removesuffix("社区")

    @property
    def shade(self):
        """The number of the class of its pass rate; None where that is unknown."""
        rate = self.standing.rate
        if rate is None:
            return None
        return sum(rate >= step for step in STEPS)

    @property
    def rate_text(self):
        """The pass rate; of one community against one standard its verdict."""
        rate = self.standing.rate
        if rate is None:
            return "缺数" if self.standing.unknown else "—"
        if self.single:
            return "✓" if rate else "✗"
        return f"{100 * rate:.0f}%"

    @property
    def summary(self):
        """Name, residents and pass rate in words."""
        residents = "人口缺数"
        if self.residents is not None:
            residents = f"{self.residents:,.0f} 人"
        rate = SIGN_WORDS.get(self.rate_text, self.rate_text)
        return f"{self.filing.name}：{residents}，{rate}"

    @property
    def least_first(self):
        """The sorting key of the table: the lowest pass rate first, unknown ones last."""
        rate = self.standing.rate
        return (rate is None, rate or 0)


@dataclass
class MapUnits:
    """The units of level `by` in an area; with `standard` they are judged by that one.

    `children` are the filings straight below the area.
    """

    area: Area
    children: list[Filing]
    by: int
    standard: object = None

    @cached_property
    def shown(self):
        """The standards that colour the map."""
        if self.standard:
            return [self.standard]
        return self.area.without_parts

    @cached_property
    def filings(self):
        """Those of the level, and units further down that are run without it."""
        run_without_it = Q(level__gt=self.by, parent__level__lt=self.by)
        below = filings_below(self.area).filter(Q(level=self.by) | run_without_it)
        ordered = below.select_related("round").order_by("code", "path")
        return list(ordered[: MOST + 1])

    @cached_property
    def all(self):
        """[MapUnit], most people first."""
        group = AreaGroup(self.filings, self.area.scope, inside=self.area.filing)
        people = group.values(["residents"])
        results = group.counts(self.area.standards, self.shown)
        units = []
        for filing in self.filings:
            result = results.get(filing.pk) or StandardResult()
            units.append(self.map_unit(filing, people.get(filing.pk, {}), result))
        return sorted(units, key=lambda unit: -(unit.residents or 0))

    def map_unit(self, filing, people, result):
        """The MapUnit of a filing; `people` is what is known of its residents."""
        is_community = filing.level >= Level.COMMUNITY
        href = filing_href(filing)
        if not is_community:
            href += self.area.scope.query
        return MapUnit(
            filing=filing,
            group=self.group_of(filing),
            residents=people.get("residents"),
            missing=people.get("no_residents", 0),
            standing=result,
            href=href,
            single=bool(self.standard) and is_community,
        )

    def group_of(self, filing):
        """The unit right below the area that a filing lies in, else the area itself."""
        for child in self.children:
            if filing.path.startswith(child.path):
                return child
        return self.area.filing

    @property
    def grouped(self):
        """Whether units lie further down than right below the area."""
        return any(unit.group not in (unit.filing, self.area.filing) for unit in self.all)

    @property
    def empty(self):
        """Those nobody can give an area: their residents are not known."""
        return [unit for unit in self.all if not unit.residents]

    @property
    def subject(self):
        """What the colours say."""
        if self.standard:
            return f"{self.standard.name}达标率"
        return "达标率"

    def table(self):
        """The figures of the map, the lowest pass rate first."""
        period = period_label(self.area.round.period)
        ranked = sorted(self.all, key=lambda unit: unit.least_first)
        return Table(
            title=f"{self.area.filing.name}{period}各单位{self.subject}",
            columns=COLUMNS,
            rows=[map_unit_row(unit) for unit in ranked],
            area=self.area.filing,
            reading=self.area.scope.reading,
            notes=["由低到高。达标率不计缺数；“缺”后的数字是没有填人口数的社区数。"],
        )


def map_unit_row(unit):
    """One line of the table beside the map."""
    result, residents = unit.standing, unit.residents
    if unit.missing > 1:
        residents = Partial(residents, unit.missing)
    above = "" if unit.group == unit.filing else unit.group.name
    counts = [result.met, result.unmet, result.unknown]
    cells = [unit.filing.name, above, residents, result.rate, *counts]
    return TableRow(cells, href=unit.href)


COLUMNS = (
    TableColumn("单位", width=22),
    TableColumn("所属", width=16),
    TableColumn("总人口", "人", ColumnKind.COUNT),
    TableColumn("达标率", "", ColumnKind.PERCENT),
    TableColumn("达标", "项次", ColumnKind.COUNT),
    TableColumn("未达标", "项次", ColumnKind.COUNT),
    TableColumn("缺数", "项次", ColumnKind.COUNT),
)


def drawable_levels(area):
    """[(level, label, number of units)] from the top; levels of too many units are left out."""
    counts = filings_below(area).order_by("level").values("level").annotate(number=Count("pk"))
    levels = []
    for row in counts:
        if row["number"] <= MOST:
            levels.append((row["level"], Level(row["level"]).label, row["number"]))
    return levels


def filings_below(area):
    """The filings of a round below one of them, down to the communities."""
    inside = area.filings.filter(level__lte=Level.COMMUNITY)
    return inside.exclude(pk=area.filing.pk)
