"""Units side by side: figures and what comes on each person, pass rates and gaps, only what the reader may see."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from surveys.export import Partial
from surveys.models import Status
from tests.factories import FilingFactory, UnitFactory, stand
from tests.rounds import report_households


@pytest.fixture
def compared(as_user, district_reviewer):
    client = as_user(district_reviewer)

    def compared(area, *chosen, query="", who=client):
        named = "&".join([f"units={filing.pk}" for filing in chosen] + [query])
        return who.get(f"{reverse('reports:units', args=[area.pk])}?{named}")

    return compared


@pytest.fixture
def reported(root, wider, filing_a, filing_b):
    report_households(filing_a, 400, area=82)
    report_households(filing_b, 1200, area=300)
    return root


def rows(page):
    return {row.cells[0].strip(): row.cells[2:] for row in page.context["table"].rows}


def test_units_of_two_levels_side_by_side(compared, reported, filing_a, filing_b):
    found = rows(compared(reported, filing_a.parent, filing_b))
    assert found["社区数"] == [2, "—"]
    assert found["总户数"] == [Partial(400, 1), 1200]
    assert found["每百户办公用房面积"] == [Partial(20.5, 1), 25]
    assert found["达标率"] == [0, 1]
    assert found["社区规模"] == [0, "✓ 达标"]
    assert found["缺口合计"] == [100, 0]


def test_units_straight_below_are_compared_at_first(compared, reported):
    page = compared(reported)
    assert [each.name for each in page.context["chosen"]] == ["骅东街道", "骅中街道"]


def test_one_unit_is_too_few(compared, reported, filing_a):
    page = compared(reported, filing_a)
    assert "请勾选至少 2 个单位" in page.content.decode()
    assert "table" not in page.context


def test_seven_units_are_too_many(compared, reported, round_2022):
    made = [
        FilingFactory(round=round_2022, unit=UnitFactory(parent=reported.unit), parent=reported)
        for _ in range(7)
    ]
    assert "选了 7 个单位，一次最多比较 6 个" in compared(reported, *made).content.decode()


def test_units_outside_the_area_are_not_compared(
    compared, reported, filing_a, filing_b, clerk_a, client
):
    client.force_login(clerk_a)
    page = compared(filing_a.parent, filing_a, filing_b, filing_a.parent, who=client)
    assert [each.pk for each in page.context["chosen"]] == [filing_a.pk, filing_a.parent.pk]


def test_unit_is_found_by_name(compared, reported, filing_a):
    page = compared(reported, query="name=育才")
    assert [each.pk for each in page.context["offered"]] == [filing_a.pk]
    assert page.context["chosen"] == []


def test_units_of_approved_filings_only(compared, reported, filing_a, filing_b):
    stand(filing_b, Status.APPROVED)
    found = rows(compared(reported, filing_a, filing_b, query="scope=approved"))
    assert (found["总户数"], found["达标率"]) == (["—", 1200], ["—", 1])


def test_units_as_a_workbook(compared, reported, filing_a, filing_b):
    answer = compared(reported, filing_a, filing_b, query="format=xlsx")
    found = {
        row[0].value: [cell.value for cell in row[2:]]
        for row in load_workbook(BytesIO(answer.content)).active.rows
    }
    assert found["项目"] == ["育才社区", "平安社区"]
    assert found["总人口"] == [1200, 3600]


def test_units_lead_to_the_rows_behind(compared, reported, filing_a):
    page = compared(reported).content.decode()
    assert reverse("reports:measure", args=[filing_a.parent.pk, "office_area"]) in page


def test_units_ask_seldom(compared, reported, filing_a, filing_b, django_assert_max_num_queries):
    street = filing_b.parent
    compared(reported, street, reported)
    with django_assert_max_num_queries(12):
        compared(reported, filing_a, street, reported)
