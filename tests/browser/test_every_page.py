"""Every page in a real browser: nothing to complain of, nothing hidden from anyone, nothing wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from surveys.actions.messages import send
from surveys.models import Message
from tests.factories import PASSWORD, PremisesFactory, ProfileFactory, RemarkFactory, StandardFactory, stand

DESK = ["work", "answer", "check", "handed", "send_back"]
PAGES = ["overview", "matrix", "remarks", "filing", "standards", "standard", "measure", "history", "progress"]
PAGES += ["checker", "rounds", "round", "new_round"]
PAGES += ["summary", "pivot", "raw", "trend", "units", "models", "map"]
REPORTS = ["draft", "issued", "templates", "reference"]
PAGES += REPORTS
APP = dict.fromkeys(["history", "progress", "rounds", "round", "new_round"], "surveys")
APP |= dict.fromkeys(REPORTS, "documents")
PAGES += ["gaps", "plan", "papers", "rating"]
APP |= {"gaps": "gaps", "plan": "gaps", "papers": "papers", "rating": "rating"}
SCREENS = [{"width": 1366, "height": 768}, {"width": 360, "height": 740}]  # an office screen, a phone
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture
def address(live_server, round_2022, county, filing_a):
    """`address("matrix")`: a page of the small city, with something to show on it."""
    ProfileFactory(filing=filing_a, households=1_234, residents=3_456)
    PremisesFactory(filing=filing_a, area="82.5", tenure="rented")
    RemarkFactory(filing=filing_a, section="premises", field="area", value="不足20平米", text="面积是多少？")
    StandardFactory(code="size")
    of_county = {"args": [round_2022.filings.get(unit=county).pk]}
    where = {
        "filing": {"args": [filing_a.pk]},
        "standards": {},
        "standard": {"args": ["size"]},
        "measure": {"args": [*of_county["args"], "households"]},
        "history": {"args": [filing_a.pk]},
        "round": {"args": [round_2022.pk]},
        **dict.fromkeys(["rounds", "new_round"], {}),
    }
    return lambda name: reverse(f"{APP.get(name, 'reports')}:{name}", **where.get(name, of_county))


@pytest.fixture
def desk(address, filing_a, street_a):
    """`desk("check")`: a page of the clerk's desk; what is answered was returned, what is `handed` was handed in."""

    def at(name):
        if name == "work":
            return reverse("surveys:work")
        status = {"answer": "returned", "handed": "submitted"}.get(name, "draft")
        stand(filing_a, status, **({"desk": street_a} if name == "send_back" else {}))
        return reverse(f"surveys:{name}", args=[filing_a.pk])

    return at


@pytest.fixture
def reader(sign_in, district_reviewer):
    return sign_in(district_reviewer)


def violations(page):
    """[rule: what it found it in] of the accessibility rules broken on this page."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['target']}" for each in found]


@pytest.mark.parametrize("name", PAGES)
def test_page_breaks_no_accessibility_rule_and_is_no_wider_than_the_screen(name, reader, address):
    for screen in reversed(SCREENS):  # the rules hold on the office screen, the last
        reader.set_viewport_size(screen)
        reader.goto(address(name))
        assert reader.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    assert violations(reader) == []


def test_sign_in_page_breaks_no_accessibility_rule(page):
    page.goto(reverse("accounts:sign_in"))
    assert violations(page) == []


@pytest.mark.parametrize("name", DESK)
def test_desk_breaks_no_accessibility_rule_and_is_no_wider_than_the_screen(name, sign_in, clerk_a, desk):
    page = sign_in(clerk_a)
    for screen in SCREENS:
        page.set_viewport_size(screen)
        assert page.goto(desk(name)).url.endswith(desk(name))
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
        assert violations(page) == []


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


def test_matrix_leads_from_a_community_to_its_paper(reader, address, filing_a):
    reader.goto(address("matrix"))
    reader.click(f"text={filing_a.name}")
    assert reader.url.endswith(reverse("reports:filing", args=[filing_a.pk]))


def test_inbox_breaks_no_accessibility_rule_and_is_no_wider_than_the_screen(sign_in, clerk_a, filing_a):
    for kind in Message.Kind:
        send(to=[clerk_a], kind=kind, text="育才社区还没有报送，请尽快。", filing=filing_a)
    page = sign_in(clerk_a)
    for screen in SCREENS:
        page.set_viewport_size(screen)
        page.goto(reverse("surveys:messages"))
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
        assert violations(page) == []
