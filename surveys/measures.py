"""What one number of a filing is, declared by the section that owns the rows it is counted from.

A `Source` is a set of rows grouped by filing; its measures are aggregates over them. A filing
without a row in the source has no value there: unknown, not zero. `reports` stores them all, one
wide row a filing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, FloatField, Max, Q, Sum, Value, When
from django.db.models.functions import (
    Cast,
    Coalesce,
    NullIf,
    Substr,
)
from django.db.models.lookups import Exact


@dataclass(frozen=True)
class Measure:
    """One number derived from a filing: its name in formulas, Chinese label, unit,
    and how it is counted.

    `rollup` says how an upper unit's value comes from its filings: "sum", "min", "max"; "mean", of
    the communities that have said it, is for what a round asks of its own.
    """

    name: str
    label: str
    unit: str
    expression: object
    rollup: str = "sum"

    @property
    def is_extreme(self):
        return self.rollup in ("min", "max")

    @property
    def averages(self):
        return self.rollup == "mean"

    @property
    def area_label(self):
        """What the value of an upper unit is called; an average is said to be one."""
        if self.averages:
            return f"{self.label}（平均）"
        return self.label


@dataclass(frozen=True)
class MeasureSource:
    """Rows to count from: a queryset, the lookup from a row to its filing,
    and the measures counted over them.
    """

    rows: Callable
    measures: tuple[Measure, ...]
    filing: str = "filing"


def known_sum(name, *, only=None):
    """The sum of `name` over the rows, unknown as soon as one of them is unknown;
    zero where `only` leaves no row.
    """
    rows = Count("pk", filter=only)
    known = Count(name, filter=only)
    total = Coalesce(as_float(Sum(name, filter=only)), Value(0.0))
    return Case(When(Exact(rows, known), then=total))


def as_float(expression):
    """Double precision: a Decimal makes division an integer division on SQLite."""
    return Cast(expression, FloatField())


def count_rows(**conditions):
    """How many rows satisfy the conditions."""
    if conditions:
        return as_float(Count("pk", filter=Q(**conditions)))
    return as_float(Count("pk"))


def highest_rank(name, values, *, only=None):
    """The highest position (0, 1, …) of a word in an ordered list of words; unknown where blank."""
    cases = []
    for at, value in enumerate(values):
        cases.append(When(**{name: value}, then=Value(float(at))))
    return Max(Case(*cases, output_field=FloatField()), filter=only)


def years_since(name):
    """Years from a partial date to the round's reference date;
    a date known to the year counts from its January.
    """
    # As text: SQLite would ask Python for the year of every row.
    until_year, until_month = year_and_month(Cast("filing__round__reference_date", CharField()))
    year, month = year_and_month(name)
    return (until_year - year) + (until_month - month) / Value(12.0)


def year_and_month(date):
    """Both as numbers, of a date as text."""
    year = Cast(NullIf(Substr(date, 1, 4), Value("")), FloatField())
    month = Coalesce(Cast(NullIf(Substr(date, 6, 2), Value("")), FloatField()), Value(1.0))
    return year, month
