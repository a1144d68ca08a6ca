"""Upper units × standards.

Pass rates and gaps from the stored roll-ups, and how they stood the round before.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Exists, F, FilteredRelation, FloatField, OuterRef, Q, Sum
from django.db.models.functions import Cast, NullIf

from communities.models import Level
from reports import arrows
from reports.engine.area import Area
from reports.matrix.columns import MatrixColumns
from reports.matrix.communities import PER_PAGE, PER_READ
from reports.matrix.forms import OWN, MatrixFilter
from reports.models import Tally
from surveys.models import Filing


class RateCell(NamedTuple):
    """How the communities of one unit stand against one standard.

    `before` is None where that is not known.
    """

    standard: object
    tally: Tally | None
    before: Tally | None = None

    @property
    def bound(self):
        """Whether the standard binds anybody here."""
        return bool(self.tally and (self.tally.judged or self.tally.unknown))

    @property
    def rate(self):
        return self.tally and self.tally.rate

    @property
    def arrow(self):
        return arrows.rate_arrow(self.rate, self.before and self.before.rate)

    @property
    def gap(self):
        """What those who miss it lack together.

        Nothing where all meet it, None where nobody could be judged.
        """
        if not self.tally or not self.tally.judged:
            return None
        return self.tally.gap or 0


class AreaRow(NamedTuple):
    """One upper unit, or (`direct`) the communities it runs without the level in between.

    A cell a standard.
    """

    filing: Filing
    direct: bool
    cells: list

    @property
    def name(self):
        if self.direct:
            return f"{self.filing.name}直管社区"
        return self.filing.name

    @property
    def rate(self):
        """Of all that was judged, standard by standard, the share that was met."""
        tallies = [cell.tally for cell in self.cells if cell.tally]
        judged = sum(tally.judged for tally in tallies)
        if not judged:
            return None
        return sum(tally.met for tally in tallies) / judged


@dataclass
class AreaMatrix:
    """The matrix of the units of one level below an area.

    Communities that no unit of the level stands above are a row of their own, so the rows add up to the area. `before`
    are the standards of the round before, none where there was none in sight.
    """

    area: Area
    columns: MatrixColumns
    form: MatrixFilter
    before: list
    has_before: bool

    @cached_property
    def units(self):
        """The filings that get a row."""
        level = self.form.row_level
        straight = Tally.objects.filter(filing=OuterRef("pk"), direct=True, approved=False)
        without_level = Q(level__gt=level, level__lt=Level.COMMUNITY, parent__level__lt=level)
        with_direct = Q(Exists(straight), level__lt=level)
        rows = self.area.filings.filter(Q(level=level) | without_level | with_direct)
        # By the index: few of a nation.
        rows = rows.filter(level__in=range(self.area.filing.level, Level.COMMUNITY))
        if self.form.value("street") == OWN:
            rows = rows.filter(pk=self.area.filing.pk)
        return rows.select_related("parent")

    @property
    def sorting_standards(self):
        """The standards whose pass rate the rows are sorted by.

        None where they stand in the order of codes.
        """
        if self.columns.by:
            return [self.columns.by]
        if self.columns.by_total:
            return self.columns.shown
        return []

    @cached_property
    def found(self):
        """The filings that get a row, in the order asked for."""
        standards = self.sorting_standards
        if not standards:
            return self.units.order_by("code", "path")
        counted = Q(
            tallies__approved=self.area.approved,
            tallies__standard__in=[standard.pk for standard in standards],
        )
        level = self.form.row_level
        straight = Q(level__lt=level, sorting__direct=True)
        rolled_up = Q(level__gte=level, sorting__direct=False)
        sums = {}
        for name in ("met", "unmet", "gap"):
            sums[f"sum_{name}"] = Sum(f"sorting__{name}", filter=straight | rolled_up)
        rows = self.units.annotate(sorting=FilteredRelation("tallies", condition=counted))
        judged = Cast(F("sum_met") + F("sum_unmet"), FloatField())
        rows = rows.annotate(**sums).annotate(rate=F("sum_met") / NullIf(judged, 0.0))
        lowest_first = F("rate").asc(nulls_last=True)
        largest_gap_first = F("sum_gap").desc(nulls_last=True)
        return rows.order_by(lowest_first, largest_gap_first, "code", "path")

    def page(self, number):
        """One page, with its rows as `lines`."""
        page = Paginator(self.found, PER_PAGE).get_page(number)
        page.lines = self.rows(page.object_list)
        return page

    def all_rows(self):
        """All rows, read some hundreds at a time."""
        found = list(self.found)
        for start in range(0, len(found), PER_READ):
            yield from self.rows(found[start : start + PER_READ])

    def rows(self, filings):
        """[AreaRow] of these filings; reads the tallies of the area itself along with them."""
        filings = list(filings)
        self.tallies = self.stored_tallies([self.area.filing, *filings])
        rows = []
        for filing in filings:
            is_direct = filing.level < self.form.row_level
            rows.append(self.row(filing, direct=is_direct))
        return rows

    def stored_tallies(self, filings):
        """{(filing, direct, standard): Tally} of these filings and of theirs of the round before."""
        pks = {filing.pk for filing in filings}
        if self.has_before:
            for filing in filings:
                if filing.previous_id:
                    pks.add(filing.previous_id)
        standards = [*self.columns.shown, *self.earlier_versions.values()]
        self.area.freshen()
        stored = Tally.objects.filter(
            filing__in=pks, standard__in=standards, approved=self.area.approved
        )
        found = {}
        for tally in stored:
            found[tally.filing_id, tally.direct, tally.standard_id] = tally
        return found

    @cached_property
    def earlier_versions(self):
        return arrows.earlier_versions(self.columns.shown, self.before)

    def row(self, filing, *, direct=False):
        cells = []
        for standard in self.columns.shown:
            cells.append(self.cell(filing, direct, standard))
        return AreaRow(filing, direct, cells)

    def cell(self, filing, direct, standard):
        tally = self.tallies.get((filing.pk, direct, standard.pk))
        version, before = self.earlier_versions.get(standard.code), None
        if version:
            before = self.tallies.get((filing.previous_id, direct, version.pk))
        return RateCell(standard, tally, before)

    @property
    def foot(self):
        """The area as a whole, read with the last rows."""
        return self.row(self.area.filing)
