"""A staged plan: which communities first, in how many years, for how much money a year; never beyond the budget."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from communities.models import Level
from reports.engine import judging
from reports.engine.compliance import rules_for, standards_judged_at
from reports.engine.scope import Scope
from reports.gaps.prices import Prices
from reports.gaps.sums import family
from surveys.models import Filing

FEN = 100  # budgets are kept to the cent: sums of doubles would cross them


class First(StrEnum):
    """Who comes first."""

    COST = "cost"
    RESIDENTS = "residents"
    STREET = "street"

    @property
    def label(self):
        return {"cost": "费用少的在先", "residents": "居民多的在先", "street": "按街道逐个推进"}[
            self
        ]


class Candidate(NamedTuple):
    """A community that misses at least one of the chosen standards, with what closing all its gaps costs.

    `fen` is None where a gap has no price.
    """

    filing: int
    name: str
    above: str
    residents: float | None
    fen: int | None
    missed: int

    @property
    def yuan(self):
        return None if self.fen is None else self.fen / FEN


@dataclass
class Year:
    """One year of the plan; `met` is how many communities meet the standards at its end."""

    number: int
    steps: list = field(default_factory=list)
    fen: int = 0
    met: int = 0

    @property
    def yuan(self):
        return self.fen / FEN


@dataclass
class Plan:
    """How `share` of the bound communities is reached in so many years, or how far the money goes.

    `bound` communities are bound by a chosen standard: `met` meet all that bind them, `unknown` cannot be judged,
    `unpriced` [Candidate] have a gap without a price, `beyond` [Candidate] do not fit into any year's budget.
    """

    share: float
    first: First
    budget: float | None
    bound: int
    met: int
    unknown: int
    unpriced: list
    years: list
    beyond: list

    @property
    def target(self):
        """How many communities must meet the standards: 80 % of 29 are 24."""
        return ceil(round(self.share * self.bound, 6))

    @property
    def reached(self):
        """How many meet them at the end."""
        return self.years[-1].met if self.years else self.met

    @property
    def short(self):
        """How many are lacking to the target at the end."""
        return max(self.target - self.reached, 0)

    @property
    def yuan(self):
        return sum(year.fen for year in self.years) / FEN

    def rate(self, met):
        """A number of communities as a share of all bound ones; None where there are none."""
        return met / self.bound if self.bound else None

    @property
    def steps(self):
        """(year's number, candidate) in their order."""
        return [(year.number, step) for year in self.years for step in year.steps]


def make_plan(
    filing,
    standards,
    *,
    share=0.8,
    years=2,
    first=First.COST,
    budget=None,
    approved=False,
    prices=None,
):
    """The Plan of the communities below `filing` for these standards, out of all of the round; `budget` in yuan a year."""
    bound, met, unknown, candidates = stand(filing, standards, approved=approved, prices=prices)
    plan = Plan(share, First(first), budget, bound, met, unknown, [], [], [])
    plan.unpriced = [c for c in candidates if c.fen is None]
    queue = in_order([c for c in candidates if c.fen is not None], plan.first)
    need = max(plan.target - met, 0)
    limit = None if budget is None else int(round(budget * FEN))
    plan.years, plan.beyond = spread(queue, need, years, limit, met)
    return plan


def in_order(candidates, first):
    """Who comes first; in a street the cheapest, and the streets in the order of their list."""
    if first == First.STREET:
        streets = {above: at for at, above in enumerate(dict.fromkeys(c.above for c in candidates))}
        return sorted(candidates, key=lambda c: (streets[c.above], c.fen, c.filing))
    if first == First.RESIDENTS:
        return sorted(candidates, key=lambda c: (-(c.residents or 0), c.fen, c.filing))
    return sorted(candidates, key=lambda c: (c.fen, -(c.residents or 0), c.filing))


def spread(queue, need, count, limit, met):
    """(years, candidates that fit into none) until `need` communities are done.

    Without a limit every year takes its share of them; with one a community goes into the first year that has the
    money left, and who does not fit makes room for the next in line.
    """
    years = [Year(number) for number in range(1, count + 1)]
    beyond, done, a_year = [], 0, ceil(need / count)
    for candidate in queue:
        if done == need:
            break
        year = next((y for y in years if fits(y, candidate, limit, a_year)), None)
        if year is None:
            beyond.append(candidate)
            continue
        year.steps.append(candidate)
        year.fen += candidate.fen
        done += 1
    for year in years:
        met += len(year.steps)
        year.met = met
    return years, beyond


def fits(year, candidate, limit, a_year):
    return len(year.steps) < a_year if limit is None else year.fen + candidate.fen <= limit


def stand(filing, standards, *, approved, prices=None):
    """(bound, met, unknown, [Candidate]) of the communities below, in the order of their list; one query."""
    community = standards_judged_at(Level.COMMUNITY, standards)
    given = family([s for s in community if chosen(s, community)], community)
    shown = [s for s in given if chosen(s, community)]
    if not shown:
        return 0, 0, 0, []
    bound = met = unknown = 0
    candidates = []
    for row in read(filing, shown, given, prices or Prices(given), approved=approved):
        who, verdicts, costs = row[:4], row[4::2], row[5::2]
        state = worst(verdicts)
        bound += state is not None
        met += state == judging.MET
        unknown += state == judging.UNKNOWN
        if state == judging.UNMET:
            candidates.append(
                Candidate(*who, total(shown, verdicts, costs), verdicts.count(judging.UNMET))
            )
    return bound, met, unknown, candidates


def chosen(standard, community):
    """A standard on its own, not as a part of a composite that is there too."""
    return standard.parent_id not in {s.pk for s in community}


def worst(verdicts):
    """Of a community: unknown where one is, else unmet where one is, else met; None where no standard binds it."""
    for state in (judging.UNKNOWN, judging.UNMET, judging.MET):
        if state in verdicts:
            return state
    return None


def total(shown, verdicts, costs):
    """Cents to close all gaps, the dearest alone where several standards measure the same thing; None if one is unknown."""
    dearest = {}
    for standard, verdict, cost in zip(shown, verdicts, costs, strict=True):
        if verdict == judging.UNMET:
            if cost is None:
                return None
            same = standard.actual or standard.pk
            dearest[same] = max(dearest.get(same, 0), ceil(round(cost * FEN, 4)))
    return sum(dearest.values())


def read(filing, shown, given, prices, *, approved):
    """[(filing, name, above, residents, then verdict and cost of each standard)] in the order of their list."""
    communities = Filing.objects.within(filing).filter(round=filing.round_id).communities()
    parts = [part for s in shown for part in (f"j.v{s.pk}", prices.closing_sql(s))]
    rows = judging.select(
        rules_for(given),
        Scope(approved).narrow(communities),
        ", ".join(["j.filing_id", "filing.name", "j.parent_id", *parts]),
    )
    found = {row[0]: row for row in rows}
    order = communities.order_by("parent__code", "code", "path").values_list(
        "pk", "parent__name", "measures__residents"
    )
    return [
        (pk, found[pk][1], above, residents, *found[pk][3:])
        for pk, above, residents in order
        if pk in found
    ]
