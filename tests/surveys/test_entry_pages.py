"""The pages of entry: where filling begins, what works without script, what a page costs."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from residents.models import Profile
from surveys.models import Status
from tests.factories import (
    FundLineFactory,
    GridFactory,
    ProfileFactory,
    stand,
)

PAGE_QUERIES = 8


def address(filing, section):
    return reverse("surveys:section", args=[filing.pk, section])


@pytest.fixture
def clerk(as_user, clerk_a):
    return as_user(clerk_a)


def test_without_script_the_button_saves_and_leads_to_the_stored_page(clerk, filing_a):
    answer = clerk.post(
        address(filing_a, "profile"), {"version": 0, "key": uuid4(), "was": "{}", "one.men": "5"}
    )
    assert (answer.status_code, answer.url) == (302, address(filing_a, "profile") + "#saved")
    assert "已保存" in clerk.get(answer.url).content.decode()


def test_without_script_what_was_typed_stays_in_its_cell(clerk, filing_a):
    form = {"version": 0, "key": uuid4(), "was": "{}", "one.men": "大约不少", "one.women": "7"}
    answer = clerk.post(address(filing_a, "profile"), form)
    page = answer.content.decode()
    assert (answer.status_code, 'value="大约不少"' in page, 'aria-invalid="true"' in page) == (
        422,
        True,
        True,
    )
    assert Profile.objects.get().women == 7


def test_without_script_both_values_are_shown_and_one_is_chosen(clerk, filing_a):
    ProfileFactory(filing=filing_a, men=11)
    form = {"version": 0, "key": uuid4(), "was": json.dumps({"one.men": "10"}), "one.men": "12"}
    page = clerk.post(address(filing_a, "profile"), form).content.decode()
    assert "“11”，您填的是“12”" in page
    again = form | {"key": uuid4(), "was": json.dumps({"one.men": "11"}), "theirs": "one.men"}
    assert clerk.post(address(filing_a, "profile"), again).status_code == 302
    assert Profile.objects.get().men == 11


def test_filling_begins_where_something_is_missing(clerk, filing_a):
    answer = clerk.get(reverse("surveys:fill", args=[filing_a.pk]))
    assert answer.url == address(filing_a, "profile")


def test_closed_filing_leads_to_its_paper(clerk, filing_a):
    stand(filing_a, Status.APPROVED)
    assert clerk.get(address(filing_a, "profile")).url == reverse(
        "reports:filing", args=[filing_a.pk]
    )


@pytest.mark.parametrize("name", ["grids", "nothing"])
def test_section_that_the_unit_does_not_report_is_not_found(name, clerk, round_2022, street_a):
    assert clerk.get(address(round_2022.filings.get(unit=street_a), name)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_for_one_row_and_three(
    rows, clerk, filing_a, django_assert_num_queries
):
    for n in range(rows):
        GridFactory(filing=filing_a)
        FundLineFactory(filing=filing_a, purpose=["office", "party", "special"][n])
    for name in ("grids", "funds", "profile"):
        with django_assert_num_queries(PAGE_QUERIES):
            clerk.get(address(filing_a, name))
