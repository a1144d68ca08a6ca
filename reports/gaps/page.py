"""One page of the gap list of an area: the lines, their sums, and what is said above them."""

from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Paginator

from communities.models import Level
from reports.engine import judging
from reports.engine.compliance import standards_judged_at
from reports.engine.scope import Scope
from reports.gaps.forms import GapFilter
from reports.gaps.listing import GapList
from reports.gaps.prices import Prices
from reports.gaps.sums import by_unit, family
from surveys.models import Filing

PER_PAGE = 50


@dataclass
class GapPage:
    """`filing` is what the page is about, `children` the units below it; call `tallies.refresh` first."""

    filing: Filing
    children: list
    standards: list
    form: GapFilter
    scope: Scope

    @cached_property
    def community(self):
        return standards_judged_at(Level.COMMUNITY, self.standards)

    @cached_property
    def shown(self):
        return [self.form.standard] if self.form.standard else self.form.standards

    @cached_property
    def prices(self):
        return Prices(self.community)

    @property
    def area(self):
        """The whole unit, or the one unit of it that was chosen."""
        return self.form.unit or self.filing

    @cached_property
    def sums(self):
        """[Sum] of the area, a standard each."""
        return self.summed([self.area])

    def summed(self, filings, *, direct=False):
        """[Sum] of these filings; with `direct` of the communities straight below them only."""
        return by_unit(
            filings,
            self.community,
            approved=self.scope.approved,
            shown=self.shown,
            prices=self.prices,
            direct=direct,
        )

    @cached_property
    def units(self):
        """[(name, Sum)] of the units straight below the area, then of the communities it runs itself.

        Nothing where one unit was chosen, or where there are only communities below.
        """
        upper = [child for child in self.children if child.level < Level.COMMUNITY]
        if self.form.unit or not upper:
            return []
        named = [(total.filing.name, total) for total in self.summed(upper)]
        if len(upper) < len(self.children):
            run_directly = self.summed([self.filing], direct=True)
            named += [("直管社区", total) for total in run_directly]
        return named

    @cached_property
    def lines(self):
        """The list itself, to be read page by page."""
        communities = (
            Filing.objects.within(self.area).filter(round=self.filing.round_id).communities()
        )
        standards = family(self.shown, self.community)
        chosen = {"order": self.form.order, "states": self.form.states, "prices": self.prices}
        return GapList(
            self.scope.narrow(communities), standards, self.shown, lines=self.count, **chosen
        )

    @property
    def count(self):
        """How many lines there are, from the roll-ups; a community alone has none."""
        if self.area.level >= Level.COMMUNITY:
            return None
        number = 0
        if judging.UNMET in self.form.states:
            number += self.unmet
        if judging.UNKNOWN in self.form.states:
            number += self.unknown
        return number

    def page(self, number):
        """A Django page of the list; a number that is none gives the first or last one."""
        return Paginator(self.lines, PER_PAGE).get_page(number)

    @property
    def unpriced(self):
        """How many gaps have no price, over all standards."""
        return sum(s.unpriced for s in self.sums)

    @property
    def unknown(self):
        """How many verdicts are unknown, over all standards."""
        return sum(s.unknown for s in self.sums)

    @property
    def unmet(self):
        """How many verdicts are unmet, over all standards."""
        return sum(s.unmet for s in self.sums)
