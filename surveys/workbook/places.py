"""Which units a workbook covers, and how each is called in the locked columns."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from communities import tree
from communities.models import Level, Unit


@dataclass(frozen=True)
class ReportingUnit:
    """One filing as the first three columns name it;
    the street office itself bears the street's name.
    """

    filing: int
    level: int
    code: str
    street: str
    name: str
    is_open: bool


def short_unit_name(name):
    """育才社区 for 育才社区居民委员会: what people write."""
    return Unit(name=name).short_name


def reporting_units(round, unit):
    """The streets and communities of `round` inside `unit`, streets first,
    in the order of their codes.
    """
    inside_or_above = tree.lies_inside([unit.path]) | Q(unit__in=tree.path_ids(unit.path))
    filings = list(round.filings.filter(inside_or_above).order_by("path"))
    streets = {}
    for filing in filings:
        if filing.level == Level.STREET:
            streets[filing.unit_id] = filing
    inside = []
    for filing in filings:
        if filing.path.startswith(unit.path) and filing.level in (Level.STREET, Level.COMMUNITY):
            inside.append(filing)
    inside.sort(key=lambda filing: code_order(filing, streets.get(filing.street_id)))
    times = Counter(street_and_name(filing) for filing in inside)
    units = []
    for filing in inside:
        is_unique = times[street_and_name(filing)] == 1
        units.append(reporting_unit(filing, streets, unique=is_unique))
    return units


def street_and_name(filing):
    """By which two units of one name in one street are found."""
    return filing.street_id, short_unit_name(filing.name)


def code_order(filing, street):
    """By code as the lists of the statistics office are; units without one last,
    in the order of the tree.
    """
    above = (street.code or "~", street.path) if street else ("~", "")
    return (*above, filing.level, filing.code or "~", filing.path)


def reporting_unit(filing, streets, *, unique):
    street = streets.get(filing.street_id)
    return ReportingUnit(
        filing.pk,
        filing.level,
        filing.code,
        street=street.name if street else "",
        name=short_unit_name(filing.name) if unique else filing.name,
        is_open=filing.is_open,
    )
