"""What stands around every page: who looks, at which unit of which round, and the ways from here."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from communities.models import Level
from surveys.actions.opening import period_label
from surveys.models import Filing
from surveys.pages import navigation as nav
from surveys.pages.filings import filing_chain, filing_href, may_see_path, role_label_at


@dataclass
class PageContext:
    """The frame of one page about `filing`: bar, navigation, breadcrumb, the other rounds, the units below.

    `carried` is what its ways take along in their addresses, such as `scope=approved`.
    """

    filing: Filing
    user: object
    page: str
    here: str = ""
    carried: str = ""
    children: list = field(default_factory=list)
    rounds: list = field(default_factory=list)

    def __post_init__(self):
        near = Filing.objects.filter(
            Q(parent=self.filing) | Q(unit=self.filing.unit_id)
        ).select_related("round")
        for other in near.order_by("code", "path"):
            if other.unit_id == self.filing.unit_id and may_see_path(self.user, other.path):
                other.href = self.carry(filing_href(other))
                self.rounds.append(other)
            elif other.unit_id != self.filing.unit_id:
                self.children.append(other)
        self.rounds.sort(key=lambda other: other.round.reference_date, reverse=True)

    def carry(self, address):
        """An address with what this page's ways take along."""
        return (
            f"{address}{'&' if '?' in address else '?'}{self.carried}" if self.carried else address
        )

    @property
    def others(self):
        return len(self.rounds) > 1

    @property
    def role(self):
        return role_label_at(self.user, self.filing.path)

    @property
    def period(self):
        return period_label(self.filing.round.period)

    @property
    def area(self):
        """The nearest unit in sight that has an overview: the filing itself, or what is above a community."""
        filing = self.filing
        if (
            filing.level >= Level.COMMUNITY
            and filing.parent_id
            and may_see_path(self.user, filing.parent.path)
        ):
            return filing.parent
        return filing

    @property
    def where(self):
        """Area, round and deadline, always in sight."""
        round = self.filing.round
        due = timezone.localtime(round.due_for(self.filing.level))
        return f"{filing_chain(self.filing)[0].name} · {self.period} · 截止 {due.month} 月 {due.day} 日"

    @property
    def chain(self):
        chain = filing_chain(self.filing)
        steps = [
            {
                "name": f.name,
                "href": self.carry(filing_href(f)) if may_see_path(self.user, f.path) else "",
            }
            for f in chain
        ]
        if not self.here:
            steps[-1]["href"] = ""
        return steps

    @property
    def nav(self):
        return self.carry_all(nav.bar_entries(self.user, self.area, self.filing, self.page))

    @property
    def tabs(self):
        return self.carry_all(nav.group_tabs(self.user, self.area, self.filing, self.page))

    def carry_all(self, ways):
        return [{**way, "href": self.carry(way["href"])} for way in ways]
