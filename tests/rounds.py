"""Other years of the small city: rounds that the bureau opens, and one that merely stands before or after another."""

from datetime import date

from reports.engine.saving import follow_save
from surveys.actions import open_round
from surveys.models import Filing
from tests.factories import FilingFactory, PremisesFactory, ProfileFactory, RoundFactory, moment


def open_year(unit, year, **options):
    """The unit's round of a year, opened as the bureau does: due on its last evening, last year's figures carried."""
    return open_round(unit=unit, period=str(year), due_at=moment(year, 12, 31, 18), **options)


def round_beside(round, year):
    """The units of `round` in an earlier or later year, nothing reported; the later filings follow the earlier ones."""
    other = RoundFactory(unit=round.unit, period=str(year), reference_date=date(year, 12, 31))
    for filing in round.filings.order_by("path"):
        twin = FilingFactory(round=other, unit=filing.unit)
        earlier, later = (twin, filing) if year < round.reference_date.year else (filing, twin)
        Filing.objects.filter(pk=later.pk).update(previous=earlier)
    return other


def last_year(round, **households):
    """The round before `round`, in which some communities had these households: `last_year(round, 育才=900)`."""
    before = round_beside(round, round.reference_date.year - 1)
    for filing in before.filings.communities():
        if number := households.get(filing.name[:2]):
            report_households(filing, number)
    return before


def filing_of_last_year(filing):
    """What the unit of `filing` filed a year before: nothing yet."""
    before = last_year(filing.round).filings.get(unit=filing.unit)
    filing.refresh_from_db()
    return before


def report_households(filing, households, area=None):
    """The community has said its households, three residents each, and perhaps the area of its rooms."""
    residents = None if households is None else 3 * households
    ProfileFactory(filing=filing, households=households, residents=residents)
    if area is not None:
        PremisesFactory(filing=filing, area=area)
    follow_save(filing.round, [filing.pk])
