"""Who misses a standard, the largest gap first, with what closing it costs; cut into pages by the database."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from reports import judging
from reports.compliance import rules
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


@dataclass
class Unmet:
    """Those of a queryset of communities that miss the standard: `number` of them, by the roll-up."""

    standard: object
    standards: list  # it and its parts
    communities: object
    prices: object
    number: int

    def __len__(self):
        return self.number

    def __getitem__(self, part):
        """A slice of the list, in one query."""
        key, table = self.standard.pk, connection.ops.quote_name(Filing._meta.db_table)
        exceeded = f"WHEN j.a{key} > j.u{key} THEN j.u{key} " if self.standard.upper else ""
        required = f"CASE {exceeded}WHEN j.l{key} IS NULL THEN j.u{key} ELSE j.l{key} END"
        cost = self.prices.closing_sql(self.standard)
        above = f"(SELECT above.name FROM {table} above WHERE above.id = filing.parent_id)"
        wanted = f"j.filing_id, filing.name, {above}, j.a{key}, {required}, j.g{key}, {cost}"
        wanted += f", SUM({cost}) OVER (), COUNT({cost}) OVER ()"
        tail = f"AND j.v{key} = {judging.UNMET} ORDER BY j.g{key} DESC, filing.code, filing.path "
        tail += f"LIMIT {part.stop - part.start} OFFSET {part.start}"
        return [Missing(*row) for row in judging.select(rules(self.standards), self.communities, wanted, tail)]
