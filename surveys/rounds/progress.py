"""How far the units of an area are in a round, counted by the unit below in one query."""

from dataclasses import dataclass, field

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from communities.models import Level
from surveys.extras import round_levels
from surveys.models import Filing, Status
from surveys.models.filing import OPEN_STATUSES

COPIED = {Level.CITY: "city_id", Level.DISTRICT: "district_id", Level.STREET: "street_id"}
HERE = Q(with_unit=None)


@dataclass(frozen=True)
class ProgressState:
    """A state a filing can be in, as a column of the table; `condition` finds those in it."""

    name: str
    label: str
    css: str
    condition: Q


# In the order of the way; each filing is in exactly one.
PROGRESS_STATES = (
    ProgressState("not_started", "未开始", "rest", Q(status=Status.DRAFT, saved_at=None) & HERE),
    ProgressState(
        "in_entry", "填报中", "entry", Q(status=Status.DRAFT, saved_at__isnull=False) & HERE
    ),
    ProgressState("with_street", "已交街道", "street", Q(status__in=OPEN_STATUSES) & ~HERE),
    ProgressState("returned", "已退回", "unmet", Q(status=Status.RETURNED) & HERE),
    ProgressState("submitted", "已报送", "brand", Q(status=Status.SUBMITTED)),
    ProgressState("approved", "已审定", "met", Q(status=Status.APPROVED)),
)


def late_condition(round, now=None):
    """The condition on filings of a round that were not handed in although their time is over."""
    now = now or timezone.now()
    over = []
    for level in round_levels(round):
        if round.due_for(level) <= now:
            over.append(level)
    waiting = HERE & Q(level__in=over)
    if round.due_for(Level.STREET) <= now:
        waiting |= ~HERE
    return Q(asked=True, status__in=OPEN_STATUSES) & waiting


def days_late(round, filing, now=None):
    """Whole calendar days since an open filing was due; 0 while there is time and on that day.

    They stop with the round: once it is closed nobody can hand in any more.
    """
    now = now or timezone.now()
    if round.closed_at:
        now = min(now, round.closed_at)
    due = round.due_for(Level.STREET if filing.with_unit_id else filing.level)
    if filing.status not in OPEN_STATUSES or now < due:
        return 0
    return (timezone.localdate(now) - timezone.localdate(due)).days


def progress_condition(name, round):
    """The filings behind one number of the table. Raises KeyError for any other name."""
    conditions = {state.name: state.condition for state in PROGRESS_STATES}
    conditions["all"] = Q()
    conditions["late"] = late_condition(round)
    conditions["unapproved"] = ~Q(status=Status.APPROVED)
    return conditions[name]


@dataclass
class UnitProgress:
    """One unit below, or the whole area: how many filings are expected and where they are."""

    filing: Filing | None
    counts: dict = field(default_factory=dict)

    @property
    def total(self):
        return sum(self.counts[stand.name] for stand in PROGRESS_STATES)

    @property
    def late(self):
        return self.counts["late"]

    @property
    def done(self):
        return self.counts["submitted"] + self.counts["approved"]

    @property
    def rate(self):
        """Share handed in; None where nothing is expected."""
        if self.total:
            return self.done / self.total
        return None


def unit_below(filing):
    """The expression for the unit straight below `filing` that a row lies in;
    levels may be skipped.
    """
    columns = []
    for level, name in COPIED.items():
        if level > filing.level:
            columns.append(F(name))
    if columns:
        return Coalesce(*columns, F("unit_id"))
    return F("unit_id")


def count_by_unit_below(filing, now=None):
    """{unit: {column: number}} of everything asked at or below `filing`; one query."""
    counts = {}
    for state in PROGRESS_STATES:
        counts[state.name] = Count("pk", filter=state.condition)
    counts["late"] = Count("pk", filter=late_condition(filing.round, now))
    mine = Filing.objects.within(filing).filter(round=filing.round_id).asked().order_by()
    rows = mine.values(below=unit_below(filing)).annotate(**counts)
    return {row.pop("below"): row for row in rows}


def progress_by_unit(filing, children, now=None):
    """(the whole area, [progress of each unit below in the order given]).

    A unit that reports itself comes first.
    """
    found = count_by_unit_below(filing, now)
    rows = []
    for each in (filing, *children):
        if each.unit_id in found:
            rows.append(UnitProgress(each, found[each.unit_id]))
    sums = dict.fromkeys((*(state.name for state in PROGRESS_STATES), "late"), 0)
    for counts in found.values():
        for name in sums:
            sums[name] += counts[name]
    return UnitProgress(filing, sums), rows
