"""The list of a reviewer: every outlier of an area, with what was said about it; seven queries, however many units, or two.

What was found is kept in memory as long as nobody saves or decides anything in sight: a city of 5,000 takes a second.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Sum

from review.models import Dismissal
from review.outliers import figures, records
from review.outliers.found import Outlier
from surveys.export import Table, TableColumn, TableRow
from surveys.export.table import ColumnKind as Shows
from surveys.models import Filing


class OutlierPlace(NamedTuple):
    """The filing of an outlier, as far as the list shows it."""

    pk: int
    path: str
    name: str
    above: str | None


@dataclass
class Line:
    """One outlier in its place; `said` is what was found about it, if it still holds."""

    outlier: Outlier
    place: OutlierPlace
    said: Dismissal | None = None
    earlier: str = ""  # what was found before the figure changed

    @property
    def pick(self):
        return "|".join(map(str, self.outlier.identity))


class Listing:
    """Outliers at or below `filing`; peers and other rosters are all that the reader has in sight."""

    def __init__(self, filing, user):
        self.filing, self.user = filing, user

    @property
    def visible(self):
        """The ids of the filings whose records are read."""
        return (
            Filing.objects.visible_to(self.user)
            .filter(round=self.filing.round_id)
            .order_by()
            .values("pk")
        )

    @cached_property
    def found(self):
        """(every outlier in sight, the oddest first; {filing pk: Place})"""
        key, state = (
            f"outliers:{self.filing.round_id}:{':'.join(sorted(self.user.paths()))}",
            self.state,
        )
        kept = cache.get(key)
        if not kept or kept[0] != state:
            kept = state, self.searched()
            cache.set(key, kept)
        return kept[1]

    @property
    def state(self):
        """Changes with every save and step in sight, in this round and those it is compared with."""
        mine = Filing.objects.visible_to(self.user).filter(**figures.span(self.filing.round))
        return mine.order_by().aggregate(filings=Count("pk"), saves=Sum("version"))

    def searched(self):
        now, past = figures.read(self.filing.round, self.user)
        made = [
            *figures.against_past(now, past),
            *figures.against_peers(now),
            *figures.against_above(now),
            *records.sums(self.filing.round, self.visible),
            *records.persons(self.visible),
            *records.coverage(self.visible),
        ]
        names, wanted = {each.filing: each.name for each in now}, {each.filing for each in made}
        places = {
            e.filing: OutlierPlace(e.filing, e.path, e.name, names.get(e.parent))
            for e in now
            if e.filing in wanted
        }
        return sorted(made, key=lambda each: (-each.weight, each.identity)), places

    def filings(self, wanted):
        """{pk: Filing} of these filings of the area."""
        mine = (
            Filing.objects.visible_to(self.user)
            .within(self.filing)
            .filter(round=self.filing.round_id)
        )
        return mine.select_related("round").in_bulk(wanted)

    @cached_property
    def lines(self):
        said = (
            Dismissal.objects.visible_to(self.user)
            .filter(filing__round=self.filing.round_id)
            .select_related("by")
        )
        known = {(each.filing_id, each.kind, each.subject): each for each in said}
        found, places = self.found
        inside = (
            each
            for each in found
            if each.filing in places and places[each.filing].path.startswith(self.filing.path)
        )
        return [line(each, places[each.filing], known.get(each.identity)) for each in inside]

    def picked(self, picks):
        """The outliers that were ticked, as far as they are still there."""
        return [line.outlier for line in self.lines if line.pick in picks]

    def table(self, lines):
        """The declaration of the list; names of persons are masked for who does not work with them."""
        return Table(
            title=f"{self.filing.name}异常核对清单",
            columns=[
                TableColumn("单位", width=20),
                TableColumn("上级", width=14),
                TableColumn("类别", width=16),
                TableColumn("事项", width=22),
                TableColumn(
                    "填报值", kind=Shows.NAME if any_person(lines) else Shows.TEXT, width=32
                ),
                TableColumn("为什么要核对", width=48),
                TableColumn("核对结果", width=36),
                TableColumn("核对人", width=12),
            ],
            rows=[TableRow(cells(line)) for line in lines],
            area=self.filing,
        )


def line(outlier, place, said):
    holds = said and said.value == outlier.value[:200]
    return Line(outlier, place, said if holds else None, "" if holds or not said else said.reason)


def any_person(lines):
    return any(line.outlier.kind.key == "person" for line in lines)


def cells(line):
    each, place, said = line.outlier, line.place, line.said
    found = [said.reason, said.by.name] if said else ["", ""]
    return [
        place.name,
        place.above or "",
        each.kind.label,
        each.label,
        each.value,
        each.why,
        *found,
    ]
