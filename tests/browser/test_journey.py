"""One reviewer's way through the pages, as a person walks it: every figure leads to the rows behind it."""

import re

import pytest
from django.urls import reverse

from reports.engine.saving import follow_save
from tests.factories import PASSWORD, PremisesFactory, ProfileFactory, StandardFactory


@pytest.fixture
def small_city(round_2022, filing_a):
    """One community that misses the standard by 218 m², two that have not answered."""
    ProfileFactory(filing=filing_a, households=500, residents=1500)
    PremisesFactory(filing=filing_a, area=82)
    asks = {
        "actual": "office_area",
        "lower": "300",
        "unit": "m²",
        "gap_unit": "m²",
        "topic": "premises",
    }
    StandardFactory(code="office", name="办公用房300平方米", **asks)
    follow_save(round_2022, round_2022.filings.values("pk"))
    return round_2022


def sign_in_by_hand(page, user):
    page.goto("/")
    page.fill("input[name=username]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".kpis")


def test_reviewer_walks_from_the_city_to_the_source_of_a_verdict(
    page, small_city, district_reviewer, filing_a
):
    sign_in_by_hand(page, district_reviewer)
    assert page.inner_text("h1") == "黄骅市总览"
    page.click("table >> text=办公用房300平方米")
    row = page.inner_text("tr:has(a:text-is('育才社区'))")
    assert row.split("\t") == ["育才社区", "骅东街道", "82 m²", "300 m²", "差 218 m²", "未定价"]
    page.click("tbody th >> text=育才社区")
    assert page.url.endswith(reverse("reports:filing", args=[filing_a.pk]))
    page.click("aside >> text=办公用房300平方米")
    assert page.inner_text(".formula") == "office_area"
    page.click("text=全部标准")
    assert page.title() == "标准库 · 社区年报"


def test_skip_link_is_the_first_stop_of_the_keyboard(page, sign_in, small_city, district_reviewer):
    sign_in(district_reviewer)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_head_and_first_column_of_the_matrix_stay_in_sight(
    page, sign_in, small_city, district_reviewer
):
    for number in range(20):
        StandardFactory(code=f"more-{number}", name=f"第{number}项标准，名称较长")
    sign_in(district_reviewer)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reverse("reports:matrix", args=[small_city.filings.get(parent=None).pk]))
    page.evaluate("document.querySelector('.scroll').scrollLeft = 400")
    first = page.query_selector("tbody th").bounding_box()
    card = page.query_selector(".scroll").bounding_box()
    assert round(first["x"]) == round(card["x"])


@pytest.mark.parametrize(("name", "size"), [("matrix", (842, 595)), ("overview", (595, 842))])
def test_page_prints_on_a4(name, size, page, sign_in, small_city, district_reviewer):
    sign_in(district_reviewer)
    page.goto(reverse(f"reports:{name}", args=[small_city.filings.get(parent=None).pk]))
    boxes = re.findall(
        rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True)
    )
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {size}
