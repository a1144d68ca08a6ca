"""Supposed thresholds beside those in force.

Both judged on the same communities, by the rule book's own evaluator.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from reports.engine import judging
from reports.engine.compliance import NUMBERED_VERDICTS, Verdict
from reports.engine.judged_query import JudgedQuery
from reports.engine.prices import Prices
from reports.models import Standard
from reports.rulebook.actions import unsaved_copy
from reports.rulebook.effect import NEW, OLD, RuleEffect, RuleFamily, family_rules
from surveys.models import Filing

BESIDE = 2 * 10**12  # added to the key of a standard, it is the key of what is supposed of it


class TrialResult(NamedTuple):
    """One standard before, or after: communities that meet and miss it, their gap, what closing it costs.

    The cost is None where it is unknown.
    """

    met: int
    unmet: int
    gap: float
    cost: float | None


class ChangedCommunity(NamedTuple):
    """One community that would be judged otherwise.

    The verdict is that on all standards together; `missed_…` is how many of them it misses.
    """

    filing: int
    name: str
    above: str
    before: Verdict
    after: Verdict
    missed_before: float | None
    missed_after: float | None


@dataclass
class Trial:
    """`supposed` are pairs (standard in force, {lower, upper} supposed), tried on the communities
    of an upper filing.
    """

    filing: Filing
    supposed: list
    approved: bool = False

    @cached_property
    def parts(self):
        """(in force, supposed) of each standard; nothing of it is stored."""
        pairs = []
        for standard, limits in self.supposed:
            pairs.append((standard, unsaved_copy(standard, pk=BESIDE + standard.pk, **limits)))
        return pairs

    @cached_property
    def rules(self):
        together = Standard(name="同时达到")
        olds, news = zip(*self.parts, strict=True)
        return family_rules([RuleFamily(together, OLD, olds), RuleFamily(together, NEW, news)])

    @cached_property
    def prices(self):
        return Prices([old for old, _ in self.parts])

    @cached_property
    def query(self):
        return JudgedQuery.inside(self.filing, self.rules, approved=self.approved)

    @cached_property
    def rows(self):
        """Communities by their verdicts before and after, with the sums of each part before and
        after: one query.
        """
        sums = {}
        for old, new in self.parts:
            sums[old.pk] = self.sums(old, old.pk)
            sums[new.pk] = self.sums(old, new.pk)
        return self.query.group_by("1", "2").rows(
            before=self.query.verdict(OLD),
            after=self.query.verdict(NEW),
            communities="COUNT(*)",
            sums=sums,
        )

    def sums(self, standard, key):
        """The columns of one part, judged by the rule of this key at the price of its standard."""
        query, gap = self.query, self.query.gap(key)
        price = self.prices.unit_sql(standard, query.PATH)
        return TrialResult(
            query.count(key, judging.MET),
            query.count(key, judging.UNMET),
            f"SUM({query.if_verdict(key, judging.UNMET, gap, '0.0')})",
            f"SUM({query.if_verdict(key, judging.UNMET, f'{gap} * {price}')})",
        )

    @cached_property
    def effect(self):
        """How many communities would go from which verdict to which, on all standards together."""
        moves = Counter()
        for row in self.rows:
            moves[NUMBERED_VERDICTS[row.before], NUMBERED_VERDICTS[row.after]] += row.communities
        return RuleEffect(self.filing.round, moves)

    @property
    def standards(self):
        """(standard in force, supposed, TrialResult before and after) of each."""
        for old, new in self.parts:
            yield old, new, self.result(old.pk), self.result(new.pk)

    def result(self, key):
        """The sums of one part over all communities."""
        sides = [row.sums[key] for row in self.rows]
        met = sum(side.met or 0 for side in sides)
        unmet = sum(side.unmet or 0 for side in sides)
        gap = sum(side.gap or 0 for side in sides)
        known = [side.cost for side in sides if side.cost is not None]
        cost = sum(known) if known or not unmet else None
        return TrialResult(met, unmet, gap, cost)

    def changed(self, most=None):
        """[ChangedCommunity] of the communities judged otherwise.

        Those that would meet it first.
        """
        query = self.query
        differs = query.where(f"{query.verdict(OLD)} <> {query.verdict(NEW)}")
        rows = differs.rows_with_units(
            order="new, path",
            size=most,
            old=query.verdict(OLD),
            new=query.verdict(NEW),
            less=query.gap(OLD),
            more=query.gap(NEW),
        )
        found = []
        for row in rows:
            old, new = NUMBERED_VERDICTS[row.old], NUMBERED_VERDICTS[row.new]
            found.append(
                ChangedCommunity(row.filing, row.name, row.above, old, new, row.less, row.more)
            )
        return found
