"""A small city with a scheme: rooms by share, money all or nothing, and two of its parts as a composite."""

from datetime import date

import pytest
from django.urls import reverse

from reports.engine.saving import follow_save
from reports.models import Scheme, Weight
from reports.rating import actions
from surveys.models import Filing
from tests.factories import FundLineFactory, PremisesFactory, ProfileFactory, StandardFactory


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)


@pytest.fixture
def filing_n(round_2022, neighbour_a):
    return round_2022.filings.get(unit=neighbour_a)


@pytest.fixture
def book(db):
    """Rooms of 300 m², 50,000 yuan, 100 to 1,000 households, and a composite of residents and rooms."""
    StandardFactory(
        code="office", name="用房", actual="office_area", lower="300", unit="m²", gap_unit="m²"
    )
    StandardFactory(
        code="money",
        name="经费",
        actual="funding_received",
        lower="50000",
        unit="元",
        gap_unit="元",
    )
    StandardFactory(
        code="size",
        name="规模",
        actual="households",
        lower="100",
        upper="1000",
        unit="户",
        gap_unit="户",
    )
    both = StandardFactory(code="both", name="两项", actual="", lower="", unit="项", gap_unit="项")
    StandardFactory(code="both-1", parent=both, actual="residents", lower="1000")
    StandardFactory(code="both-2", parent=both, actual="office_area", lower="200")


@pytest.fixture
def measured(root, filing_a, filing_b, filing_n):
    """育才: 150 m², 60,000 yuan, 2,000 households; 平安: 450 m², 40,000 yuan, 500; 东昊 has said 800 households only."""
    ProfileFactory(filing=filing_a, households=2000, residents=3000)
    ProfileFactory(filing=filing_b, households=500, residents=900)
    ProfileFactory(filing=filing_n, households=800)
    PremisesFactory(filing=filing_a, area=150)
    PremisesFactory(filing=filing_b, area=450)
    FundLineFactory(filing=filing_a, received=60_000)
    FundLineFactory(filing=filing_b, received=40_000)
    follow_save(root.round, Filing.objects.values("pk"))
    return root


WEIGHTS = (
    ("office", 40, "share"),
    ("money", 30, "all"),
    ("size", 10, "share"),
    ("both", 20, "share"),
)


@pytest.fixture
def weigh(county):
    """`weigh(unknown="left_out")`: a scheme of 黄骅市 since 2020, in place of any before."""

    def weigh(weights=WEIGHTS, **given):
        Scheme.objects.all().delete()
        given = {
            "name": "评分办法",
            "effective_from": date(2020, 1, 1),
            "stars": [50, 60, 70],
            "least_known": 0,
        } | given
        made = [Weight(code=code, points=points, way=way) for code, points, way in weights]
        return actions.set_up_scheme(
            by=None, scheme=Scheme(unit=given.pop("unit", county), **given), weights=made
        )

    return weigh


@pytest.fixture
def page(as_user, viewer):
    """`page(filing, scope="approved")`: the answer of its rating page."""
    client = as_user(viewer)
    return lambda filing, **query: client.get(reverse("rating:rating", args=[filing.pk]), query)
