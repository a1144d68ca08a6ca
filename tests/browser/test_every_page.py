"""The first pages of a visit, and what a clerk works off, filing by filing as it stands; all others are in test_walk.py."""

import pytest
from django.urls import reverse

from surveys.actions.messages import send
from surveys.models import Message
from tests.browser.looking import SCREENS, complaints_of, violations
from tests.factories import (
    PASSWORD,
    PremisesFactory,
    ProfileFactory,
    RemarkFactory,
    StandardFactory,
    stand,
)

DESK = ["work", "answer", "check", "handed", "send_back"]


@pytest.fixture
def filled(filing_a):
    """A community with figures and an open question."""
    ProfileFactory(filing=filing_a, households=1_234, residents=3_456)
    PremisesFactory(filing=filing_a, area="82.5", tenure="rented")
    RemarkFactory(
        filing=filing_a, section="premises", field="area", value="不足20平米", text="面积是多少？"
    )
    return filing_a


@pytest.fixture
def desk(filled, street_a):
    """`desk("check")`: a page of the clerk's desk; what is answered was returned, what is `handed` was handed in."""

    def at(name):
        if name == "work":
            return reverse("surveys:work")
        status = {"answer": "returned", "handed": "submitted"}.get(name, "draft")
        stand(filled, status, **({"with_unit": street_a} if name == "send_back" else {}))
        return reverse(f"surveys:{name}", args=[filled.pk])

    return at


def test_sign_in_page_breaks_no_accessibility_rule(page):
    page.goto(reverse("accounts:sign_in"))
    assert violations(page) == []


@pytest.mark.parametrize("name", DESK)
def test_desk_hides_nothing_from_anyone_and_is_no_wider_than_the_screen(
    name, sign_in, clerk_a, desk
):
    page = sign_in(clerk_a)
    assert page.goto(desk(name)).url.endswith(desk(name))
    assert [each for screen in SCREENS for each in complaints_of(page, screen)] == []


def test_inbox_hides_nothing_from_anyone_and_is_no_wider_than_the_screen(
    sign_in, clerk_a, filing_a
):
    for kind in Message.Kind:
        send(to=[clerk_a], kind=kind, text="育才社区还没有报送，请尽快。", filing=filing_a)
    page = sign_in(clerk_a)
    page.goto(reverse("surveys:messages"))
    assert [each for screen in SCREENS for each in complaints_of(page, screen)] == []


def test_clerk_signs_in_without_script_and_lands_at_home(browser, live_server, clerk_a, round_2022):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=username]", clerk_a.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    assert page.url == live_server.url + reverse("surveys:work")
    assert round_2022.title in page.inner_text("h1")
    context.close()


def test_matrix_leads_from_a_community_to_its_paper(
    sign_in, district_reviewer, filled, round_2022, county
):
    StandardFactory(code="size")
    page = sign_in(district_reviewer)
    page.goto(reverse("reports:matrix", args=[round_2022.filings.get(unit=county).pk]))
    page.click(f"text={filled.name}")
    assert page.url.endswith(reverse("reports:filing", args=[filled.pk]))
