"""What stands around every page: who looks, at which unit of which round, and the ways from here."""

from dataclasses import dataclass, field

from django.db.models import F, Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from communities.models import Level, Role
from surveys.actions.opening import period_label
from surveys.models import Filing
from surveys.views import nav

ABOVE = "parent__parent__parent__parent"
FRAMED = ("round", ABOVE, "previous__round")  # what a page about a filing says of it


def href(filing):
    """The page of a filing: a community's own paper, an upper unit's overview."""
    name = "reports:filing" if filing.level >= Level.COMMUNITY else "reports:overview"
    return reverse(name, args=[filing.pk])


def top_filing(user):
    """The newest round's filing of the unit this person is responsible for, with the chain above it.

    None where nothing was opened yet.
    """
    mine = (
        Filing.objects.visible_to(user)
        .select_related(*FRAMED)
        .order_by("-round__reference_date", "level", "path")
    )
    assigned = mine.filter(unit__path__in=user.paths()).first()
    return assigned or mine.filter(unit=F("round__unit")).first()


def seen(request, pk):
    """A filing in the reader's area, with the chain above it. Raises Http404 outside."""
    try:
        return Filing.objects.visible_to(request.user).select_related(*FRAMED).get(pk=pk)
    except Filing.DoesNotExist:
        raise Http404 from None


def visible(user, path):
    """Whether a path lies in an area assigned to the user; no query."""
    return any(path.startswith(area) for area in user.paths())


def above(filing):
    """The chain of filings from the top down to this one."""
    chain = [filing]
    while chain[-1].level > Level.PROVINCE and chain[-1].parent_id:
        chain.append(chain[-1].parent)
    return chain[::-1]


def role_in(user, path):
    """The word for what the user may do here: 填报, 审核 or 查看; the strongest of several."""
    for role in Role:
        if any(path.startswith(area) for area in user.paths(role=role)):
            return role.label
    return ""


@dataclass
class Frame:
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
            if other.unit_id == self.filing.unit_id and visible(self.user, other.path):
                other.href = self.carry(href(other))
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
        return role_in(self.user, self.filing.path)

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
            and visible(self.user, filing.parent.path)
        ):
            return filing.parent
        return filing

    @property
    def where(self):
        """Area, round and deadline, always in sight."""
        round = self.filing.round
        due = timezone.localtime(round.due_for(self.filing.level))
        return f"{above(self.filing)[0].name} · {self.period} · 截止 {due.month} 月 {due.day} 日"

    @property
    def chain(self):
        chain = above(self.filing)
        steps = [
            {"name": f.name, "href": self.carry(href(f)) if visible(self.user, f.path) else ""}
            for f in chain
        ]
        if not self.here:
            steps[-1]["href"] = ""
        return steps

    @property
    def nav(self):
        return self.carry_all(nav.entries(self.user, self.area, self.filing, self.page))

    @property
    def tabs(self):
        return self.carry_all(nav.tabs(self.user, self.area, self.filing, self.page))

    def carry_all(self, ways):
        return [{**way, "href": self.carry(way["href"])} for way in ways]
