"""Who misses a standard, the largest gap first, with what closing it costs.

Cut into pages by the database.
"""

from dataclasses import dataclass
from typing import NamedTuple

from reports.engine import judging
from reports.engine.area import Area
from reports.gaps.sums import multiplied_cost


class MissingCommunity(NamedTuple):
    """One community that misses the standard.

    Numbers are in the standard's own unit, `cost` in yuan; None is unknown.
    """

    filing: int
    name: str
    above: str
    actual: float | None
    required: float | None
    gap: float | None
    cost: float | None
    sum: float | None  # of the costs of all of them that have one
    priced: int  # how many those are

    @property
    def exceeds(self):
        if self.actual is None or self.required is None:
            return False
        return self.actual > self.required

    @property
    def unknown(self):
        """Of a composite, how many parts could not be judged: neither met nor in its gap."""
        return round(self.required - self.actual - self.gap)


@dataclass
class UnmetCommunities:
    """Those below an upper filing that miss the standard: `number` of them, by the roll-up."""

    area: Area
    standard: object
    family: list  # it and its parts
    prices: object
    number: int

    def __len__(self):
        return self.number

    def __getitem__(self, part):
        """A slice of the list, in one query; names are read for the slice only."""
        query = self.area.judged(self.family)
        missing = query.where(query.has_verdict(self.standard, judging.UNMET))
        cost = self.prices.closing_sql(query, self.standard)
        costs, priced = self.added_up(cost)
        rows = missing.rows_with_units(
            order="gap DESC, path",
            size=part.stop - part.start,
            start=part.start,
            actual=query.actual(self.standard),
            required=query.required(self.standard),
            gap=query.gap(self.standard),
            cost=cost,
            costs=costs,
            priced=priced,
        )
        return [MissingCommunity(*row) for row in rows]

    def added_up(self, cost):
        """(sum of all costs, how many have one) as SQL.

        Nothing where one price for the whole area gives it already.
        """
        if self.prices.is_single(self.standard, self.area.filing.path):
            return judging.NO_NUMBER, "0"
        return f"SUM({cost}) OVER ()", f"COUNT({cost}) OVER ()"

    def cost(self, tally, lines):
        """(yuan to close every gap that has a price, how many those are).

        None where nobody misses it.
        """
        if not lines:
            return None
        if self.prices.is_single(self.standard, self.area.filing.path):
            return multiplied_cost(tally, self.prices.of(self.standard, self.area.filing.path))
        return lines[0].sum, lines[0].priced
