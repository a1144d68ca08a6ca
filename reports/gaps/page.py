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
        given = {
            "approved": self.scope.approved,
            "shown": self.shown,
            "prices": self.prices,
            "direct": direct,
        }
        return by_unit(filings, self.community, **given)

    @cached_property
    def units(self):
        """[(name, Sum)] of the units straight below the area, and of the communities it runs itself; the area last."""
        upper = (
            []
            if self.form.unit
            else [child for child in self.children if child.level < Level.COMMUNITY]
        )
        own = (
            [] if self.form.unit or not upper or len(upper) == len(self.children) else [self.filing]
        )
        found = [(s.filing.name, s) for s in self.summed(upper)] if upper else []
        return found + [("直管社区", s) for s in (self.summed(own, direct=True) if own else [])]

    @cached_property
    def lines(self):
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
        names = {judging.UNMET: "unmet", judging.UNKNOWN: "unknown"}
        return sum(getattr(s, names[state]) for s in self.sums for state in self.form.states)

    def page(self, number):
        return Paginator(self.lines, PER_PAGE).get_page(number)

    @property
    def unpriced(self):
        return sum(s.unpriced for s in self.sums)

    @property
    def unknown(self):
        return sum(s.unknown for s in self.sums)

    @property
    def unmet(self):
        return sum(s.unmet for s in self.sums)
