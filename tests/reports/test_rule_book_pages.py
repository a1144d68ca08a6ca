"""The rule book as everybody reads it: filters, versions, formulas."""

import pytest
from django.urls import reverse

from tests.factories import (
    StandardFactory,
)


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)


@pytest.fixture
def office(db):
    return StandardFactory(
        code="office",
        name="办公用房300平方米",
        topic="premises",
        statement="办公用房不少于 300 m²",
        actual="office_area",
        lower="300",
        unit="m²",
        gap_unit="m²",
    )


@pytest.fixture
def size(db):
    return StandardFactory(code="size", name="社区规模", upper="700", gap_unit="户")


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("?topic=premises", {"office"}),
        ("?q=社区规模", {"old", "size"}),
        ("?state=expired", {"old"}),
        ("?state=unjudged", {"old"}),
        ("?force=party", set()),
    ],
)
def test_rule_book_filters(as_user, district_reviewer, round_2022, office, size, query, codes):
    StandardFactory(code="old", effective_to="2020-12-31", why_not="没有数据")
    page = as_user(district_reviewer).get(reverse("reports:standards") + query)
    assert {s.code for _, rows in page.context["groups"] for s in rows} == codes


def test_rule_book_of_the_place_alone(as_user, district_reviewer, round_2022, office):
    StandardFactory(code="elsewhere", region_code="420100000000", region_name="湖北武汉")
    at = as_user(district_reviewer).get(reverse("reports:standards") + "?where=here")
    assert {s.code for _, rows in at.context["groups"] for s in rows} == {"office"}
    assert "适用于黄骅市" in text(at)


def test_expired_standard_says_that_nothing_followed(as_user, district_reviewer, round_2022):
    StandardFactory(code="old", effective_to="2020-12-31", why_not="没有数据")
    page = text(as_user(district_reviewer).get(reverse("reports:standard", args=["old"])))
    assert "已到期，暂无后续标准" in page
    assert "系统不自动评价：没有数据" in page


@pytest.fixture
def renewed(db):
    """A rule that had another wording until the end of 2025."""
    StandardFactory(code="law", statement="100至700户", effective_to="2025-12-31")
    return StandardFactory(code="law", statement="1000至3000户", effective_from="2026-01-01")


def test_standard_shows_the_version_of_the_day_of_the_round_one_came_from(
    as_user, district_reviewer, root, renewed
):
    page = as_user(district_reviewer).get(
        reverse("reports:standard", args=["law"]), {"filing": root.pk}
    )
    assert page.context["standard"].statement == "100至700户"
    assert len(page.context["versions"]) == 2
    assert "已到期，已有后续标准</span>" in text(page)
    assert "2022年度时现行</span></h1>" in text(page)


def test_standard_without_a_round_shows_the_version_of_today(
    as_user, district_reviewer, root, renewed
):
    page = as_user(district_reviewer).get(reverse("reports:standard", args=["law"]))
    assert (page.context["standard"].statement, page.context["then"]) == ("1000至3000户", "")


@pytest.mark.parametrize(("state", "shown"), [("now", "1000至3000户"), ("expired", "100至700户")])
def test_rule_book_tells_by_today_what_is_in_force(
    state, shown, as_user, district_reviewer, root, renewed
):
    answer = as_user(district_reviewer).get(
        reverse("reports:standards"), {"state": state, "filing": root.pk}
    )
    assert [standard.statement for _, rows in answer.context["groups"] for standard in rows] == [
        shown
    ]


def test_standard_shows_its_formula_in_words_and_as_written(as_user, stranger, office):
    page = text(as_user(stranger).get(reverse("reports:standard", args=["office"])))
    assert "<p>办公用房面积</p>" in page
    assert '<p class="formula">office_area</p>' in page
