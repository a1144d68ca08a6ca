"""假设: other thresholds and other sets of standards are tried on the figures of a round, and nothing is saved."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from reports.engine.saving import follow_save
from reports.models import Standard
from tests.factories import PremisesFactory, ProfileFactory, StandardFactory, UnitCostFactory, stand
from tests.roles import PLACES, ROLES, SEES, signed_in


@pytest.fixture
def root(round_2022, filing_a, filing_b):
    """Two communities have reported, of 82 and 320 m²."""
    size = StandardFactory(code="size", lower="1000", upper="3000", gap_unit="户", position=1)
    UnitCostFactory(standard=size, cost=20)
    StandardFactory(
        code="office",
        name="办公用房",
        actual="office_area",
        lower="300",
        unit="m²",
        gap_unit="m²",
        position=2,
    )
    for filing, households, area in ((filing_a, 1200, 82), (filing_b, 950, 320)):
        ProfileFactory(filing=filing, households=households, residents=3 * households)
        PremisesFactory(filing=filing, area=area)
        follow_save(round_2022, [filing.pk])
    return round_2022.filings.get(parent=None)


@pytest.fixture
def suppose(as_user, district_reviewer):
    def suppose(filing, query=""):
        return as_user(district_reviewer).get(reverse("reports:what_if", args=[filing.pk]) + query)

    return suppose


def together(page):
    """{verdict: (communities now, supposed)} of all the standards together"""
    return {
        verdict.value: (before, after) for verdict, before, after in page.context["effect"].after
    }


def test_standards_are_offered_first(suppose, root):
    page = suppose(root)
    assert [value for value, _ in page.context["form"].fields["s"].choices] == ["size", "office"]
    assert "effect" not in page.context


def test_lower_threshold_lets_more_communities_meet_it(suppose, root):
    page = suppose(root, "?s=size&low-size=900")
    assert together(page) == {
        "met": (1, 2),
        "unmet": (1, 0),
        "unknown": (1, 1),
        "not_applicable": (0, 0),
    }
    ((_, _, before, after),) = page.context["standards"]
    assert (before.met, before.unmet, before.gap, before.cost) == (1, 1, 50, 1000)
    assert (after.met, after.unmet, after.gap) == (2, 0, 0)
    assert [row.cells[:4] for row in page.context["table"].rows] == [
        ["平安社区", "骅中街道", "未达标", "达标"]
    ]


def test_several_standards_are_to_be_met_together(suppose, root):
    assert together(suppose(root, "?s=size&s=office"))["met"] == (0, 0)
    assert together(suppose(root, "?s=size&s=office&low-size=900&low-office=80"))["met"] == (0, 2)


def test_threshold_may_be_a_formula_or_be_dropped(suppose, root):
    assert together(suppose(root, "?s=office&low-office=0.3*households"))["met"] == (1, 1)
    assert together(suppose(root, "?s=size&up-size=1000&low-size=无"))["met"] == (1, 1)


def test_composite_is_taken_as_its_parts(suppose, root):
    whole = StandardFactory(code="whole", actual="", lower="", position=3)
    Standard.objects.filter(code__in=["size", "office"]).update(parent=whole)
    page = suppose(root, "?s=whole&low-office=80")
    assert [standard.code for standard in page.context["form"].chosen] == ["size", "office"]
    assert together(page)["met"] == (0, 1)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("low-size=abc", "abc"), ("low-size=无&up-size=无", "至少要有一个下限或上限")],
)
def test_threshold_that_cannot_be_used_says_why(suppose, root, query, sentence):
    page = suppose(root, f"?s=size&{query}")
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_nothing_is_saved(suppose, root):
    before = list(Standard.objects.values())
    suppose(root, "?s=size&s=office&low-size=900")
    assert list(Standard.objects.values()) == before


def test_approved_only(suppose, root, filing_b):
    stand(filing_b, "approved")
    assert together(suppose(root, "?s=size&low-size=900&scope=approved"))["met"] == (0, 1)


def test_what_would_change_is_handed_over_as_a_workbook(suppose, root):
    answer = suppose(root, "?s=size&low-size=900&format=xlsx")
    rows = [
        [c for c in row if c is not None]
        for row in load_workbook(BytesIO(answer.content)).active.values
    ]
    assert ["平安社区", "骅中街道", "未达标", "达标", 1, 0] in rows
    assert ["注：社区规模：下限1,000改为900。"] in rows


@pytest.mark.parametrize("role", ROLES)
def test_what_if_is_read_inside_the_area_and_of_upper_units_only(role, cast, filings):
    client = signed_in(cast[role])
    found = {
        p: client.get(reverse("reports:what_if", args=[f.pk])).status_code
        for p, f in filings.items()
    }
    upper = {place for place in SEES[role] if not place.startswith("community")}
    assert found == {place: 200 if place in upper else 404 for place in PLACES}


def test_what_if_costs_a_constant_number_of_queries(
    as_user, district_reviewer, root, django_assert_num_queries
):
    client = as_user(district_reviewer)
    for query in ("?s=size&low-size=900", "?s=size&s=office&low-size=900&low-office=80"):
        with django_assert_num_queries(9):
            client.get(reverse("reports:what_if", args=[root.pk]) + query)
