"""The list of a reviewer: every outlier of an area, with what was said about it; seven queries, however many units."""

from dataclasses import dataclass
from functools import cached_property

from reports.models import Dismissal
from reports.outliers import figures, records
from reports.outliers.found import Outlier
from surveys.export import Column, Row, Table
from surveys.export.table import Kind as Shows
from surveys.models import Filing


@dataclass
class Line:
    """One outlier in its place; `said` is what was found about it, if it still holds."""

    outlier: Outlier
    filing: Filing
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
        return Filing.objects.visible_to(self.user).filter(round=self.filing.round_id).order_by().values("pk")

    @cached_property
    def found(self):
        """Every outlier in sight, the oddest first."""
        now, past = figures.read(self.filing.round, self.user)
        made = [
            *figures.against_past(now, past),
            *figures.against_peers(now),
            *figures.against_above(now),
            *records.sums(self.filing.round, self.visible),
            *records.persons(self.visible),
            *records.coverage(self.visible),
        ]
        return sorted(made, key=lambda each: (-each.weight, each.identity))

    @cached_property
    def filings(self):
        """{pk: Filing} of the area, as far as something was found in it."""
        mine = Filing.objects.visible_to(self.user).within(self.filing).filter(round=self.filing.round_id)
        wanted = {each.filing for each in self.found}
        chosen = mine.select_related("parent")
        return {each.pk: self.with_round(each) for each in chosen if each.pk in wanted}

    def with_round(self, filing):
        filing.round = self.filing.round
        return filing

    @cached_property
    def lines(self):
        said = Dismissal.objects.visible_to(self.user).filter(filing__round=self.filing.round_id).select_related("by")
        known = {(each.filing_id, each.kind, each.subject): each for each in said}
        return [self.line(each, known.get(each.identity)) for each in self.found if each.filing in self.filings]

    def line(self, outlier, said):
        holds = said and said.value == outlier.value[:200]
        return Line(
            outlier, self.filings[outlier.filing], said if holds else None, "" if holds or not said else said.reason
        )

    def picked(self, picks):
        """The outliers that were ticked, as far as they are still there."""
        return [line.outlier for line in self.lines if line.pick in picks]

    def table(self, lines):
        """The declaration of the list; names of persons are masked for who does not work with them."""
        return Table(
            title=f"{self.filing.name}异常核对清单",
            columns=[
                Column("单位", width=20),
                Column("上级", width=14),
                Column("类别", width=16),
                Column("事项", width=22),
                Column("填报值", kind=Shows.NAME if any_person(lines) else Shows.TEXT, width=32),
                Column("为什么要核对", width=48),
                Column("核对结果", width=36),
                Column("核对人", width=12),
            ],
            rows=[Row(cells(line)) for line in lines],
            area=self.filing,
        )


def any_person(lines):
    return any(line.outlier.kind.key == "person" for line in lines)


def cells(line):
    each, parent, said = line.outlier, line.filing.parent, line.said
    found = [said.reason, said.by.name] if said else ["", ""]
    return [line.filing.name, parent.name if parent else "", each.kind.label, each.label, each.value, each.why, *found]
