"""What a report is computed from: one area in one round.

Everything is read by a constant number of queries from stored roll-ups.
"""

import hashlib
from functools import cached_property

from django.db.models import Avg, Count, F, Max, Min, Q, Sum

from communities.models import Level, Unit
from communities.tree import lies_inside
from facilities.models import Institution
from reports.engine import measures
from reports.engine.area import Area
from reports.engine.compliance import reporting_progress
from reports.engine.measures import all_measures
from reports.engine.scope import Scope
from reports.gaps import gap_sums
from reports.models import AreaMeasures, Measures
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


MAIN_MEASURES = ("households", "residents", "staff", "funding_budgeted")


class AreaFacts:
    """The numbers of an upper filing and all below it: of all filings or of the approved ones."""

    def __init__(self, filing, *, approved=False):
        self.filing, self.approved = filing, approved
        self.previous = filing.previous
        self.area = Area(filing, Scope(approved))
        self.standards = self.area.standards
        self.judged = self.area.without_parts
        known = self.area.values()
        self.totals, self.missing = known.values, known.missing
        self.structure = self.structure_of(self.area) if approved else self.totals
        self.progress = reporting_progress(filing)

    def structure_of(self, area):
        """{measure: value} of the measures that count units, approved or not."""
        whole = Area(area.filing, is_fresh=True)
        return whole.values(STRUCTURE).values

    @property
    def counted(self):
        """How many communities the numbers are about."""
        return self.progress["approved" if self.approved else "expected"]

    @cached_property
    def tallies(self):
        """{standard pk: Tally} of the standards that can be met or missed."""
        return self.tallies_by_standard(self.area)

    def tallies_by_standard(self, area):
        """{standard pk: Tally} of an area."""
        return {tally.standard.pk: tally for tally in area.tallies(self.judged)}

    @cached_property
    def judgments(self):
        """[(standard, Judgment)] of standards judged on the whole area."""
        found = self.area.judgments
        pairs = []
        for standard in self.standards:
            if standard.code in found:
                pairs.append((standard, found[standard.code]))
        return pairs

    @cached_property
    def known_before(self):
        """The measures of the round before, and how many communities lacked each."""
        return self.area.previous.values(all_measures())

    @cached_property
    def before(self):
        """{measure: value} of the round before; empty where nothing was reported in it."""
        if not self.previous:
            return {}
        found = dict(self.known_before.values)
        if self.approved:
            found.update(self.structure_of(self.area.previous))
        for name in MAIN_MEASURES:
            if found[name]:
                return found
        return {}

    @cached_property
    def missing_before(self):
        """{measure: number of communities that did not report it in the round before}."""
        return self.known_before.missing

    @cached_property
    def tallies_before(self):
        """{standard pk: Tally} of the round before."""
        before = self.area.previous
        return self.tallies_by_standard(before) if before else {}

    @cached_property
    def sums(self):
        """{standard pk: GapSum} of the gap list: what closing each gap costs."""
        found = gap_sums([self.area], self.area.community_standards, shown=self.judged)
        return {each.standard.pk: each for each in found}

    @cached_property
    def spread(self):
        """{name: value} of SPREAD over the communities."""
        return self.measured.aggregate(**SPREAD)

    @property
    def measured(self):
        """The measures of the communities below, in the scope of these facts."""
        area = Measures.objects.within(self.filing)
        found = area.filter(round=self.filing.round_id, level=Level.COMMUNITY)
        if self.approved:
            found = found.filter(filing__status=Status.APPROVED)
        return found.order_by()

    @cached_property
    def unwritten_pay(self):
        """The number of temporary workers of communities whose pay is not reported.

        The measures count them among the unpaid.
        """
        workers = self.records(Worker)
        return workers.filter(employment__in=Employment.short_term(), pay=None).count()

    def records(self, model):
        """The records of one kind that the communities report, in the scope of these facts."""
        rows = model.objects.filter(
            lies_inside([self.filing.path], "filing__path"),
            filing__round=self.filing.round_id,
            filing__level=Level.COMMUNITY,
        )
        if self.approved:
            rows = rows.filter(filing__status=Status.APPROVED)
        return rows.order_by()

    @cached_property
    def institutions(self):
        """{(category, stage): number of bodies}."""
        counted = self.records(Institution).values_list("category", "stage").annotate(Count("pk"))
        found = {}
        for category, stage, count in counted:
            found[category, stage] = count
        return found

    @cached_property
    def governance(self):
        """{governance: sums over its communities, as BY_MODEL names them}."""
        rows = self.measured.values("governance").annotate(**BY_MODEL)
        return {row["governance"]: row for row in rows}

    @cached_property
    def kinds(self):
        """{kind: number of units of that kind below}, approved or not.

        Units are counted in both scopes, for a unit does not vanish because it is not approved.
        """
        found = {}
        for row in self.states:
            found[row["kind"]] = row["filings"]
        own = self.filing.kind
        found[own] = found.get(own, 1) - 1
        return found

    @cached_property
    def not_asked(self):
        """{kind: number of communities} of the kinds that this round leaves out.

        The tree is read as it was on the reference date of the round.
        """
        round = self.filing.round
        if not round.kinds:
            return {}
        units = Unit.objects.within(self.filing.unit).open(round.reference_date)
        communities = units.filter(level=Level.COMMUNITY).exclude(kind__in=round.kinds)
        counted = communities.order_by().values_list("kind").annotate(Count("pk"))
        return dict(counted)

    @cached_property
    def children(self):
        """[(filing below, {measure: value})] in the order of their codes."""
        below = list(Filing.objects.filter(parent=self.filing).order_by("code", "path"))
        values = {}
        for row in (*self.upper_rows(below), *self.community_rows(below)):
            values[row["filing"]] = row
        nothing = dict.fromkeys(all_measures())
        return [(child, values.get(child.pk, nothing)) for child in below]

    def upper_rows(self, below):
        """The stored roll-ups of those filings that are above the communities."""
        upper = [child.pk for child in below if child.level < Level.COMMUNITY]
        if not upper:
            return []
        found = AreaMeasures.objects.filter(filing__in=upper, approved=self.approved)
        return found.values("filing", *all_measures())

    def community_rows(self, below):
        """The measures of those filings that are communities of the chosen scope."""
        own = [child.pk for child in below if self.is_counted_community(child)]
        if not own:
            return []
        return Measures.objects.filter(filing__in=own).values("filing", *all_measures())

    def is_counted_community(self, filing):
        """Whether a filing is a community that counts in the chosen scope."""
        in_scope = not self.approved or filing.status == Status.APPROVED
        return filing.level >= Level.COMMUNITY and in_scope

    @cached_property
    def saved(self):
        """When something in the area was saved last; None where nothing was."""
        return self.state["saved"]

    @cached_property
    def state(self):
        """How often and when last something in the area was saved or approved."""
        state = {"saves": 0, "filings": 0, "approved": 0, "saved": None}
        for row in self.states:
            for name in ("saves", "filings", "approved"):
                state[name] += row[name]
            if row["saved"] and (state["saved"] is None or row["saved"] > state["saved"]):
                state["saved"] = row["saved"]
        return state

    @cached_property
    def states(self):
        """[{kind, filings, saves, saved, approved}] of the area itself and all below it."""
        inside = lies_inside([self.filing.path])
        rows = Filing.objects.filter(inside, round=self.filing.round_id).order_by()
        counted = rows.values("kind").annotate(
            saves=Sum("version"),
            filings=Count("pk"),
            saved=Max("saved_at"),
            approved=Count("pk", filter=Q(status=Status.APPROVED)),
        )
        return list(counted)

    @property
    def version(self):
        """A short digest of the data: it changes when a filing of the area is saved or approved."""
        parts = [str(self.state[name]) for name in ("filings", "saves", "saved", "approved")]
        digest = hashlib.sha256("|".join(parts).encode())
        return digest.hexdigest()[:12]
