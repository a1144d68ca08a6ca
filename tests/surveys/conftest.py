"""What tests of filling in, sending in and handing in begin with."""

import pytest

from tests.factories import FULL_PROFILE, ProfileFactory


@pytest.fixture
def full(filing_a):
    """育才社区, nothing missing."""
    ProfileFactory(filing=filing_a, **FULL_PROFILE)
    return filing_a


@pytest.fixture
def street_filing(round_2022, street_a):
    return round_2022.filings.get(unit=street_a)
