"""Where a filing stands in the list the reviewer came from, so that the next one is one key away."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from accounts.roles import Role
from communities.models import Level
from review.forms import QueueFilter
from review.queue import Queue
from surveys.models import Filing
from surveys.pages.filings import filing_chain
from surveys.workflow import holds

CARRIED = ("of", "state", "unit", "flag", "by", "name", "show")


@dataclass
class QueuePosition:
    """The list as the address names it: `of` is the unit it is about, the rest its filter; one query."""

    given: dict
    user: object
    filing: Filing

    @cached_property
    def root(self):
        """The unit whose list it is: the one named, else the whole area of this reviewer."""
        areas = self.user.paths(role=Role.REVIEWER)
        mine = [each for each in filing_chain(self.filing) if holds(areas, each.path)]
        found = next((each for each in mine if str(each.pk) == self.given.get("of")), mine[0])
        found.round = self.filing.round
        return found

    @cached_property
    def order(self):
        below = Filing.objects.filter(parent=self.root, level__lt=Level.COMMUNITY)
        form = QueueFilter(self.given, below if self.given.get("unit") else [])
        return [*Queue(self.root, self.user, form).rows.values_list("pk", flat=True)]

    @property
    def at(self):
        """Its place in the list from 0; None where it is not on it."""
        return self.order.index(self.filing.pk) if self.filing.pk in self.order else None

    @property
    def number(self):
        return None if self.at is None else self.at + 1

    @property
    def next(self):
        after = 0 if self.at is None else self.at + 1
        return self.address(self.order[after]) if after < len(self.order) else ""

    @property
    def previous(self):
        return self.address(self.order[self.at - 1]) if self.at else ""

    @property
    def onward(self):
        """Where to go on once this one is decided: the next, else the one before, else back to the list."""
        return self.next or self.previous or self.back

    @property
    def carried(self):
        """What every address of the way takes along."""
        return {name: self.given[name] for name in CARRIED if self.given.get(name)}

    @property
    def query(self):
        return urlencode(self.carried)

    @property
    def back(self):
        return self.with_query(reverse("review:queue", args=[self.root.pk]))

    def address(self, pk):
        return self.with_query(reverse("review:one", args=[pk]))

    def with_query(self, address):
        return f"{address}?{self.query}" if self.query else address
