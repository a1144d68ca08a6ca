"""One page of the gap list of an area: the lines, their sums, and what is said above them."""

from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Paginator

from communities.models import Level
from reports.engine import judging
from reports.engine.area import Area
from reports.engine.prices import Prices
from reports.gaps.forms import GapFilter
from reports.gaps.listing import GapList
from reports.gaps.sums import gap_sums

PER_PAGE = 50


@dataclass
class GapPage:
    """`whole` is what the page is about, `children` are the filings straight below it."""

    whole: Area
    children: list
    form: GapFilter

    @cached_property
    def standards(self):
        """The standards judged on communities, with their parts."""
        return self.whole.community_standards

    @cached_property
    def shown(self):
        """The standards that are listed."""
        if self.form.standard:
            return [self.form.standard]
        return self.form.standards

    @cached_property
    def prices(self):
        return Prices(self.standards)

    @cached_property
    def area(self):
        """The whole area, or the one unit of it that was chosen."""
        if self.form.unit:
            return self.part_of(self.form.unit)
        return self.whole

    @property
    def filing(self):
        """The filing of what is listed."""
        return self.area.filing

    @property
    def scope(self):
        return self.whole.scope

    def part_of(self, filing):
        """A unit below as an Area; bringing the whole up to date has done so for it."""
        self.whole.freshen()
        return Area(filing, self.whole.scope, is_fresh=True)

    @cached_property
    def sums(self):
        """[GapSum] of the area, a standard each."""
        return self.summed([self.area])

    def summed(self, areas, *, direct=False):
        """[GapSum] of these areas; with `direct` of the communities straight below them only."""
        return gap_sums(areas, self.standards, shown=self.shown, prices=self.prices, direct=direct)

    @cached_property
    def units(self):
        """[(name, GapSum)] of the units straight below, then of communities the area runs itself.

        Nothing where one unit was chosen, or where there are only communities below.
        """
        upper = [child for child in self.children if child.level < Level.COMMUNITY]
        if self.form.unit or not upper:
            return []
        parts = [self.part_of(child) for child in upper]
        named = [(total.filing.name, total) for total in self.summed(parts)]
        if len(upper) < len(self.children):
            for total in self.summed([self.whole], direct=True):
                named.append(("直管社区", total))
        return named

    @cached_property
    def lines(self):
        """The list itself, to be read page by page."""
        return GapList(
            self.area.communities,
            self.whole.with_parts(self.shown),
            self.shown,
            order=self.form.order,
            states=self.form.states,
            prices=self.prices,
            lines=self.count,
        )

    @property
    def count(self):
        """How many lines there are, from the roll-ups.

        None of a community alone, which has none.
        """
        if self.area.is_community:
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
        return sum(total.unpriced for total in self.sums)

    @property
    def unknown(self):
        """How many verdicts are unknown, over all standards."""
        return sum(total.unknown for total in self.sums)

    @property
    def unmet(self):
        """How many verdicts are unmet, over all standards."""
        return sum(total.unmet for total in self.sums)
