"""Two communities that reported, one that did not."""

import pytest

from communities.models import Level
from reports.engine.saving import follow_save
from tests.factories import PremisesFactory, ProfileFactory


@pytest.fixture
def root(round_2022, filing_a, filing_b):
    """The round's topmost filing; 育才 has 900 households, 平安 1,200, 东昊 has not said."""
    for filing, households in ((filing_a, 900), (filing_b, 1200)):
        ProfileFactory(filing=filing, households=households, residents=3 * households)
    PremisesFactory(filing=filing_a, area="82.5")
    follow_save(
        round_2022, [*round_2022.filings.filter(level=Level.COMMUNITY).values_list("pk", flat=True)]
    )
    return round_2022.filings.get(parent=None)


@pytest.fixture
def page(as_user, district_reviewer):
    """`page(address)`: what the reviewer is shown."""
    return as_user(district_reviewer).get
