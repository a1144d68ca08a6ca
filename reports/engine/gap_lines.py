"""The one SQL statement behind the gap list.

Judge each community once, a line for each gap, costs added up.

    WITH judged AS (…), lines AS (… UNION ALL …)
    SELECT …, SUM(counted) OVER (…) FROM lines ORDER BY …

`judged` has a row a community, with the columns of every listed standard side by side; `lines`
turns them into a row a community and standard; the last step ranks the lines and adds the costs up
from the top.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db import connection

from reports.engine import judging
from reports.engine.judged_query import JudgedQuery
from reports.engine.prices import Prices
from reports.engine.rules import rules_for
from reports.models import Measures
from surveys.models import Filing

LAST = "code, path, at"  # no two lines share it
OF_COMMUNITY = "filing, name, code, path, above, above_code, above_path, residents"


class GapLine(NamedTuple):
    """A line as the database gives it; `at` is the number of the standard among those listed.

    `cumulative` are the costs up to this line, `total` those of all lines.
    """

    filing: int
    name: str
    above: str
    at: int
    verdict: int
    residents: float | None
    actual: float | None
    required: float | None
    gap: float | None
    price: float | None
    cost: float | None
    counted: float | None
    cumulative: float | None
    total: float | None


@dataclass
class GapStatement:
    """The gaps of the communities of a queryset.

    `shown` are listed, `standards` are those with their parts. `states` are the numbers of the
    verdicts that make a line.
    """

    communities: object
    standards: list
    shown: list
    states: tuple
    prices: Prices

    def rows(self, order: str, start: int = 0, size: int | None = None) -> list[GapLine]:
        """[GapLine] in an order over the columns of the lines, `size` of them from `start`."""
        judged, parameters = self.judged()
        lines = " UNION ALL ".join(self.lines_of(at) for at in range(len(self.shown)))
        text = f"WITH judged AS ({judged}), lines AS ({lines}) {self.ranked(order)}"
        if size is not None:
            text += " LIMIT %s OFFSET %s"
            parameters = [*parameters, size, start]
        return [GapLine(*row) for row in judging.fetch_rows(text, parameters)]

    @cached_property
    def query(self) -> JudgedQuery:
        """The communities that make a line at all: one bad verdict is enough."""
        query = JudgedQuery.of(self.communities, rules_for(self.standards))
        return query.where(query.any_has(self.shown, *self.states))

    def judged(self) -> tuple[str, list]:
        """(SQL, parameters) of each community once.

        Where it belongs, who lives there, how it stands.
        """
        query = self.query
        columns = {
            "filing": query.FILING,
            "parent": query.PARENT,
            "name": query.of_filing("name"),
            "code": query.of_filing("code"),
            "path": query.PATH,
        }
        for at, standard in enumerate(self.shown):
            columns.update(self.columns_of(at, standard))
        found, parameters = query.sql(**columns)
        filings = connection.ops.quote_name(Filing._meta.db_table)
        measures = connection.ops.quote_name(Measures._meta.db_table)
        text = (
            "SELECT found.*, m.residents, "
            "above.name AS above, above.code AS above_code, above.path AS above_path "
            f"FROM ({found}) found JOIN {measures} m ON m.filing_id = found.filing "
            f"LEFT JOIN {filings} above ON above.id = found.parent"
        )
        return text, parameters

    def columns_of(self, at: int, standard) -> dict[str, str]:
        """{alias: SQL} of what a line says of one standard; the aliases end with its number."""
        query = self.query
        return {
            f"v{at}": query.verdict(standard),
            f"a{at}": query.actual(standard),
            f"r{at}": query.required(standard),
            f"g{at}": query.gap(standard),
            f"p{at}": self.prices.unit_sql(standard),
            f"c{at}": self.prices.closing_sql(query, standard),
        }

    def lines_of(self, at: int) -> str:
        """The lines of one standard; of an unknown verdict neither gap nor cost is known."""
        states = ", ".join(str(state) for state in self.states)
        missed = f"v{at} = {judging.UNMET}"
        return (
            f"SELECT {OF_COMMUNITY}, {at} AS at, v{at} AS verdict, "
            f"a{at} AS actual, r{at} AS required, CASE WHEN {missed} THEN g{at} END AS gap, "
            f"p{at} AS price, CASE WHEN {missed} THEN c{at} END AS cost, "
            f"CASE WHEN {self.is_dearest(at)} THEN c{at} END AS counted "
            f"FROM judged WHERE v{at} IN ({states})"
        )

    def is_dearest(self, at: int) -> str:
        """The condition that this line is the dearest of those about one thing in one community.

        Of equally dear ones it is the first.
        """
        conditions = [f"v{at} = {judging.UNMET}"]
        for other in self.about_same_thing(at):
            less = "<=" if at < other else "<"
            is_cheaper = f"c{other} {less} c{at}"
            conditions.append(f"(v{other} <> {judging.UNMET} OR c{other} IS NULL OR {is_cheaper})")
        return " AND ".join(conditions)

    def about_same_thing(self, at: int) -> list[int]:
        """The numbers of the other standards that measure what this one measures."""
        formula = self.shown[at].actual
        if not formula:
            return []
        others = []
        for other, standard in enumerate(self.shown):
            if other != at and standard.actual == formula:
                others.append(other)
        return others

    def ranked(self, order: str) -> str:
        """The lines in their order, unmet ones first, each with the costs up to it and of all."""
        order = f"verdict <> {judging.UNMET}, {order}, {LAST}"
        return (
            "SELECT filing, name, above, at, verdict, residents, "
            "actual, required, gap, price, cost, counted, "
            f"SUM(counted) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING), "
            f"SUM(counted) OVER () FROM lines ORDER BY {order}"
        )
