"""The session in a real browser: it ends without losing a word, and goes on in place."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from django.urls import reverse

from tests.browser.looking import violations
from tests.factories import PASSWORD

PAGE = reverse("reports:standards")


@pytest.fixture
def at_work(page, clerk_a):
    """骅东填报员, signed in by hand, at a page."""
    page.goto("/")
    page.fill("input[name=username]", clerk_a.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".who")
    page.goto(PAGE)
    return page


def leave():
    """Half an hour passes."""
    Session.objects.update(expire_date=F("expire_date") - timedelta(minutes=31))


def send(page):
    """A script of the page sends something; its answer is marked on the page."""
    page.evaluate(
        f"session.fetch('{PAGE}').then(answer => {{ document.body.dataset.answer = answer.status; }}); 1"
    )


def test_page_goes_on_where_the_session_ended(at_work):
    at_work.fill("input[name=q]", "还没保存的字")
    leave()
    send(at_work)
    at_work.wait_for_selector("dialog[open]")
    assert violations(at_work) == []
    at_work.fill("#session-password", "wrong-password")
    at_work.keyboard.press("Enter")
    at_work.wait_for_selector("text=密码不对，请再试一次。")
    at_work.fill("#session-password", PASSWORD)
    at_work.keyboard.press("Enter")
    at_work.wait_for_selector("body[data-answer='200']")
    assert (at_work.is_visible("dialog"), at_work.input_value("input[name=q]")) == (
        False,
        "还没保存的字",
    )
    # The browser itself notes every 400 and 401 in its console.
    at_work.complaints[:] = [text for text in at_work.complaints if "status of 40" not in text]


@pytest.mark.parametrize("name", ["list", "add", "invite"])
def test_people_pages_break_no_rule_and_fit_a_phone(name, page, sign_in, system_admin, works_here):
    sign_in(system_admin)
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(reverse(f"people:{name}"))
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("role", "name"),
    [("security_admin", "list"), ("security_admin", "person"), ("auditor", "trail")],
)
def test_other_administrators_pages_break_no_rule(role, name, page, sign_in, works_here, request):
    sign_in(request.getfixturevalue(role))
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(reverse(f"people:{name}", args=[works_here.pk] if name == "person" else []))
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture
def works_here(clerk_a, street_a):
    """骅东填报员, known to the administrators, with a line in the trail."""
    from accounts.actions import note_account
    from tests.factories import WorkplaceFactory

    WorkplaceFactory(user=clerk_a, unit=street_a)
    note_account(clerk_a, by=clerk_a, verb="登录", changes={"状态": ["停用", "启用"]})
    return clerk_a


def test_password_page_breaks_no_rule(at_work):
    at_work.goto(reverse("accounts:password"))
    assert violations(at_work) == []
