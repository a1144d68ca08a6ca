"""The list itself: one line a community and standard, ranked, with the cost added up from the top, in one query."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from django.db import connection

from reports.engine import judging
from reports.engine.compliance import NUMBERED_VERDICTS, rules_for
from reports.gaps.prices import Prices
from reports.models import Measures
from reports.models.standard import Standard
from surveys.models import Filing


class Order(StrEnum):
    """In which order gaps are closed; what has no known cost or gap comes last."""

    COST = "cost"
    GAP = "gap"
    RESIDENTS = "residents"
    STREET = "street"

    @property
    def label(self):
        return {
            "cost": "费用由低到高",
            "gap": "缺口由大到小",
            "residents": "居民由多到少",
            "street": "按街道",
        }[self]


ORDERS = {
    Order.COST: "cost IS NULL, cost, residents IS NULL, residents DESC",
    Order.GAP: "gap IS NULL, at, gap DESC",
    Order.RESIDENTS: "residents IS NULL, residents DESC",
    Order.STREET: "above_code, above_path",
}
LAST = "code, path, at"  # no two lines share it


class Gap(NamedTuple):
    """One community against one standard it misses, or cannot be held against for want of data.

    Numbers are in the standard's own unit, money in yuan; None is unknown. `counted` is the cost that the cumulative
    one takes in: where several standards ask for the same thing of one community, the dearest alone.
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
    """The gaps of the communities of a queryset; `shown` are the standards listed, `standards` those with their parts.

    `states` are the verdicts taken in. It can be cut into pages: `lines` says how many there are, where that is known
    from the roll-ups; `total` is the cost of all of them, known once some were read.
    """

    communities: object
    standards: list
    shown: list
    order: Order = Order.COST
    states: tuple = (judging.UNMET, judging.UNKNOWN)
    prices: Prices | None = None
    lines: int | None = None
    total: float | None = None

    def __post_init__(self):
        self.prices = self.prices or Prices(self.standards)

    def __len__(self):
        return len(self.rows()) if self.lines is None else self.lines

    def __getitem__(self, part):
        return self.rows(part.start or 0, part.stop - (part.start or 0))

    def rows(self, start=0, size=None):
        """[Gap] in their order from the line `start`, all where no size is given."""
        if not self.shown:
            return []
        judged, parameters = self.judged()
        lines = " UNION ALL ".join(map(self.line, range(len(self.shown))))
        text = f"WITH judged AS ({judged}), lines AS ({lines}) {self.ranked()}"
        if size is not None:
            text, parameters = f"{text} LIMIT %s OFFSET %s", [*parameters, size, start]
        return [self.gap(*row) for row in judging.fetched(text, parameters)]

    def gap(self, filing, name, above, at, verdict, *numbers):
        *numbers, self.total = numbers
        return Gap(filing, name, above, self.shown[at], NUMBERED_VERDICTS[verdict], *numbers)

    def judged(self):
        """Each community that has a line, once: where it belongs, how many live there, how it stands."""
        found, parameters = judging.selection(
            rules_for(self.standards), self.communities, self.wanted(), self.missed()
        )
        filings, measures = (
            connection.ops.quote_name(model._meta.db_table) for model in (Filing, Measures)
        )
        return (
            "SELECT found.*, m.residents, above.name AS above, above.code AS above_code, above.path AS above_path "
            f"FROM ({found}) found JOIN {measures} m ON m.filing_id = found.filing_id "
            f"LEFT JOIN {filings} above ON above.id = found.parent_id"
        ), parameters

    def ranked(self):
        """The lines in their order, each with the costs up to it and of all."""
        order = f"verdict <> {judging.UNMET}, {ORDERS[self.order]}, {LAST}"
        added_up = (
            f"SUM(counted) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING), SUM(counted) OVER ()"
        )
        return (
            "SELECT filing_id, name, above, at, verdict, residents, actual, required, gap, price, cost, counted, "
            f"{added_up} FROM lines ORDER BY {order}"
        )

    def wanted(self):
        """What is read of each community, once: who it is, and of each standard what a line says."""
        of_each = [
            f"{part} AS {name}{at}"
            for at, standard in enumerate(self.shown)
            for name, part in self.facts(standard).items()
        ]
        return ", ".join(
            ["j.filing_id", "j.parent_id", "filing.name", "filing.code", "filing.path", *of_each]
        )

    def missed(self):
        """One bad verdict is enough for a community to be read."""
        states = ", ".join(map(str, self.states))
        return f"AND ({' OR '.join(f'j.v{s.pk} IN ({states})' for s in self.shown)})"

    def facts(self, standard):
        k = standard.pk
        exceeded = f"WHEN j.a{k} > j.u{k} THEN j.u{k} " if standard.upper else ""
        return {
            "v": f"j.v{k}",
            "a": f"j.a{k}",
            "r": f"CASE {exceeded}WHEN j.l{k} IS NULL THEN j.u{k} ELSE j.l{k} END",
            "g": f"j.g{k}",
            "p": self.prices.unit_sql(standard),
            "c": self.prices.closing_sql(standard),
        }

    def line(self, at):
        """The lines of one standard."""
        states = ", ".join(map(str, self.states))
        known = f"v{at} = {judging.UNMET}"
        return (
            "SELECT filing_id, name, code, path, above, above_code, above_path, residents, "
            f"{at} AS at, v{at} AS verdict, a{at} AS actual, r{at} AS required, CASE WHEN {known} THEN g{at} END AS gap, "
            f"p{at} AS price, CASE WHEN {known} THEN c{at} END AS cost, {self.counted(at)} AS counted "
            f"FROM judged WHERE v{at} IN ({states})"
        )

    def counted(self, at):
        """The cost, but only of the dearest of several lines about the same thing in one community."""
        formula = self.shown[at].actual
        others = [
            n for n, each in enumerate(self.shown) if n != at and formula and each.actual == formula
        ]
        cheaper = [
            f"(v{n} <> {judging.UNMET} OR c{n} IS NULL OR c{n} {'<=' if at < n else '<'} c{at})"
            for n in others
        ]
        return f"CASE WHEN {' AND '.join([f'v{at} = {judging.UNMET}', *cheaper])} THEN c{at} END"
