"""Supposed thresholds beside those in force: both judged on the same communities, by the rule book's own evaluator."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db import connection

from reports.engine import judging
from reports.engine.compliance import NUMBERED_VERDICTS, Verdict
from reports.gaps.prices import Prices
from reports.models import Standard
from reports.rulebook.actions import unsaved_copy
from reports.rulebook.effect import NEW, OLD, RuleEffect, RuleFamily, family_rules
from surveys.models import Filing

BESIDE = 2 * 10**12  # added to the key of a standard, it is the key of what is supposed of it


class Side(NamedTuple):
    """One standard before, or after: communities that meet and miss it, their gap, what closing it costs (None unknown)."""

    met: int
    unmet: int
    gap: float
    cost: float | None


class Change(NamedTuple):
    """One community that would be judged otherwise: the verdict on all standards together, and how many it misses."""

    filing: int
    name: str
    above: str
    before: Verdict
    after: Verdict
    missed_before: float | None
    missed_after: float | None


@dataclass
class Trial:
    """`supposed` are pairs (standard in force, {lower, upper} supposed), tried on the communities of an upper filing."""

    filing: Filing
    supposed: list
    approved: bool = False

    @cached_property
    def parts(self):
        """(in force, supposed) of each standard; nothing of it is stored."""
        return [(s, unsaved_copy(s, pk=BESIDE + s.pk, **limits)) for s, limits in self.supposed]

    @cached_property
    def rules(self):
        together = Standard(name="同时达到")
        olds, news = zip(*self.parts, strict=True)
        return family_rules([RuleFamily(together, OLD, olds), RuleFamily(together, NEW, news)])

    @cached_property
    def prices(self):
        return Prices([old for old, _ in self.parts])

    @cached_property
    def rows(self):
        """(verdict before, after, communities, sums of each part before and after): one query."""
        sums = [
            part
            for old, new in self.parts
            for key in (old.pk, new.pk)
            for part in self.sums(old, key)
        ]
        wanted = ", ".join([f"j.v{OLD}", f"j.v{NEW}", "COUNT(*)", *sums])
        return judging.select_inside(
            self.rules, self.filing, wanted, "GROUP BY 1, 2", approved=self.approved
        )

    def sums(self, standard, key):
        missed = f"j.v{key} = {judging.UNMET}"
        price = self.prices.unit_sql(standard, "j.path")
        return [
            f"SUM(CASE WHEN j.v{key} = {judging.MET} THEN 1 ELSE 0 END)",
            f"SUM(CASE WHEN {missed} THEN 1 ELSE 0 END)",
            f"SUM(CASE WHEN {missed} THEN j.g{key} ELSE 0.0 END)",
            f"SUM(CASE WHEN {missed} THEN j.g{key} * {price} END)",
        ]

    @cached_property
    def effect(self):
        """How many communities would go from which verdict to which, on all standards together."""
        moves = Counter(
            {
                (NUMBERED_VERDICTS[old], NUMBERED_VERDICTS[new]): count
                for old, new, count, *_ in self.rows
            }
        )
        return RuleEffect(self.filing.round, moves)

    @property
    def standards(self):
        """(standard in force, supposed, Side before, Side after) of each."""
        for at, (old, new) in enumerate(self.parts):
            yield old, new, self.side(8 * at), self.side(8 * at + 4)

    def side(self, first):
        columns = [[row[3 + first + n] for row in self.rows] for n in range(4)]
        met, unmet, gap = (sum(value or 0 for value in column) for column in columns[:3])
        known = [value for value in columns[3] if value is not None]
        return Side(met, unmet, gap, sum(known) if known or not unmet else None)

    def changed(self, most=None):
        """[Change] of the communities judged otherwise: those that would meet it first."""
        wanted = f"j.filing_id, j.parent_id, j.v{OLD} AS old, j.v{NEW} AS new, j.g{OLD} AS less, j.g{NEW} AS more, j.path"
        tail = f"AND j.v{OLD} <> j.v{NEW} ORDER BY j.v{NEW}, j.path" + (
            f" LIMIT {most}" if most else ""
        )
        found, parameters = judging.selection_inside(
            self.rules, self.filing, wanted, tail, approved=self.approved
        )
        table = connection.ops.quote_name(Filing._meta.db_table)
        text = (
            f"SELECT line.filing_id, filing.name, above.name, old, new, less, more FROM ({found}) line "
            f"JOIN {table} filing ON filing.id = line.filing_id LEFT JOIN {table} above ON above.id = line.parent_id "
            "ORDER BY new, line.path"
        )
        rows = judging.fetched(text, parameters)
        return [
            Change(*row[:3], NUMBERED_VERDICTS[row[3]], NUMBERED_VERDICTS[row[4]], *row[5:])
            for row in rows
        ]
