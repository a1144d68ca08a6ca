"""Which units a workbook covers, and how each is called in the locked columns."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from communities import tree
from communities.models import Level, Unit


@dataclass(frozen=True)
class ReportingUnit:
    """One filing as the first three columns name it; the street office itself bears the street's name."""

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
    """The streets and communities of `round` inside `unit`, streets first, in the order of their codes."""
    filings = list(
        round.filings.filter(
            tree.lies_inside([unit.path]) | Q(unit__in=tree.path_ids(unit.path))
        ).order_by("path")
    )
    streets = {filing.unit_id: filing for filing in filings if filing.level == Level.STREET}
    inside = [each for each in filings if each.path.startswith(unit.path) and each.level in (4, 5)]
    inside.sort(key=lambda filing: code_order(filing, streets.get(filing.street_id)))
    twice = Counter((filing.street_id, short_unit_name(filing.name)) for filing in inside)
    return [
        reporting_unit(each, streets, unique=twice[each.street_id, short_unit_name(each.name)] == 1)
        for each in inside
    ]


def code_order(filing, street):
    """By code as the lists of the statistics office are; units without one last, in the order of the tree."""
    above = (street.code or "~", street.path) if street else ("~", "")
    return (*above, filing.level, filing.code or "~", filing.path)


def reporting_unit(filing, streets, *, unique):
    street = streets.get(filing.street_id)
    name = short_unit_name(filing.name) if unique else filing.name
    return ReportingUnit(
        filing.pk, filing.level, filing.code, street.name if street else "", name, filing.is_open
    )
