"""A small city with three standards: rooms and money have a price, the size of a community has none."""

import pytest

from reports.engine.saving import follow_save
from reports.engine.tallies import refresh_roll_ups
from surveys.models import Filing
from tests.factories import FundLineFactory, PremisesFactory, ProfileFactory, StandardFactory


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)


@pytest.fixture
def filing_n(round_2022, neighbour_a):
    return round_2022.filings.get(unit=neighbour_a)


@pytest.fixture
def office(db):
    given = {"actual": "office_area", "lower": "300", "unit": "m²", "gap_unit": "m²", "cost": 2000}
    return StandardFactory(code="office", name="用房", topic="premises", **given)


@pytest.fixture
def money(db):
    given = {"actual": "funding_received", "lower": "50000", "unit": "元", "gap_unit": "元"}
    return StandardFactory(code="money", name="经费", topic="funding", **given)


@pytest.fixture
def size(db):
    return StandardFactory(
        code="size", name="规模", actual="households", lower="1000", gap_unit="户"
    )


@pytest.fixture
def world(root, office, money, size, filing_a, filing_b, filing_n):
    """育才 lacks 218 m² and 20,000 yuan, 平安 100 m², 东昊 has said nothing of its rooms and money."""
    ProfileFactory(filing=filing_a, households=900, residents=3000)
    ProfileFactory(filing=filing_b, households=1500, residents=4000)
    ProfileFactory(filing=filing_n, households=800, residents=2000)
    PremisesFactory(filing=filing_a, area=82, tenure="owned")
    PremisesFactory(filing=filing_b, area=200, tenure="owned")
    FundLineFactory(filing=filing_a, received=30000)
    FundLineFactory(filing=filing_b, received=60000)
    follow_save(root.round, Filing.objects.values("pk"))
    refresh_roll_ups(root)
    return root
