"""What a report is computed from: one area in one round, read by a constant number of queries from stored roll-ups."""

import hashlib
from functools import cached_property

from django.db.models import Avg, Count, F, Max, Min, Q, Sum

from communities.models import Level, Unit
from communities.tree import lies_inside
from facilities.models import Institution
from reports.engine import measures
from reports.engine.compliance import binding_standards, reporting_progress, standards_judged_at
from reports.engine.measures import all_measures
from reports.engine.tallies import (
    judge_area,
    refresh_roll_ups,
    stored_missing,
    stored_totals,
    tallies_of,
)
from reports.gaps import by_standard
from reports.models import AreaMeasures, Measures
from reports.overview import whole
from staffing.models import Employment, Worker
from surveys.models import Filing, Status

# What only the single communities can tell: the range of a value, and how many fall short.
SPREAD = {
    "with_branch": Count("pk", filter=Q(party_branches__gte=1)),
    "without_branch": Count("pk", filter=Q(party_branches=0)),
    "received_low": Min("funding_received"),
    "received_high": Max("funding_received"),
    "received_below_budget": Count("pk", filter=Q(funding_received__lt=F("funding_budgeted"))),
    "temporary": Sum("staff_temporary"),
    "temporary_unpaid": Sum("staff_temporary_unpaid"),
    "temporary_paid": Sum("staff_temporary_paid"),
    "pay_low": Min("temporary_pay_min"),
    "pay_high": Max("temporary_pay_max"),
    "without_staff": Count("pk", filter=Q(staff_in_community=0)),
}
BY_MODEL = {
    "communities": Count("pk"),
    "households": Avg("households"),
    "residents": Avg("residents"),
    "staff": Avg("staff_in_community"),
    "with_premises": Count("pk", filter=Q(premises__gte=1)),
    "received": Avg("funding_received"),
}
STRUCTURE = [measure.name for measure in measures.STRUCTURE.measures]


class AreaFacts:
    """The numbers of an upper filing and everything below it, of all filings or of the approved ones."""

    def __init__(self, filing, *, approved=False):
        self.filing, self.approved = filing, approved
        self.previous = filing.previous
        for each in filter(None, (self.previous, filing)):
            refresh_roll_ups(each)
        self.standards = binding_standards(filing.round, filing)
        self.judged = whole(standards_judged_at(Level.COMMUNITY, self.standards))
        known = measures.measures_in(filing.round)
        self.totals = stored_totals(filing, known, approved=approved)
        self.missing = stored_missing(filing, known, approved=approved)
        self.structure = stored_totals(filing, STRUCTURE) if approved else self.totals
        self.progress = reporting_progress(filing)

    @property
    def counted(self):
        """How many communities the numbers are about."""
        return self.progress["approved" if self.approved else "expected"]

    @cached_property
    def tallies(self):
        """{standard pk: Tally} of the standards that can be met or missed."""
        return {
            tally.standard.pk: tally
            for tally in tallies_of(self.filing, self.judged, approved=self.approved)
        }

    @cached_property
    def area(self):
        """[(standard, Judgment)] of standards judged on the whole area."""
        found = judge_area(self.filing, self.standards, approved=self.approved)
        return [(s, found[s.code]) for s in self.standards if s.code in found]

    @cached_property
    def before(self):
        """{measure: value} of the round before; empty where there was none or nothing was reported in it."""
        if not self.previous:
            return {}
        found = stored_totals(self.previous, approved=self.approved)
        if self.approved:
            found |= stored_totals(self.previous, STRUCTURE)
        return (
            found
            if any(found[name] for name in ("households", "residents", "staff", "funding_budgeted"))
            else {}
        )

    @cached_property
    def missing_before(self):
        """{measure: communities that had not said it in the round before}."""
        return stored_missing(self.previous, approved=self.approved)

    @cached_property
    def tallies_before(self):
        """{standard pk: Tally} of the round before."""
        found = (
            tallies_of(self.previous, self.judged, approved=self.approved) if self.previous else []
        )
        return {tally.standard.pk: tally for tally in found}

    @cached_property
    def sums(self):
        """{standard pk: Sum} of the gap list: what closing each gap costs, the same here as there."""
        found = by_standard(self.filing, self.standards, approved=self.approved, shown=self.judged)
        return {each.standard.pk: each for each in found}

    @cached_property
    def spread(self):
        """{name: value} of SPREAD over the communities."""
        return self.measured.aggregate(**SPREAD)

    @property
    def measured(self):
        """The measures of the communities below, of the chosen scope."""
        found = Measures.objects.within(self.filing).filter(
            round=self.filing.round_id, level=Level.COMMUNITY
        )
        return (found.filter(filing__status=Status.APPROVED) if self.approved else found).order_by()

    @cached_property
    def unwritten_pay(self):
        """Temporary staff of communities whose pay nobody wrote down; the measures count them among the unpaid."""
        return self.records(Worker).filter(employment__in=Employment.short_term(), pay=None).count()

    def records(self, model):
        """The records of one kind that the communities of the area report, of the chosen scope."""
        rows = model.objects.filter(
            lies_inside([self.filing.path], "filing__path"),
            filing__round=self.filing.round_id,
            filing__level=Level.COMMUNITY,
        )
        return (rows.filter(filing__status=Status.APPROVED) if self.approved else rows).order_by()

    @cached_property
    def institutions(self):
        """{(category, stage): number of bodies}."""
        counted = self.records(Institution).values_list("category", "stage").annotate(Count("pk"))
        return {(category, stage): count for category, stage, count in counted}

    @cached_property
    def governance(self):
        """{governance: sums over its communities, as BY_MODEL names them}."""
        rows = self.measured.values("governance").annotate(**BY_MODEL)
        return {row["governance"]: row for row in rows}

    @cached_property
    def kinds(self):
        """{kind: number of units of that kind below}; of all, approved or not, for units do not vanish unapproved."""
        found = {row["kind"]: row["filings"] for row in self.states}
        return found | {self.filing.kind: found.get(self.filing.kind, 1) - 1}

    @cached_property
    def not_asked(self):
        """{kind: number of communities of kinds that this round leaves out}, as the tree was on its reference date."""
        round = self.filing.round
        if not round.kinds:
            return {}
        there = (
            Unit.objects.within(self.filing.unit)
            .open(round.reference_date)
            .filter(level=Level.COMMUNITY)
        )
        return dict(
            there.exclude(kind__in=round.kinds).order_by().values_list("kind").annotate(Count("pk"))
        )

    @cached_property
    def children(self):
        """[(filing below, {measure: value})] in the order of their codes."""
        below = list(Filing.objects.filter(parent=self.filing).order_by("code", "path"))
        values = {row["filing"]: row for row in [*self.areas_of(below), *self.rows_of(below)]}
        return [(child, values.get(child.pk, dict.fromkeys(all_measures()))) for child in below]

    def areas_of(self, below):
        upper = [child.pk for child in below if child.level < Level.COMMUNITY]
        found = AreaMeasures.objects.filter(filing__in=upper, approved=self.approved)
        return found.values("filing", *all_measures()) if upper else []

    def rows_of(self, below):
        own = [
            child.pk
            for child in below
            if child.level >= Level.COMMUNITY
            and (child.status == Status.APPROVED or not self.approved)
        ]
        return (
            Measures.objects.filter(filing__in=own).values("filing", *all_measures()) if own else []
        )

    @cached_property
    def saved(self):
        """When something in the area was saved last; None where nothing was."""
        return self.state["saved"]

    @cached_property
    def state(self):
        """How often and when last something in the area was saved or approved."""
        made = {
            name: sum(row[name] for row in self.states) for name in ("saves", "filings", "approved")
        }
        return made | {
            "saved": max((row["saved"] for row in self.states if row["saved"]), default=None)
        }

    @cached_property
    def states(self):
        """[{kind, filings, saves, saved, approved}] of the area itself and all below it."""
        rows = Filing.objects.filter(
            lies_inside([self.filing.path]), round=self.filing.round_id
        ).order_by()
        counts = {"saves": Sum("version"), "filings": Count("pk"), "saved": Max("saved_at")}
        return list(
            rows.values("kind").annotate(
                **counts, approved=Count("pk", filter=Q(status=Status.APPROVED))
            )
        )

    @property
    def version(self):
        """A short digest of the state of the data: the same while nothing in the area was saved or approved."""
        parts = [str(self.state[name]) for name in ("filings", "saves", "saved", "approved")]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]
