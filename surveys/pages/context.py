"""What stands around every page: who looks, at which unit of which round, and the ways from here."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from communities.models import Level
from surveys.actions.opening import period_label
from surveys.models import Filing
from surveys.pages.filings import filing_chain, filing_href, may_see_path, role_label_at
from surveys.pages.navigation import bar_entries, group_tabs


@dataclass
class PageContext:
    """What stands around a page about `filing`: bar, tabs, breadcrumb, other rounds, units below.

    `carried` is what its links take along in their addresses, such as `scope=approved`.
    """

    filing: Filing
    user: object
    page: str
    here: str = ""
    carried: str = ""
    children: list = field(default_factory=list)
    rounds: list = field(default_factory=list)

    def __post_init__(self):
        unit = self.filing.unit_id
        near = Filing.objects.filter(Q(parent=self.filing) | Q(unit=unit)).select_related("round")
        for other in near.order_by("code", "path"):
            if other.unit_id != unit:
                self.children.append(other)
            elif may_see_path(self.user, other.path):
                other.href = self.carry(filing_href(other))
                self.rounds.append(other)
        self.rounds.sort(key=lambda other: other.round.reference_date, reverse=True)

    def carry(self, address):
        """An address with what this page's links take along."""
        if not self.carried:
            return address
        separator = "&" if "?" in address else "?"
        return f"{address}{separator}{self.carried}"

    @property
    def others(self):
        """Whether the unit has other rounds in sight."""
        return len(self.rounds) > 1

    @property
    def role(self):
        return role_label_at(self.user, self.filing.path)

    @property
    def period(self):
        return period_label(self.filing.round.period)

    @property
    def area(self):
        """The nearest filing in sight that has an overview: this one, or that above a community."""
        filing = self.filing
        if filing.level < Level.COMMUNITY or not filing.parent_id:
            return filing
        if may_see_path(self.user, filing.parent.path):
            return filing.parent
        return filing

    @property
    def where(self):
        """Area, round and deadline, always in sight."""
        due = timezone.localtime(self.filing.round.due_for(self.filing.level))
        top = filing_chain(self.filing)[0]
        return f"{top.name} · {self.period} · 截止 {due.month} 月 {due.day} 日"

    @property
    def chain(self):
        """The breadcrumb from the top down; units out of sight are named without a link."""
        steps = []
        for filing in filing_chain(self.filing):
            href = ""
            if may_see_path(self.user, filing.path):
                href = self.carry(filing_href(filing))
            steps.append({"name": filing.name, "href": href})
        if not self.here:
            steps[-1]["href"] = ""
        return steps

    @property
    def nav(self):
        return self.carry_all(bar_entries(self.user, self.area, self.filing, self.page))

    @property
    def tabs(self):
        return self.carry_all(group_tabs(self.user, self.area, self.filing, self.page))

    def carry_all(self, links):
        return [{**link, "href": self.carry(link["href"])} for link in links]
