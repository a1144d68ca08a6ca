"""Communities judged by standards, as one SQL statement whose columns are asked for by name.

Nobody outside the engine writes or decodes its text: a page names the columns it wants and reads them from named rows.
docs/judging.md shows the statement of one standard, whole.
"""

from collections import namedtuple
from itertools import islice
from typing import NamedTuple

from django.db import connection

from reports.engine import judging
from reports.engine.sql_template import SqlTemplate
from surveys.models import Filing

OF_MET_AND_UNMET = (judging.MET, judging.UNMET)
BOTTOM = 0  # no community is dropped before this many when a list is cut into pages


class Facts(NamedTuple):
    """How one filing stands against one standard: the number of its verdict, and numbers in the standard's unit."""

    verdict: int
    actual: float | None
    lower: float | None
    upper: float | None
    gap: float | None


class JudgedQuery:
    """Communities judged by rules; each method returns SQL text of one column, or a narrower query.

        query = JudgedQuery.inside(filing, rules(standards), approved=True)
        query = query.where(query.has_verdict(standard, UNMET)).order_by(f"{query.gap(standard)} DESC")
        query.rows(filing=query.FILING, gap=query.gap(standard))[0].gap

    A standard is given as such or by the key of its rule. The columns of `rows` may be nested: a NamedTuple of SQL
    texts comes back as that NamedTuple of values, a dict of them as a dict.
    """

    FILING, PARENT, PATH = "j.filing_id", "j.parent_id", "j.path"

    def __init__(self, text: str, parameters: list, tail: str = "") -> None:
        self.text, self.parameters, self.tail = text, parameters, tail

    @classmethod
    def of(cls, filings, rules) -> "JudgedQuery":
        """Judge a queryset of filings; columns of the filing itself are there too (`of_filing`)."""
        judged = judging.statement_of_filings(tuple(rules), connection.vendor)
        chosen = SqlTemplate.of(filings.order_by().values("pk"))
        text = (
            f"FROM ({judged.text}) j JOIN {filing_table()} filing ON filing.id = j.filing_id "
            f"WHERE j.filing_id IN ({chosen.text})"
        )
        return cls(text, [*judged.parameters, *chosen.parameters])

    @classmethod
    def inside(cls, filing, rules, *, approved: bool = False) -> "JudgedQuery":
        """Judge all communities of an upper filing, or its approved ones, found by one range of an index."""
        judged = judging.statement_of_area(tuple(rules), approved, connection.vendor)
        parameters = judging.parameters_of_area(judged, filing)
        return cls(f"FROM ({judged.text}) j WHERE 1 = 1", parameters)

    @classmethod
    def of_roll_up(cls, filing, rules, *, approved: bool = False) -> "JudgedQuery":
        """Judge one upper filing on the roll-up of everything below it."""
        judged = judging.statement_of_roll_ups(tuple(rules), approved, connection.vendor)
        text = f"FROM ({judged.text}) j WHERE j.filing_id = %s"
        return cls(text, [*judged.parameters, filing.pk])

    # Columns of one standard.

    def verdict(self, standard) -> str:
        return f"j.v{key_of(standard)}"

    def actual(self, standard) -> str:
        return f"j.a{key_of(standard)}"

    def lower(self, standard) -> str:
        return f"j.l{key_of(standard)}"

    def upper(self, standard) -> str:
        return f"j.u{key_of(standard)}"

    def gap(self, standard) -> str:
        return f"j.g{key_of(standard)}"

    def applies(self, standard) -> str:
        """1 where the standard binds, 0 where it does not, null where that is unknown."""
        return f"j.x{key_of(standard)}"

    def bound(self, standard) -> str:
        """The lower bound, or the upper one of a standard that has no lower."""
        return f"COALESCE({self.lower(standard)}, {self.upper(standard)})"

    def required(self, standard) -> str:
        """The bound that counts: the upper one where it is the one exceeded or the only one."""
        actual, lower, upper = self.actual(standard), self.lower(standard), self.upper(standard)
        return (
            f"CASE WHEN {actual} > {upper} THEN {upper} WHEN {lower} IS NULL THEN {upper} "
            f"ELSE {lower} END"
        )

    def share(self, standard) -> str:
        """The actual value as a percentage of what is required of this community; null where that is nothing."""
        bound = self.bound(standard)
        return f"(CASE WHEN {bound} <> 0 THEN 100.0 * {self.actual(standard)} / {bound} END)"

    def facts(self, standard) -> Facts:
        """All columns of one standard."""
        return Facts(
            self.verdict(standard),
            self.actual(standard),
            self.lower(standard),
            self.upper(standard),
            self.gap(standard),
        )

    # Conditions and counts.

    def has_verdict(self, standard, *verdicts: int) -> str:
        """The condition that the standard has one of these verdicts (MET, UNMET, UNKNOWN, NOT_APPLICABLE)."""
        if len(verdicts) == 1:
            return f"{self.verdict(standard)} = {verdicts[0]}"
        numbers = ", ".join(str(number) for number in verdicts)
        return f"{self.verdict(standard)} IN ({numbers})"

    def is_judged(self, standard) -> str:
        """The condition that the standard is met or unmet."""
        return self.has_verdict(standard, *OF_MET_AND_UNMET)

    def any_has(self, standards, *verdicts: int) -> str:
        """The condition that at least one of the standards has one of these verdicts."""
        conditions = [self.has_verdict(standard, *verdicts) for standard in standards]
        return f"({' OR '.join(conditions)})" if conditions else "1 = 0"

    def all_have(self, standards, *verdicts: int) -> str:
        """The condition that each of the standards has one of these verdicts; false where there are none."""
        conditions = [self.has_verdict(standard, *verdicts) for standard in standards]
        return f"({' AND '.join(conditions)})" if conditions else "1 = 0"

    def if_verdict(self, standard, verdict: int, then: str, otherwise: str = "NULL") -> str:
        """The value `then` where the standard has this verdict, else `otherwise`."""
        condition = self.has_verdict(standard, verdict)
        return f"CASE WHEN {condition} THEN {then} ELSE {otherwise} END"

    def count(self, standard, verdict: int) -> str:
        """How many filings of a group have this verdict."""
        return f"SUM({self.if_verdict(standard, verdict, '1', '0')})"

    def number_with(self, standards, verdict: int) -> str:
        """How many of the standards have this verdict in one filing."""
        ones = [self.if_verdict(standard, verdict, "1", "0") for standard in standards]
        return " + ".join(ones) or "0"

    def worst_first(self, standard) -> str:
        """The order of judged filings: unmet by the largest gap, then unknown, met, not applicable."""
        verdict = self.verdict(standard)
        rank = (
            f"CASE {verdict} WHEN {judging.UNMET} THEN 0 WHEN {judging.UNKNOWN} THEN 1 "
            f"ELSE 2 + {verdict} END"
        )
        return f"{rank}, {self.gap(standard)} DESC"

    @staticmethod
    def of_filing(name: str) -> str:
        """A column of the filing itself, by the name of its database column; for queries made by `of`."""
        return f"filing.{name}"

    @staticmethod
    def code_of_unit_above() -> str:
        """The code of the unit above, to order by; for queries made by `of`."""
        return f"(SELECT above.code FROM {filing_table()} above WHERE above.id = filing.parent_id)"

    # Narrower queries.

    def where(self, *conditions: str) -> "JudgedQuery":
        more = "".join(f" AND ({condition})" for condition in conditions)
        return JudgedQuery(f"{self.text}{more}", self.parameters, self.tail)

    def group_by(self, *columns: str) -> "JudgedQuery":
        return self.followed_by(f"GROUP BY {', '.join(columns)}")

    def order_by(self, *columns: str) -> "JudgedQuery":
        return self.followed_by(f"ORDER BY {', '.join(columns)}")

    def limit(self, size: int, start: int = BOTTOM) -> "JudgedQuery":
        return self.followed_by(f"LIMIT {int(size)} OFFSET {int(start)}")

    def followed_by(self, clause: str) -> "JudgedQuery":
        return JudgedQuery(self.text, self.parameters, f"{self.tail} {clause}")

    # Reading.

    def sql(self, **columns: str) -> tuple[str, list]:
        """(SQL, parameters) of these columns under these names, to stand within a larger statement of the engine."""
        wanted = ", ".join(f"{text} AS {name}" for name, text in columns.items())
        return f"SELECT {wanted} {self.text}{self.tail}", self.parameters

    def rows(self, **columns) -> list:
        """Named rows of these columns: SQL texts, NamedTuples of them, or dicts of either."""
        shape = RowShape(columns)
        wanted = ", ".join(shape.texts)
        found = judging.fetch_rows(f"SELECT {wanted} {self.text}{self.tail}", self.parameters)
        return [shape.read(row) for row in found]

    def rows_with_units(self, *, order: str, size=None, start: int = BOTTOM, **columns) -> list:
        """Named rows with `name` of the filing and `above`, the name of the unit above it, in this order.

        `order` speaks of the names of `columns`, among them `filing`, `parent` and `path`, which are always there;
        names are read for the rows of the cut only (`size` rows from `start`).
        """
        cut = self.order_by(order)
        if size is not None:
            cut = cut.limit(size, start)
        who = {"filing": self.FILING, "parent": self.PARENT, "path": self.PATH}
        inner, parameters = cut.sql(**who, **columns)
        table = filing_table()
        wanted = ["line.filing", "filing.name", "above.name AS above"]
        wanted += [f"line.{name}" for name in columns]
        text = (
            f"SELECT {', '.join(wanted)} FROM ({inner}) line "
            f"JOIN {table} filing ON filing.id = line.filing "
            f"LEFT JOIN {table} above ON above.id = line.parent "
            f"ORDER BY {in_terms_of_lines(order)}"
        )
        row = namedtuple("UnitRow", ["filing", "name", "above", *columns])
        return [row._make(values) for values in judging.fetch_rows(text, parameters)]


def filing_table() -> str:
    return connection.ops.quote_name(Filing._meta.db_table)


def key_of(standard) -> int:
    """The key of a standard's rule: its own, or the number that stands for it while it is tried out."""
    return getattr(standard, "pk", standard)


def in_terms_of_lines(order: str) -> str:
    """The order over the inner rows, for the statement around them, where `path` would be two tables'."""
    return ", ".join(f"line.{column.strip()}" for column in order.split(","))


class RowShape:
    """The columns of a row as they were asked for, flat for the database and nested again for the reader."""

    def __init__(self, columns: dict) -> None:
        self.row = namedtuple("JudgedRow", columns)
        self.parts = list(columns.values())
        self.texts = []
        for part in self.parts:
            self.texts += flat_texts(part)

    def read(self, values: tuple) -> tuple:
        rest = iter(values)
        return self.row._make([nested_values(part, rest) for part in self.parts])


def flat_texts(part) -> list[str]:
    """The SQL texts of one column, of a NamedTuple of columns or of a dict of them."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, dict):
        texts = []
        for inner in part.values():
            texts += flat_texts(inner)
        return texts
    return list(part)


def nested_values(part, rest) -> object:
    """The next values of a row in the form of what was asked for."""
    if isinstance(part, str):
        return next(rest)
    if isinstance(part, dict):
        return {key: nested_values(inner, rest) for key, inner in part.items()}
    return type(part)._make(islice(rest, len(part)))
