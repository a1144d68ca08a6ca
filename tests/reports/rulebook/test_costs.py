"""What one unit of gap costs: the nearest region wins, then the general figure."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from reports.models import Cost, Costs, UnitCost
from tests.factories import StandardFactory, UnitCostFactory


@pytest.fixture
def office(units):
    """A standard with a general cost of 1,000 yuan a square metre; in 黄骅市 1,500, in 骅东街道 1,800."""
    standard = StandardFactory(code="office", gap_unit="m²", cost=1000)
    UnitCostFactory(standard=standard, cost=1500, source="黄骅市造价站 2022")
    UnitCostFactory(standard=standard, cost=1800, region_code="130983001000")
    return standard


@pytest.mark.parametrize(
    ("place", "yuan"),
    [
        ("city", 1000),
        ("county", 1500),
        ("street_a", 1800),
        ("community_a", 1800),
        ("community_b", 1500),
    ],
)
def test_nearest_region_wins(place, yuan, office, request):
    path = request.getfixturevalue(place).path
    assert Costs([office]).of(office, path).yuan == yuan


def test_cost_says_where_it_was_taken_from(office, county):
    assert Costs([office]).of(office, county.path) == Cost(
        Decimal(1500), "黄骅市造价站 2022", "130983000000"
    )


def test_nobody_named_a_cost(county):
    standard = StandardFactory()
    assert Costs([standard]).of(standard, county.path) is None


def test_region_that_is_no_unit_here_binds_nobody(office, county):
    UnitCostFactory(standard=office, region_code="230800000000", cost=1)
    assert Costs([office]).of(office, county.path).yuan == 1500


def test_costs_of_many_standards_are_one_query(
    office, filing_a, filing_b, django_assert_num_queries
):
    other = StandardFactory(cost=3)
    with django_assert_num_queries(1):
        costs = Costs([office, other])
        found = [costs.of(s, f.path).yuan for s in (office, other) for f in (filing_a, filing_b)]
    assert found == [1800, 1500, 3, 3]


@pytest.mark.parametrize(
    ("place", "varies"), [("city", True), ("county", True), ("street_a", False)]
)
def test_area_with_costs_of_its_parts_has_not_one_price(place, varies, office, request):
    assert Costs([office]).varies_within(office, request.getfixturevalue(place).path) is varies


def test_second_cost_for_a_region_refused_with_a_sentence(office):
    with pytest.raises(ValidationError, match="这条标准在这个地区已有一个费用。"):
        UnitCost(standard=office, region_code="130983000000", cost=1).full_clean()


def test_standard_page_names_the_cost_of_the_place(office, as_user, clerk_a, round_2022):
    page = as_user(clerk_a).get(reverse("reports:standard", args=["office"])).content.decode()
    assert "每补 1 m²约 1,800 元" in page
