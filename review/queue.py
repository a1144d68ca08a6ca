"""待审: the filings of an area by where they lie, those that want attention first; three queries, however many there are."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Abs, Coalesce, Greatest

from accounts.roles import Role
from communities.tree import lies_inside
from reports.engine.measures import all_measures
from reports.models import Measures
from surveys.extras import round_levels
from surveys.models import Filing, Remark, Status
from surveys.models.filing import OPEN_STATUSES
from surveys.workflow import own_hand, state_words, step_for

CSS = {
    Status.DRAFT: "ask",
    Status.RETURNED: "unmet",
    Status.SUBMITTED: "law",
    Status.APPROVED: "met",
}
# What is compared with last time to tell how much a filing changed, each by its share.
COMPARED = ("households", "residents", "staff", "party_members", "office_area", "funding_received")
MANY = 3  # explained values from which a filing wants attention
ORDERS = {
    "attention": ("需留意的在前", ["-attention", "-warnings", "-change", "submitted_at", "path"]),
    "waiting": ("先报的在前", ["submitted_at", "path"]),
    "warnings": ("说明多的在前", ["-warnings", "-asked_open", "path"]),
    "change": ("变化大的在前", ["-change", "path"]),
    "unit": ("按单位", ["code", "path"]),
}
STATES = {
    "waiting": ("待我审", "mine"),
    "passed": ("已交上级", "law"),
    "returned": ("已退回", "unmet"),
    "open": ("未报送", "ask"),
    "approved": ("已审定", "met"),
}
FLAGS = {
    "late": ("逾期报送", Q(is_late=True)),
    "again": ("退回后重报", Q(returned_at__isnull=False)),
    "warnings": ("有说明", Q(warnings__gt=0)),
    "asked": ("有批注未答复", Q(asked_open__gt=0)),
    "change": (f"变化超过 {settings.UNUSUAL_SHARE:.0%}", Q(is_changed=True)),
}


def conditions(user):
    """{state: the condition}: each filing that is asked for is in exactly one."""
    mine = Q(status=Status.SUBMITTED) & lies_inside(
        user.paths(role=Role.REVIEWER), "with_unit__path"
    )
    return {
        "waiting": mine,
        "passed": Q(status=Status.SUBMITTED) & ~mine,
        "returned": Q(status=Status.RETURNED, with_unit=None),
        "open": Q(status__in=OPEN_STATUSES) & ~Q(status=Status.RETURNED, with_unit=None),
        "approved": Q(status=Status.APPROVED),
    }


def flag(condition):
    return ExpressionWrapper(condition, output_field=BooleanField())


def pinned(**which):
    """How many open remarks of a kind are pinned to the filing."""
    mine = (
        Remark.objects.filter(filing=OuterRef("pk"), closed_at=None, **which)
        .order_by()
        .values("filing")
    )
    return Coalesce(
        Subquery(mine.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
    )


def share(name):
    """By what share of last time's value a measure changed; 0 where nothing is known, or too little to speak of."""
    now, before = F(f"measures__{name}"), F(f"previous__measures__{name}")
    spoken_of = Q(
        **{f"previous__measures__{name}__gt": 0, f"{name}_off__gte": settings.UNUSUAL_LEAST}
    )
    return Case(
        When(spoken_of, then=Abs(now - before) / before),
        default=Value(0.0),
        output_field=FloatField(),
    )


def off(name):
    return Abs(F(f"measures__{name}") - F(f"previous__measures__{name}"))


def handed_in_late(round):
    """After the time of its level; whether anybody waits for it is another matter."""
    return Q(
        *(
            Q(level=each, submitted_at__gt=round.due_for(each))
            for each in sorted(round_levels(round))
        ),
        _connector=Q.OR,
    )


def watched(filings, round):
    """The filings with what makes them want attention: late, explained values, open questions, how much changed."""
    found = filings.annotate(**{f"{name}_off": off(name) for name in COMPARED})
    found = found.annotate(
        is_late=flag(handed_in_late(round)),
        warnings=pinned(kind=Remark.Kind.REASON, value__gt=""),
        asked_open=pinned(kind=Remark.Kind.QUESTION),
        change=Greatest(*map(share, COMPARED)),
    )
    found = found.annotate(
        is_changed=flag(Q(change__gt=settings.UNUSUAL_SHARE)), is_many=flag(Q(warnings__gte=MANY))
    )
    flags = [
        Case(When(**{name: True}, then=1), default=0)
        for name in ("is_late", "is_changed", "is_many")
    ]
    return found.annotate(attention=sum(flags, Value(0)))


@dataclass
class Line:
    """One filing of the list: why it is where it stands, and whether this person may decide about it with others."""

    filing: Filing
    user: object
    biggest: str = ""

    @property
    def flags(self):
        """[(label, look)] of what wants attention."""
        filing = self.filing
        found = (
            [("审定后退回", "unmet")]
            if filing.returned_after_approval and filing.status != Status.RETURNED
            else []
        )
        found += [("逾期报送", "ask")] if filing.is_late and filing.submitted_at else []
        again = (
            filing.returned_at
            and filing.status == Status.SUBMITTED
            and not filing.returned_after_approval
        )
        return found + ([("退回后重报", "law")] if again else [])

    @property
    def state(self):
        return state_words(self.filing)

    @property
    def css(self):
        return CSS[self.filing.status]

    @property
    def hand(self):
        """Why somebody else must decide: it bears this person's hand."""
        return (
            own_hand(self.filing, self.user) if step_for("approve", self.filing, self.user) else ""
        )

    @property
    def can_pick(self):
        filing = self.filing
        return bool(step_for("approve", filing, self.user)) and not (self.hand or filing.asked_open)


class Queue:
    """The filings at or below `filing` as one reviewer finds them, narrowed and ordered by a form."""

    def __init__(self, filing, user, form):
        self.filing, self.user, self.form = filing, user, form
        self.conditions = conditions(user)

    @property
    def everything(self):
        mine = Filing.objects.visible_to(self.user).within(self.filing)
        return mine.filter(round=self.filing.round_id).asked()

    @property
    def counts(self):
        """[(name, label, look, how many, is it the one shown)] of each state; one query."""
        found = self.form.narrow(self.everything).order_by()
        numbers = found.aggregate(
            **{name: Count("pk", filter=each) for name, each in self.conditions.items()}
        )
        return [(name, *STATES[name], numbers[name], name == self.form.lies) for name in STATES]

    @property
    def rows(self):
        """The filings of the state that is shown, in order."""
        found = watched(self.form.narrow(self.everything), self.filing.round)
        found = found.filter(self.conditions[self.form.lies])
        return self.form.flagged(found).order_by(*ORDERS[self.form.order][1])

    def lines(self, filings):
        """The lines of one page, each with the figure that changed most; one query."""
        filings = list(filings)
        numbers = figures(filings)
        for filing in filings:
            filing.round = self.filing.round
        lines = []
        for filing in filings:
            now, before = numbers.get(filing.pk), numbers.get(filing.previous_id)
            lines.append(Line(filing, self.user, biggest(now, before)))
        return lines


def figures(filings):
    """{filing pk: {measure: value}} of filings and those before them; one query."""
    wanted = set()
    for filing in filings:
        wanted.add(filing.pk)
        if filing.previous_id:
            wanted.add(filing.previous_id)
    found = {}
    for row in Measures.objects.filter(filing__in=wanted).values("filing", *COMPARED):
        filing_id = row.pop("filing")
        found[filing_id] = row
    return found


def biggest(now, before):
    """`总户数 多 45%`: the compared figure that changed most, "" where none changed enough to speak of."""
    shares = {name: changed((now or {}).get(name), (before or {}).get(name)) for name in COMPARED}
    name = max(shares, key=lambda each: abs(shares[each]))
    if abs(shares[name]) <= settings.UNUSUAL_SHARE:
        return ""
    return (
        f"{all_measures()[name].label} {'多' if shares[name] > 0 else '少'} {abs(shares[name]):.0%}"
    )


def changed(now, before):
    """By what share of the value before, with its sign; 0 where it is not spoken of."""
    if now is None or not before or abs(now - before) < settings.UNUSUAL_LEAST:
        return 0
    return (now - before) / before
