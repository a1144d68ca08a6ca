"""The few SQL expressions formulas are made of, alike on SQLite and PostgreSQL.

AND, OR and NOT of SQL are three-valued as we need them; Django's Q is not used, it adds IS NOT NULL to negations.
"""

from django.db.models import BooleanField, FloatField, Func, IntegerField, Value
from django.db.models.functions import Cast


class Condition(Func):
    """True, false or unknown."""

    output_field = BooleanField()


class Comparison(Condition):
    template = "(%(expressions)s)"

    def __init__(self, sign, left, right) -> None:
        self.arg_joiner = f" {SIGNS[sign]} "
        super().__init__(left, right)


SIGNS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "<>"}


class And(Condition):
    template = "(%(expressions)s)"
    arg_joiner = " AND "


class Or(And):
    arg_joiner = " OR "


class Not(Condition):
    template = "(NOT %(expressions)s)"


class Known(Condition):
    template = "(%(expressions)s IS NOT NULL)"


class Arithmetic(Func):
    """Two numbers joined by + - * or /; the sign comes from the closed list of the grammar."""

    template = "(%(expressions)s)"
    output_field = FloatField()

    def __init__(self, sign, left, right) -> None:
        self.arg_joiner = f" {sign} "
        super().__init__(left, right)


class Absolute(Func):
    function = "ABS"
    output_field = FloatField()


class Ceiling(Func):
    """The next whole number. SQLite's answer is an integer that overflows: far beyond 2**53 a double is whole."""

    function = "CEILING"
    output_field = FloatField()

    def as_sqlite(self, compiler, connection, **extra) -> tuple:
        inner, params = self.as_sql(compiler, connection, template="%(expressions)s")
        whole = f"CAST(CEILING({inner}) AS REAL)"
        return f"(CASE WHEN ABS({inner}) < 1e15 THEN {whole} ELSE {inner} END)", [*params] * 3


class Least(Func):
    """The smallest, unknown as soon as one is unknown (LEAST of PostgreSQL leaves NULLs out)."""

    function, sqlite_function = "LEAST", "MIN"
    output_field = FloatField()

    def as_sqlite(self, compiler, connection, **extra) -> tuple:
        return self.as_sql(compiler, connection, function=self.sqlite_function)

    def as_postgresql(self, compiler, connection, **extra) -> tuple:
        inner, params = self.as_sql(compiler, connection, template="%(expressions)s")
        sql = f"(CASE WHEN num_nulls({inner}) = 0 THEN {self.function}({inner}) END)"
        return sql, [*params] * 2


class Greatest(Least):
    function, sqlite_function = "GREATEST", "MAX"


class Answer(Func):
    """The number under a name in a JSON column; unknown where it is null or nobody asked. The name is a code of ours."""

    output_field = FloatField()

    def __init__(self, column, name) -> None:
        super().__init__(column, name=name)

    def as_sqlite(self, compiler, connection, **extra) -> tuple:
        return self.as_sql(
            compiler,
            connection,
            template="CAST(JSON_EXTRACT(%(expressions)s, '$.%(name)s') AS REAL)",
            **extra,
        )

    def as_postgresql(self, compiler, connection, **extra) -> tuple:
        return self.as_sql(
            compiler,
            connection,
            template="(%(expressions)s ->> '%(name)s')::double precision",
            **extra,
        )


class IsAsked(Condition):
    """Whether a name stands in a JSON column at all, be it unanswered."""

    def __init__(self, column, name) -> None:
        super().__init__(column, name=name)

    def as_sqlite(self, compiler, connection, **extra) -> tuple:
        return self.as_sql(
            compiler,
            connection,
            template="(JSON_TYPE(%(expressions)s, '$.%(name)s') IS NOT NULL)",
            **extra,
        )

    def as_postgresql(self, compiler, connection, **extra) -> tuple:
        return self.as_sql(
            compiler, connection, template="((%(expressions)s -> '%(name)s') IS NOT NULL)", **extra
        )


def double(expression) -> Cast:
    """Double precision: a Decimal or integer would make division an integer division on SQLite."""
    return Cast(expression, FloatField())


def constant(value) -> Cast:
    return double(Value(float(value)))


def one_or_zero(condition) -> Cast:
    """A condition as a number: 1, 0, or unknown."""
    return double(Cast(condition, IntegerField()))
