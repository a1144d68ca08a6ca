"""The rounds a clerk fills in, how each stands, and the sentence that says so."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils import timezone

from surveys.models import Filing, Round, Status
from surveys.models.filing import OPEN_STATUSES

COUNTED = {
    "total": Q(),
    "open": Q(filings__status__in=OPEN_STATUSES),
    "returned": Q(filings__status=Status.RETURNED),
    "submitted": Q(filings__status=Status.SUBMITTED),
    "approved": Q(filings__status=Status.APPROVED),
}


def filings_to_fill(user):
    """The filings this person fills in: communities' and streets'; upper units report nothing."""
    return Filing.objects.editable_by(user).asked()


def rounds_to_fill(user):
    """The rounds this clerk has filings in, newest first, with how many stand where; one query.

    `top` is the highest level among these filings.
    """
    mine = Q(filings__in=filings_to_fill(user).order_by().values("pk"))
    counts = {}
    for name, condition in COUNTED.items():
        counts[name] = Count("filings", filter=mine & condition)
    top = Min("filings__level", filter=mine)
    rounds = Round.objects.filter(mine).annotate(**counts, top=top)
    return list(rounds.order_by("-reference_date", "pk"))


@dataclass
class ClerkRound:
    """How a round of `rounds_to_fill` stands for one clerk, and the sentence that says so."""

    round: Round
    now: datetime

    @property
    def due(self):
        """When this clerk must hand in: the street's time for a clerk of a whole street."""
        return self.round.due_for(self.round.top)

    @property
    def state(self):
        """early, open, overdue, sent (all handed in), closed (all approved) or locked."""
        if self.round.closed_at:
            return "locked"
        if self.now < self.round.opens_at:
            return "early"
        if self.round.open:
            if self.now < self.due:
                return "open"
            return "overdue"
        if self.round.approved == self.round.total:
            return "closed"
        return "sent"

    @property
    def days(self):
        """Whole calendar days to the deadline, or since."""
        due, today = timezone.localdate(self.due), timezone.localdate(self.now)
        return abs((due - today).days)

    @property
    def deadline(self):
        """`2022 年 12 月 31 日 18:00 截止，还有 5 天`"""
        due = timezone.localtime(self.due)
        at = f"{due.year} 年 {due.month} 月 {due.day} 日 {due:%H:%M}"
        if self.state == "overdue":
            if self.days:
                return f"{at} 截止，已过期 {self.days} 天"
            return f"{at} 已截止"
        if self.state not in ("early", "open"):
            return f"{at} 截止"
        left = "就在今天"
        if self.days:
            left = f"还有 {self.days} 天"
        return f"{at} 截止，{left}"
