"""Every measure of every section, by name: the vocabulary of formulas, tables and documents."""

from functools import cache

from django.db.models import Case, Sum, Value, When

from communities.models import Level
from surveys.measures import Measure, Source, number
from surveys.models import Filing
from surveys.sections import all_sections


def one_if(level):
    return number(Sum(Case(When(level=level, then=Value(1)), default=Value(0))))


# The filing itself counts as what it is, so a sum over an area says how many streets and communities it has.
STRUCTURE = Source(
    Filing.objects.order_by,
    (
        Measure("streets", "街道", "个", one_if(Level.STREET)),
        Measure("communities", "社区", "个", one_if(Level.COMMUNITY)),
    ),
    filing="pk",
)


@cache
def all_sources():
    return (STRUCTURE, *(source for section in all_sections() for source in section.measures))


@cache
def all_measures():
    """{name: Measure} in the order of the sections. Raises ValueError where two sections use one name."""
    measures = [measure for source in all_sources() for measure in source.measures]
    named = {measure.name: measure for measure in measures}
    if len(named) < len(measures):
        raise ValueError("two sections declare a measure of the same name")
    return named
