"""The policy table: complete, enforced before any view, and walked: every address x person x method."""

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from config import policy
from tests.factories import StandardFactory
from tests.test_access import COMMON_PAGES, FILING_PAGES, OPEN_PAGES, OWN_PAGES, PLACES, ROLES, SEES

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
OTHER_PAGES = COMMON_PAGES | {name: [] for name in OWN_PAGES}


@pytest.fixture
def addresses(round_2022, request):
    """[(URL name, address, the place it is about or None)]: every address but the door and the back room."""
    StandardFactory(code="size")
    filings = {place: round_2022.filings.get(unit=request.getfixturevalue(place)) for place in PLACES}
    about = [
        (name, reverse(name, args=[filing.pk, *more]), place)
        for name, more in FILING_PAGES.items()
        for place, filing in filings.items()
    ]
    return about + [(name, reverse(name, args=more), None) for name, more in OTHER_PAGES.items()]


def expected(user, role, name, method, place):
    """What the table and the area say together: a status, or None for anything that is no refusal."""
    row = policy.row_of(name)
    method = "GET" if method == "HEAD" else method
    if method not in row:
        return 405
    if not policy.may(user, row[method]):
        return 403
    return 404 if place and place not in SEES[role] else None


def refusal(answer):
    return answer.status_code if answer.status_code in (401, 403, 404, 405) else None


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_the_table_says(role, addresses, request):
    user, client = request.getfixturevalue(role), Client()
    client.force_login(user)
    found = {(method, at): refusal(client.generic(method, at)) for _, at, _ in addresses for method in METHODS}
    assert found == {
        (method, at): expected(user, role, name, method, place) for name, at, place in addresses for method in METHODS
    }


def test_walk_covers_every_address(addresses):
    walked = {name for name, _, _ in addresses} | {*OPEN_PAGES}
    assert walked == {name for name in policy.url_names() if not name.startswith("admin:")}


def ids():
    return [message.id for message in run_checks(tags=["urls"])]


def test_check_refuses_an_address_without_a_row(monkeypatch):
    monkeypatch.delitem(policy.POLICY, "reports:matrix")
    assert ids() == ["config.E009"]


def test_check_refuses_a_row_without_an_address(monkeypatch):
    monkeypatch.setitem(policy.POLICY, "reports:gone", policy.reads(policy.SIGNED_IN))
    assert ids() == ["config.E010"]


def test_address_without_a_row_is_closed(monkeypatch, as_user, viewer):
    monkeypatch.delitem(policy.POLICY, "reports:standards")
    assert as_user(viewer).get(reverse("reports:standards")).status_code == 403


def test_row_names_known_roles_only():
    known = {policy.ANYONE, policy.SIGNED_IN, policy.SUPERUSER, *policy.Role}
    assert {who for row in policy.POLICY.values() for each in row.values() for who in each} <= known


def test_refusal_says_whose_business_it_is():
    assert policy.refusal([policy.Role.AUDITOR]) == "这里由“审计”办理，您的账号没有这个角色。"
    assert policy.refusal([policy.SUPERUSER]) == ""
