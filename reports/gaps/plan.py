"""A staged plan: which communities first, in how many years, for how much money a year.

It never goes beyond the budget of a year.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from reports.engine import judging
from reports.engine.compliance import with_parts
from reports.engine.judged_query import JudgedQuery
from reports.engine.prices import Prices
from reports.engine.rules import rules_for

FEN = 100  # budgets are kept to the cent: sums of doubles would cross them


class PlanOrder(StrEnum):
    """Who comes first."""

    COST = "cost"
    RESIDENTS = "residents"
    STREET = "street"

    @property
    def label(self):
        return PLAN_ORDER_LABELS[self]


PLAN_ORDER_LABELS = {
    PlanOrder.COST: "费用少的在先",
    PlanOrder.RESIDENTS: "居民多的在先",
    PlanOrder.STREET: "按街道逐个推进",
}


class Candidate(NamedTuple):
    """A community that misses a chosen standard, with what closing all its gaps costs.

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
        if self.fen is None:
            return None
        return self.fen / FEN


@dataclass
class PlanYear:
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

    `bound` communities are bound by a chosen standard: `met` meet all that bind them, `unknown`
    cannot be judged, `unpriced` [Candidate] have a gap without a price, `beyond` [Candidate] do not
    fit into any year's budget.
    """

    share: float
    first: PlanOrder
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
        if not self.years:
            return self.met
        return self.years[-1].met

    @property
    def short(self):
        """How many are lacking to the target at the end."""
        return max(self.target - self.reached, 0)

    @property
    def yuan(self):
        return sum(year.fen for year in self.years) / FEN

    def rate(self, met):
        """A number of communities as a share of all bound ones; None where there are none."""
        if not self.bound:
            return None
        return met / self.bound

    @property
    def steps(self):
        """(year's number, candidate) in their order."""
        steps = []
        for year in self.years:
            for step in year.steps:
                steps.append((year.number, step))
        return steps


class JudgedCommunity(NamedTuple):
    """One community of the area.

    `verdicts` are {standard pk: its number}, `costs` {standard pk: yuan to close the gap}.
    """

    filing: int
    name: str
    above: str
    residents: float | None
    verdicts: dict
    costs: dict


@dataclass
class Baseline:
    """How the communities stand before the plan, in the order of their list.

    `bound` are bound by a chosen standard: `met` meet all that bind them, `unknown` cannot be
    judged.
    """

    bound: int = 0
    met: int = 0
    unknown: int = 0
    candidates: list = field(default_factory=list)


def make_plan(
    area, standards, *, share=0.8, years=2, first=PlanOrder.COST, budget=None, prices=None
):
    """The Plan of the communities of an Area for these standards, out of all of the round.

    `share` of them is to be reached in so many `years`; `budget` is in yuan a year, None without a
    limit.
    """
    base = plan_baseline(area, standards, prices)
    priced, unpriced = [], []
    for candidate in base.candidates:
        if candidate.fen is None:
            unpriced.append(candidate)
        else:
            priced.append(candidate)
    plan = Plan(
        share=share,
        first=PlanOrder(first),
        budget=budget,
        bound=base.bound,
        met=base.met,
        unknown=base.unknown,
        unpriced=unpriced,
        years=[],
        beyond=[],
    )
    queue = candidates_in_order(priced, plan.first)
    needed = max(plan.target - base.met, 0)
    limit = None if budget is None else int(round(budget * FEN))
    plan.years, plan.beyond = spread_over_years(queue, needed, years, limit, base.met)
    return plan


def candidates_in_order(candidates, first):
    """Who comes first; in a street the cheapest, and the streets in the order of their list."""
    if first == PlanOrder.STREET:
        streets = list(dict.fromkeys(each.above for each in candidates))
        places = {street: place for place, street in enumerate(streets)}
        return sorted(candidates, key=lambda each: (places[each.above], each.fen, each.filing))
    if first == PlanOrder.RESIDENTS:
        return sorted(candidates, key=lambda each: (-(each.residents or 0), each.fen, each.filing))
    return sorted(candidates, key=lambda each: (each.fen, -(each.residents or 0), each.filing))


def spread_over_years(queue, needed, count, limit, met):
    """(years, candidates that fit into none) until `needed` communities are done.

    Without a limit every year takes its share of them; with one a community goes into the first
    year that has the money left, and who does not fit makes room for the next in line.
    """
    years = [PlanYear(number) for number in range(1, count + 1)]
    beyond, done, a_year = [], 0, ceil(needed / count)
    for candidate in queue:
        if done == needed:
            break
        year = next((each for each in years if has_room(each, candidate, limit, a_year)), None)
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


def has_room(year, candidate, limit, a_year):
    """Whether a community fits into a year: into its money, or without a limit into its number."""
    if limit is None:
        return len(year.steps) < a_year
    return year.fen + candidate.fen <= limit


def plan_baseline(area, standards, prices=None):
    """The Baseline of an Area against these standards.

    One query and the list of its communities.
    """
    shown = wholes_of(standards)
    if not shown:
        return Baseline()
    judged = with_parts(shown, standards)
    base = Baseline()
    for community in communities_to_plan(area, shown, judged, prices or Prices(judged)):
        state = worst_verdict(community.verdicts.values())
        if state is None:
            continue
        base.bound += 1
        if state == judging.MET:
            base.met += 1
        elif state == judging.UNKNOWN:
            base.unknown += 1
        else:
            base.candidates.append(candidate_of(community, shown))
    return base


def wholes_of(standards):
    """The standards that are no part of another one of them."""
    keys = {standard.pk for standard in standards}
    return [standard for standard in standards if standard.parent_id not in keys]


def worst_verdict(verdicts):
    """Of a community: unknown where one is, else unmet where one is, else met.

    None where no standard binds it.
    """
    for state in (judging.UNKNOWN, judging.UNMET, judging.MET):
        if state in verdicts:
            return state
    return None


def candidate_of(community, shown):
    """The Candidate of a community that misses at least one standard."""
    numbers = Counter(community.verdicts.values())
    return Candidate(
        community.filing,
        community.name,
        community.above,
        community.residents,
        fen_to_close(community, shown),
        numbers[judging.UNMET],
    )


def fen_to_close(community, shown):
    """Cents to close all gaps of a community; None if one has no price.

    Where several standards measure one thing, the dearest alone counts.
    """
    dearest = {}
    for standard in shown:
        if community.verdicts[standard.pk] != judging.UNMET:
            continue
        cost = community.costs[standard.pk]
        if cost is None:
            return None
        thing = standard.actual or standard.pk
        fen = ceil(round(cost * FEN, 4))
        dearest[thing] = max(dearest.get(thing, 0), fen)
    return sum(dearest.values())


def communities_to_plan(area, shown, judged, prices):
    """[JudgedCommunity] of an Area in the order of their list."""
    query = JudgedQuery.of(area.communities, rules_for(judged))
    verdicts, costs = {}, {}
    for standard in shown:
        verdicts[standard.pk] = query.verdict(standard)
        costs[standard.pk] = prices.closing_sql(query, standard)
    name = query.of_filing("name")
    rows = query.rows(filing=query.FILING, name=name, verdicts=verdicts, costs=costs)
    by_filing = {row.filing: row for row in rows}
    listed = area.filings.communities().order_by("parent__code", "code", "path")
    communities = []
    for pk, above, residents in listed.values_list("pk", "parent__name", "measures__residents"):
        row = by_filing.get(pk)
        if row:
            communities.append(
                JudgedCommunity(pk, row.name, above, residents, row.verdicts, row.costs)
            )
    return communities
