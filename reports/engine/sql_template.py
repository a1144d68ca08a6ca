"""Query sets compiled once and kept as text, with markers among their parameters for what is filled in later.

Building some 300 expressions anew costs more than running them. This is the only place that cuts Django's SQL.
"""

from dataclasses import dataclass

# Stands for the ids of filings in a kept text; no filing has this id.
CHOSEN = -987_654_321
IN_LIST = "IN ("
# Ids as one parameter: thousands of numbers in the text cost PostgreSQL a third of the work, ten times over.
ANY_OF_IDS = {
    "postgresql": "= ANY (CAST(%s AS bigint[]))",
    "sqlite": "IN (SELECT value FROM json_each(%s))",
}


@dataclass(frozen=True)
class SqlTemplate:
    """SQL of a query set and its parameters, in their order, markers among them."""

    text: str
    parameters: tuple

    @classmethod
    def of(cls, queryset) -> "SqlTemplate":
        text, parameters = queryset.query.sql_with_params()
        return cls(text, tuple(parameters))

    def filled(self, given: dict) -> list:
        """The parameters with what is given in the places of their markers."""
        return [given.get(value, value) for value in self.parameters]

    def taking_ids(self, vendor: str) -> "SqlTemplate":
        """The statement that chooses by any number of ids in one parameter where it says `IN (CHOSEN)`.

        Raises ValueError where it says nothing of the kind.
        """
        place = self.parameters.index(CHOSEN)
        pieces = self.text.split("%s")
        before, after = "%s".join(pieces[: place + 1]), "%s".join(pieces[place + 1 :])
        if not (before.endswith(IN_LIST) and after.startswith(")")):
            raise ValueError("the filings are not chosen by IN (…)")
        start, rest = before.removesuffix(IN_LIST), after.removeprefix(")")
        return SqlTemplate(f"{start}{ANY_OF_IDS[vendor]}{rest}", self.parameters)


def ids_parameter(ids, vendor: str) -> str:
    """Ids as the one parameter that `taking_ids` leaves room for."""
    numbers = ", ".join(str(number) for number in ids)
    if vendor == "postgresql":
        return f"{{{numbers}}}"
    return f"[{numbers}]"
