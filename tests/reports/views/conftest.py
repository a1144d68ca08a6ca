"""Two rounds of the small city, with what three communities reported in each."""

from datetime import date

import pytest

from reports.engine.saving import follow
from surveys.models import Filing
from tests.factories import (
    FilingFactory,
    PremisesFactory,
    ProfileFactory,
    RoundFactory,
    StandardFactory,
)


@pytest.fixture
def size(db):
    return StandardFactory(
        code="size",
        name="社区规模",
        lower="1000",
        upper="3000",
        gap_unit="户",
        effective_to=date(2021, 12, 31),
    )


@pytest.fixture
def wider(size):
    """The same standard from 2022 on."""
    return StandardFactory(
        code="size",
        name="社区规模",
        lower="500",
        upper="3000",
        gap_unit="户",
        effective_from=date(2022, 1, 1),
    )


@pytest.fixture
def before(round_2022, county):
    """The round of 2021, standing behind that of 2022."""
    made = RoundFactory(unit=county, period="2021", reference_date=date(2021, 12, 31))
    for filing in round_2022.filings.order_by("path"):
        above = made.filings.filter(unit=filing.parent.unit_id).first() if filing.parent else None
        Filing.objects.filter(pk=filing.pk).update(
            previous=FilingFactory(round=made, unit=filing.unit, parent=above)
        )
    follow(made, made.filings.values("pk"))
    return made


@pytest.fixture
def report():
    """`report(filing, 900, area=82)`: a community has said its households, three residents each."""

    def said(filing, households, *, area=None):
        ProfileFactory(
            filing=filing, households=households, residents=households and 3 * households
        )
        if area:
            PremisesFactory(filing=filing, area=area)
        follow(filing.round, [filing.pk])

    return said


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)
