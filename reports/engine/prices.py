"""What one unit of gap costs in yuan: as the rule book names it for the place.

Money is its own price.
"""

from decimal import Decimal

from communities.tree import path_end
from reports.engine import judging
from reports.engine.judged_query import JudgedQuery
from reports.models import Cost, Costs

OF_MONEY = {"元": Decimal(1), "万元": Decimal(10_000)}


class Prices:
    """The prices of these standards, in words for a place and as SQL for many rows; one query.

    A composite has a price of its own, or costs what its missing parts cost. Unknown stays unknown,
    never nothing.
    """

    def __init__(self, standards) -> None:
        self.standards = standards
        self.costs = Costs(standards)
        self.parts = {}
        for standard in standards:
            self.parts.setdefault(standard.parent_id, []).append(standard)

    def of(self, standard, path: str) -> Cost | None:
        """The Cost of one unit of gap at a place; None where nobody has named one."""
        named = self.costs.of(standard, path)
        if named is None and standard.gap_unit in OF_MONEY:
            return Cost(OF_MONEY[standard.gap_unit], "缺口本身即为金额")
        return named

    def is_single(self, standard, path: str) -> bool:
        """Whether one price holds for all of the area, so that its gap can be multiplied by it."""
        return not self.costs.varies_within(standard, path) and not self.is_of_parts(standard)

    def is_of_parts(self, standard) -> bool:
        """Whether it is a composite that nobody has priced as a whole."""
        return (
            not standard.actual
            and standard.pk in self.parts
            and standard.cost is None
            and standard.pk not in self.costs.by_standard
        )

    def unit_sql(self, standard, path: str = JudgedQuery.PATH) -> str:
        """The price of one unit of gap as an expression over the path of a filing.

        The nearest region around it wins.
        """
        general = self.general_sql(standard)
        regions = self.costs.by_standard.get(standard.pk, ())
        if not regions:
            return general
        nearest_first = sorted(regions, key=lambda cost: -len(cost.path))
        cases = []
        for cost in nearest_first:
            inside = f"{path} >= '{cost.path}' AND {path} < '{path_end(cost.path)}'"
            cases.append(f"WHEN {inside} THEN {float(cost.cost)!r}")
        return f"(CASE {' '.join(cases)} ELSE {general} END)"

    def general_sql(self, standard) -> str:
        """The price where no region has one of its own."""
        general = standard.cost
        if general is None:
            general = OF_MONEY.get(standard.gap_unit)
        if general is None:
            return judging.NO_NUMBER
        return repr(float(general))

    def closing_sql(self, query: JudgedQuery, standard) -> str:
        """What closing the gap of one filing of a JudgedQuery costs; null where it is not known."""
        if not self.is_of_parts(standard):
            return f"{query.gap(standard)} * {self.unit_sql(standard)}"
        missing = []
        for part in self.parts[standard.pk]:
            cost = self.closing_sql(query, part)
            missing.append(query.if_verdict(part, judging.UNMET, cost, "0.0"))
        return f"({' + '.join(missing)})"
