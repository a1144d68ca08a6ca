"""Upper units × standards: pass rates and gaps from the stored roll-ups, and how they stood the round before."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Exists, F, FilteredRelation, FloatField, OuterRef, Q, Sum
from django.db.models.functions import Cast, NullIf

from communities.models import Level
from reports import arrows
from reports.engine.scope import Scope
from reports.matrix.columns import Columns
from reports.matrix.communities import PER_PAGE, PER_READ
from reports.matrix.forms import OWN, MatrixFilter
from reports.models import Tally
from surveys.models import Filing


class Cell(NamedTuple):
    """How the communities of one unit stand against one standard; `before` is None where that is not known."""

    standard: object
    tally: Tally | None
    before: Tally | None = None

    @property
    def bound(self):
        """Whether the standard binds anybody here."""
        return bool(self.tally and (self.tally.judged or self.tally.unknown))

    @property
    def arrow(self):
        return arrows.of_rate(self.tally and self.tally.rate, self.before and self.before.rate)

    @property
    def gap(self):
        """What those who miss it lack together; nothing where all meet it, None where nobody could be judged."""
        return (self.tally.gap or 0) if self.tally and self.tally.judged else None


class Line(NamedTuple):
    """One upper unit, or (`direct`) the communities it runs without the level in between; a cell a standard."""

    filing: Filing
    direct: bool
    cells: list

    @property
    def name(self):
        return f"{self.filing.name}直管社区" if self.direct else self.filing.name

    @property
    def rate(self):
        """Of all that was judged, standard by standard, the share that was met."""
        met, judged = (
            sum(getattr(c.tally, name) for c in self.cells if c.tally) for name in ("met", "judged")
        )
        return met / judged if judged else None


@dataclass
class AreaMatrix:
    """The matrix of the units of one level below an area; call `tallies.refresh` first, for `before` too.

    Communities that no unit of the level stands above are a line of their own, so the lines add up to the area.
    """

    filing: Filing
    columns: Columns
    form: MatrixFilter
    scope: Scope
    before: list = field(default_factory=list)
    before_round: int | None = None

    @property
    def area(self):
        return self.form.area

    @cached_property
    def units(self):
        """The filings that get a line, each with its pass rate over the columns it is sorted by."""
        level, round = self.form.row_level, self.filing.round_id
        straight = Tally.objects.filter(filing=OuterRef("pk"), direct=True, approved=False)
        own = Q(level=level) | Q(
            level__gt=level, level__lt=Level.COMMUNITY, parent__level__lt=level
        )
        rows = Filing.objects.within(self.area).filter(
            own | Q(Exists(straight), level__lt=level), round=round
        )
        rows = rows.filter(
            level__in=range(self.area.level, Level.COMMUNITY)
        )  # by the index: few of a nation
        rows = rows.filter(pk=self.area.pk) if self.form.value("street") == OWN else rows
        return rows.select_related("parent")

    @cached_property
    def found(self):
        chosen = (
            [self.columns.by]
            if self.columns.by
            else self.columns.shown
            if self.columns.by_total
            else []
        )
        if not chosen:
            return self.units.order_by("code", "path")
        here = Q(level__lt=self.form.row_level, sorting__direct=True) | Q(
            level__gte=self.form.row_level, sorting__direct=False
        )
        counted = FilteredRelation(
            "tallies",
            condition=Q(
                tallies__approved=self.scope.approved, tallies__standard__in=[s.pk for s in chosen]
            ),
        )
        sums = {name: Sum(f"sorting__{name}", filter=here) for name in ("met", "unmet", "gap")}
        rows = self.units.annotate(sorting=counted).annotate(
            **{f"sum_{name}": made for name, made in sums.items()}
        )
        judged = NullIf(Cast(F("sum_met") + F("sum_unmet"), FloatField()), 0.0)
        worst = F("sum_gap").desc(nulls_last=True)
        return rows.annotate(rate=F("sum_met") / judged).order_by(
            F("rate").asc(nulls_last=True), worst, "code", "path"
        )

    def page(self, number):
        """One page, with its lines."""
        page = Paginator(self.found, PER_PAGE).get_page(number)
        page.lines = self.lines(page.object_list)
        return page

    def every(self):
        """All lines, read some hundreds at a time."""
        found = list(self.found)
        for start in range(0, len(found), PER_READ):
            yield from self.lines(found[start : start + PER_READ])

    def lines(self, filings):
        """The lines of these filings; reads the tallies of the area itself along with them."""
        filings = list(filings)
        self.stored = self.read([self.area, *filings])
        return [self.line(filing, direct=filing.level < self.form.row_level) for filing in filings]

    def read(self, filings):
        """{(filing, direct, standard): Tally} of these filings and of theirs of the round before."""
        pks = {f.pk for f in filings} | (
            {f.previous_id for f in filings if f.previous_id} if self.before_round else set()
        )
        standards = [*self.columns.shown, *self.follows.values()]
        found = Tally.objects.filter(
            filing__in=pks, standard__in=standards, approved=self.scope.approved
        )
        return {(tally.filing_id, tally.direct, tally.standard_id): tally for tally in found}

    @cached_property
    def follows(self):
        return arrows.followed(self.columns.shown, self.before)

    def line(self, filing, *, direct=False):
        return Line(
            filing, direct, [self.cell(filing, direct, standard) for standard in self.columns.shown]
        )

    def cell(self, filing, direct, standard):
        then = self.follows.get(standard.code)
        last = self.stored.get((filing.previous_id, direct, then.pk)) if then else None
        return Cell(standard, self.stored.get((filing.pk, direct, standard.pk)), last)

    @property
    def foot(self):
        """The area as a whole, read with the last lines."""
        return self.line(self.area)
