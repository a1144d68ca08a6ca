"""Who misses a standard, the largest gap first, with what closing it costs; cut into pages by the database."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from reports.engine import judging
from reports.engine.compliance import rules_for
from reports.gaps.sums import multiplied
from surveys.models import Filing


class Missing(NamedTuple):
    """One community that misses the standard; numbers in the standard's own unit, `cost` in yuan, None unknown."""

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
        return None not in (self.actual, self.required) and self.actual > self.required

    @property
    def unknown(self):
        """Of a composite, how many parts could not be judged: neither met nor in its gap."""
        return round(self.required - self.actual - self.gap)


@dataclass
class Unmet:
    """Those below an upper filing that miss the standard: `number` of them, by the roll-up."""

    filing: Filing
    standard: object
    standards: list  # it and its parts
    prices: object
    number: int
    approved: bool = False

    def __len__(self):
        return self.number

    def __getitem__(self, part):
        """A slice of the list, in one query; names are read for the slice only."""
        found, parameters = self.selection(f"LIMIT {part.stop - part.start} OFFSET {part.start}")
        table = connection.ops.quote_name(Filing._meta.db_table)
        text = (
            f"SELECT line.filing_id, filing.name, above.name, actual, required, gap, cost, costs, priced FROM ({found}) line "
            f"JOIN {table} filing ON filing.id = line.filing_id LEFT JOIN {table} above ON above.id = line.parent_id "
            "ORDER BY gap DESC, line.path"
        )
        return [Missing(*row) for row in judging.fetched(text, parameters)]

    def selection(self, cut):
        key = self.standard.pk
        exceeded = f"WHEN j.a{key} > j.u{key} THEN j.u{key} " if self.standard.upper else ""
        required = f"CASE {exceeded}WHEN j.l{key} IS NULL THEN j.u{key} ELSE j.l{key} END"
        cost = self.prices.closing_sql(self.standard, "j.path")
        wanted = f"j.filing_id, j.parent_id, j.path, j.a{key} AS actual, {required} AS required, j.g{key} AS gap, "
        wanted += f"{cost} AS cost, {self.summed(cost)}"
        tail = f"AND j.v{key} = {judging.UNMET} ORDER BY j.g{key} DESC, j.path {cut}"
        return judging.selection_inside(
            rules_for(self.standards), self.filing, wanted, tail, approved=self.approved
        )

    def summed(self, cost):
        """The sum of all costs, where one price for the whole area does not give it already."""
        if self.prices.is_single(self.standard, self.filing.path):
            return "CAST(NULL AS double precision) AS costs, 0 AS priced"
        return f"SUM({cost}) OVER () AS costs, COUNT({cost}) OVER () AS priced"

    def cost(self, tally, lines):
        """(yuan to close every gap that has a price, how many those are); None where nobody misses it."""
        if not lines:
            return None
        if self.prices.is_single(self.standard, self.filing.path):
            return multiplied(tally, self.prices.of(self.standard, self.filing.path))
        return lines[0].sum, lines[0].priced
