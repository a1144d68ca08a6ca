"""Every measure of every section, by name: the vocabulary of formulas, tables and documents."""

from functools import cache

from django.db.models import Case, Q, Sum, Value, When

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


def area(*, missing):
    """How a measure of one filing becomes that of an upper unit: the roll-up of all filings below it.

    Returns `resolve(name)` for formulas. `missing` are conditions under which a filing without the value makes the
    whole unknown (a community that has not said how many live there).
    """
    from django.db.models import Avg, Count, F, Max, Min

    functions = {"sum": Sum, "min": Min, "max": Max, "avg": Avg}

    def resolve(name):
        path, _, bare = name.rpartition(":")
        lookup = f"filing__previous__measures__{bare}" if path else bare
        known = Count("pk", filter=Q(missing, **{f"{lookup}__isnull": True}))
        from django.db.models.lookups import Exact

        return Case(When(Exact(known, 0), then=functions[all_measures()[bare].rollup](F(lookup))))

    return resolve
