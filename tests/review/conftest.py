"""What a reviewer finds: three communities of a county in 2022, with 2021 before it."""

import pytest
from django.urls import reverse

from reports.engine.saving import follow_save
from surveys.models import Filing
from tests.factories import ProfileFactory, UserFactory, moment, stand
from tests.rounds import open_year

IN_TIME = moment(2022, 12, 1, 9)
FULL = {"households": 1000, "residents": 3000, "men": 1500, "women": 1500}


@pytest.fixture
def round_2021(units, county):
    made = open_year(county, 2021)
    for filing in made.filings.communities():
        ProfileFactory(filing=filing, **FULL)
    follow_save(made, made.filings.values("pk"))
    return made


@pytest.fixture
def round(round_2021, county):
    """2022, with what was said in 2021 carried into it."""
    return open_year(county, 2022)


@pytest.fixture
def root(round):
    return round.filings.select_related("round").get(parent=None)


@pytest.fixture
def sent(round):
    """`sent(unit)`: its filing, handed in to the county in time; with figures that differ from last year's."""

    def hand_in(unit, at=IN_TIME, **figures):
        filing = stand(
            round.filings.select_related("round").get(unit=unit),
            "submitted",
            submitted_at=at,
            version=3,
        )
        if figures:
            filing.profile_set.update(**figures)
            follow_save(round, [filing.pk])
        return filing

    return hand_in


@pytest.fixture
def desk(as_user, district_reviewer):
    return as_user(district_reviewer)


@pytest.fixture
def queue(desk, root):
    return lambda **query: desk.get(reverse("review:queue", args=[root.pk]), query)


@pytest.fixture
def by(db):
    """Somebody else."""
    return UserFactory(name="另一人")


def names(answer):
    return [line.filing.name for line in answer.context["lines"]]


def status(filing):
    return Filing.objects.get(pk=filing.pk).status
