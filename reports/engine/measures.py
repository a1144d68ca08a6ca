"""Every measure of every section, by name: the vocabulary of formulas, tables and documents."""

from functools import cache

from django.db.models import Case, Q, Sum, Value, When
from django.db.models.expressions import Combinable

from communities.models import Kind, Level
from surveys.extras import own_measures
from surveys.measures import Measure, MeasureSource, as_float
from surveys.models import Filing
from surveys.sections import all_sections
from surveys.words import Stage

STAFFED_STAGE = Stage.labels.index("已配人")  # from here on a body is more than a plaque
TOWNSHIPS = [Kind.TOWN, Kind.TOWNSHIP]
COUNTIES = [Kind.COUNTY, Kind.COUNTY_CITY]


def one_if(condition) -> Combinable:
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
def all_sources() -> tuple[MeasureSource, ...]:
    """The filing itself, then the sources of every section, in its order."""
    sources = [STRUCTURE]
    for section in all_sections():
        sources.extend(section.measures)
    return tuple(sources)


@cache
def all_measures() -> dict[str, Measure]:
    """{name: Measure} in the order of the sections. Raises ValueError where two sections use one name."""
    named = {}
    for source in all_sources():
        for measure in source.measures:
            if measure.name in named:
                raise ValueError("two sections declare a measure of the same name")
            named[measure.name] = measure
    return named


def measures_in(round) -> dict[str, Measure]:
    """{name: Measure} of a round: those of every survey, and of what its bureau asks of its own."""
    own = {measure.name: measure for measure in own_measures(round)}
    return all_measures() | own
