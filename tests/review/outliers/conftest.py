"""A county with one street of twelve communities of about the same size, beside the cast's own."""

import pytest
from django.urls import reverse

from communities.models import Kind, Level
from reports.engine.saving import follow_save
from tests.conftest import unit
from tests.factories import ProfileFactory
from tests.rounds import open_year


@pytest.fixture
def twelve(street_a):
    """Twelve communities of street A."""
    return [
        unit(f"第{n}社区居民委员会", Level.COMMUNITY, Kind.COMMUNITY, street_a, f"1309830011{n:02}")
        for n in range(12)
    ]


@pytest.fixture
def survey(twelve, county):
    """`survey("2022", residents=[…])`: a round with the figures of the twelve; 1,000 to 1,110 households each."""

    def make(period, **figures):
        made = open_year(county, int(period), carried=[])
        for n, filing in enumerate(made.filings.filter(unit__in=twelve).order_by("code")):
            given = {name: values[n] for name, values in figures.items()}
            ProfileFactory(filing=filing, **{"households": 1000 + 10 * n, **given})
        follow_save(made, made.filings.values("pk"))
        return made

    return make


@pytest.fixture
def listed(as_user, district_reviewer):
    """`listed(round)`: the page about the county."""
    client = as_user(district_reviewer)

    def get(round, **query):
        root = round.filings.get(parent=None)
        return client.get(reverse("outliers:list", args=[root.pk]), query)

    return get


def found(answer):
    """[(unit, kind, label, value)] of the page."""
    lines = answer.context["page"].object_list
    return [
        (line.place.name, line.outlier.kind.key, line.outlier.label, line.outlier.value)
        for line in lines
    ]
