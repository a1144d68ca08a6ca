"""The list itself.

One line a community and standard, ranked, with the cost added up from the top.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from reports.engine import judging
from reports.engine.compliance import NUMBERED_VERDICTS
from reports.engine.gap_lines import GapStatement
from reports.engine.prices import Prices
from reports.models.standard import Standard


class GapOrder(StrEnum):
    """In which order gaps are closed; what has no known cost or gap comes last."""

    COST = "cost"
    GAP = "gap"
    RESIDENTS = "residents"
    STREET = "street"

    @property
    def label(self):
        return ORDER_LABELS[self]


ORDER_LABELS = {
    GapOrder.COST: "费用由低到高",
    GapOrder.GAP: "缺口由大到小",
    GapOrder.RESIDENTS: "居民由多到少",
    GapOrder.STREET: "按街道",
}
# Over the columns of a GapStatement's lines.
ORDERS = {
    GapOrder.COST: "cost IS NULL, cost, residents IS NULL, residents DESC",
    GapOrder.GAP: "gap IS NULL, at, gap DESC",
    GapOrder.RESIDENTS: "residents IS NULL, residents DESC",
    GapOrder.STREET: "above_code, above_path",
}


class Gap(NamedTuple):
    """One community against one standard it misses, or cannot be held against for want of data.

    Numbers are in the standard's own unit, money in yuan; None is unknown. `counted` is the cost
    that the cumulative one takes in: where several standards ask for the same thing of one
    community, the dearest alone.
    """

    filing: int
    name: str
    above: str
    standard: Standard
    verdict: str
    residents: float | None
    actual: float | None
    required: float | None
    gap: float | None
    price: float | None
    cost: float | None
    counted: float | None
    cumulative: float | None

    @property
    def exceeds(self):
        """Whether there is too much rather than too little."""
        return None not in (self.actual, self.required) and self.actual > self.required


@dataclass
class GapList:
    """The gaps of the communities of a queryset.

    `shown` are the standards listed, `standards` those with their parts. `states` are the verdicts
    taken in. It can be cut into pages: `lines` says how many there are, where that is known from
    the roll-ups; `total` is the cost of all of them, known once some were read.
    """

    communities: object
    standards: list
    shown: list
    order: GapOrder = GapOrder.COST
    states: tuple = (judging.UNMET, judging.UNKNOWN)
    prices: Prices | None = None
    lines: int | None = None
    total: float | None = None

    def __post_init__(self):
        self.prices = self.prices or Prices(self.standards)

    def __len__(self):
        return len(self.rows()) if self.lines is None else self.lines

    def __getitem__(self, part):
        start = part.start or 0
        return self.rows(start, part.stop - start)

    def rows(self, start=0, size=None):
        """[Gap] in their order from the line `start`, all where no size is given; one query."""
        if not self.shown:
            return []
        statement = GapStatement(
            self.communities, self.standards, self.shown, self.states, self.prices
        )
        found = statement.rows(ORDERS[self.order], start, size)
        for row in found:
            self.total = row.total
        return [self.gap_of(row) for row in found]

    def gap_of(self, row):
        """The Gap of one line of the statement."""
        return Gap(
            row.filing,
            row.name,
            row.above,
            self.shown[row.at],
            NUMBERED_VERDICTS[row.verdict],
            row.residents,
            row.actual,
            row.required,
            row.gap,
            row.price,
            row.cost,
            row.counted,
            row.cumulative,
        )
