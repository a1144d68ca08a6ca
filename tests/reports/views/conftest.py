"""Two rounds of the small city, with what three communities reported in each."""

from datetime import date

import pytest

from reports.engine.saving import follow_save
from tests.factories import (
    StandardFactory,
)
from tests.rounds import last_year


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
def before(round_2022):
    """The round of 2021, standing behind that of 2022."""
    made = last_year(round_2022)
    follow_save(made, made.filings.values("pk"))
    return made


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)
