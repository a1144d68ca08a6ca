"""A measure beside what it serves: 人均 for money, 每百户 for rooms, 每万人 for people and bodies."""

from typing import NamedTuple

from reports.engine.measures import all_measures
from reports.overview import FIGURES
from surveys.export import ColumnKind, Partial
from surveys.extras import LABEL, YES_NO, own_measures

NUMBERS_OF_UNITS = {"streets", "townships", "communities"}
NOT_RATED = NUMBERS_OF_UNITS | {"households", "residents"}


class Rate(NamedTuple):
    """`size` of `of` is what it is counted on: ten thousand residents, a hundred households."""

    label: str
    of: str
    size: int
    kind: ColumnKind


PER_PERSON = Rate("人均", "residents", 1, ColumnKind.MONEY)
PER_100_HOUSEHOLDS = Rate("每百户", "households", 100, ColumnKind.AREA)
PER_10_000 = Rate("每万人", "residents", 10_000, ColumnKind.NUMBER)
RATES = {"元": PER_PERSON, "m²": PER_100_HOUSEHOLDS}


def key_measures(round):
    """(group, [Measure]) of the overview's figures without the numbers of units.

    Last the round's own.
    """
    for group, pairs in FIGURES.items():
        names = [name for name, _ in pairs if name not in NUMBERS_OF_UNITS]
        yield group, [all_measures()[name] for name in names]
    if own := own_measures(round):
        yield LABEL, own


def rate_of(measure):
    """On what a measure is counted, so that large and small compare.

    None where that says nothing.
    """
    if measure.name in NOT_RATED or measure.unit == YES_NO or measure.averages:
        return None
    return RATES.get(measure.unit, PER_10_000)


def value_at_rate(rate, value, whole):
    """The value on `rate`'s size; what is missing in either is missing in the quotient."""
    value, whole = as_partial(value), as_partial(whole)
    if value.value is None or not whole.value:
        return None
    quotient = value.value / whole.value * rate.size
    missing = max(value.missing, whole.missing)
    return Partial(quotient, missing) if missing else quotient


def as_partial(value):
    """A value with how many are missing in it."""
    return value if isinstance(value, Partial) else Partial(value, 0)
