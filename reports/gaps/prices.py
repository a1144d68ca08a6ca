"""What one unit of gap costs in yuan: as the rule book names it for the place; money is its own price."""

from decimal import Decimal

from communities.tree import path_end
from reports.engine import judging
from reports.models import Cost, Costs

OF_MONEY = {"元": Decimal(1), "万元": Decimal(10_000)}
UNKNOWN = "CAST(NULL AS double precision)"


class Prices:
    """The prices of these standards, in words for a place and as SQL for many rows; one query.

    A composite has a price of its own, or costs what its missing parts cost. Unknown stays unknown, never nothing.
    """

    def __init__(self, standards):
        self.standards = standards
        self.costs = Costs(standards)
        self.parts = {}
        for standard in standards:
            self.parts.setdefault(standard.parent_id, []).append(standard)

    def of(self, standard, path):
        """The Cost of one unit of gap at a place; None where nobody has named one."""
        named = self.costs.of(standard, path)
        if named is None and standard.gap_unit in OF_MONEY:
            return Cost(OF_MONEY[standard.gap_unit], "缺口本身即为金额")
        return named

    def is_single(self, standard, path):
        """Whether one price holds for all of the area, so that the area's gap can be multiplied by it."""
        return not self.costs.varies_within(standard, path) and not self.is_of_parts(standard)

    def is_of_parts(self, standard):
        """Whether it is a composite that nobody has priced as a whole."""
        return (
            not standard.actual
            and standard.pk in self.parts
            and standard.cost is None
            and standard.pk not in self.costs.by_standard
        )

    def unit_sql(self, standard, path="filing.path"):
        """The price of one unit of gap as an expression over the path of a filing: the nearest region around it wins."""
        general = standard.cost if standard.cost is not None else OF_MONEY.get(standard.gap_unit)
        rest = UNKNOWN if general is None else repr(float(general))
        regions = sorted(
            self.costs.by_standard.get(standard.pk, ()), key=lambda cost: -len(cost.path)
        )
        when = " ".join(
            f"WHEN {path} >= '{c.path}' AND {path} < '{path_end(c.path)}' THEN {float(c.cost)!r}"
            for c in regions
        )
        return f"(CASE {when} ELSE {rest} END)" if when else rest

    def closing_sql(self, standard, path="filing.path"):
        """What closing the gap of one filing costs, over `j` and its path; null where it is not known."""
        if not self.is_of_parts(standard):
            return f"j.g{standard.pk} * {self.unit_sql(standard, path)}"
        missing = [
            f"CASE WHEN j.v{part.pk} = {judging.UNMET} THEN {self.closing_sql(part, path)} ELSE 0.0 END"
            for part in self.parts[standard.pk]
        ]
        return f"({' + '.join(missing)})"
