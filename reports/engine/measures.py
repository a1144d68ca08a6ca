"""Every measure of every section, by name: the vocabulary of formulas, tables and documents."""

from functools import cache

from django.db.models import Case, Q, Sum, Value, When

from communities.models import Kind, Level
from surveys.extras import own_measures
from surveys.measures import Measure, MeasureSource, as_float
from surveys.models import Filing
from surveys.sections import all_sections
from surveys.words import Stage

STAFFED_STAGE = Stage.labels.index("已配人")  # from here on a body is more than a plaque
TOWNSHIPS = [Kind.TOWN, Kind.TOWNSHIP]
COUNTIES = [Kind.COUNTY, Kind.COUNTY_CITY]


def one_if(condition):
    return as_float(Sum(Case(When(condition, then=Value(1)), default=Value(0))))


# The filing itself counts as what it is, so a sum over an area says how many streets and communities it has.
STRUCTURE = MeasureSource(
    Filing.objects.order_by,
    (
        Measure(
            "districts", "市辖区", "个", one_if(Q(level=Level.DISTRICT) & ~Q(kind__in=COUNTIES))
        ),
        Measure("counties", "县（市）", "个", one_if(Q(level=Level.DISTRICT, kind__in=COUNTIES))),
        Measure("streets", "街道", "个", one_if(Q(level=Level.STREET) & ~Q(kind__in=TOWNSHIPS))),
        Measure("townships", "乡镇", "个", one_if(Q(level=Level.STREET, kind__in=TOWNSHIPS))),
        Measure("communities", "社区", "个", one_if(Q(level=Level.COMMUNITY))),
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


def measures_in(round):
    """{name: Measure} of a round: those of every survey, and of what its bureau asks of its own."""
    return all_measures() | {measure.name: measure for measure in own_measures(round)}
