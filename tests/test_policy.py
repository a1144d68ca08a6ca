"""The policy table: complete, enforced before any view, and walked: every address x person x method."""

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from config import policy
from tests.addresses import patterns
from tests.roles import ROLES

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
# What stands for something that does not exist, by the converter of the address.
NOTHING = {"IntConverter": 999_999, "SlugConverter": "nothing", "StringConverter": "nothing"}


def address(name, converters):
    return reverse(
        name, kwargs={key: NOTHING[type(each).__name__] for key, each in converters.items()}
    )


ADDRESSES = [(name, address(name, converters)) for name, converters in patterns()]


def expected(user, name, method):
    """What the table alone says: 405, 403, or None where the view is asked; 401 where a program must show its key."""
    row = policy.policy_row(name)
    if all(policy.PROGRAM in who for who in row.values()):
        return 401
    method = "GET" if method == "HEAD" else method
    if method not in row:
        return 405
    return None if policy.may_use(user, row[method]) else 403


def refusal(answer):
    return answer.status_code if answer.status_code in (401, 403, 405) else None


def walked(user):
    """{(method, URL name): refusal}; signed in anew where an address signed out."""
    client, found = Client(), {}
    for name, at in ADDRESSES:
        for method in METHODS:
            if not (cookie := client.cookies.get(settings.SESSION_COOKIE_NAME)) or not cookie.value:
                client.force_login(user)
            found[method, name] = refusal(client.generic(method, at))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_the_table_says(role, request, round_2022):
    user = request.getfixturevalue(role)
    names = [name for name, _ in ADDRESSES]
    assert walked(user) == {
        (method, name): expected(user, name, method) for name in names for method in METHODS
    }


def test_anonymous_gets_in_nowhere_but_at_the_door(db):
    let_in = {
        name
        for name, at in ADDRESSES
        for method in ("GET", "POST")
        if is_let_in(Client().generic(method, at))
    }
    assert let_in == {"accounts:sign_in", "accounts:sign_out", "accounts:again", "accounts:alive"}


def is_let_in(answer):
    """Neither refused nor sent to the sign-in page to come back."""
    return answer.status_code not in (401, 405) and "next=" not in answer.get("Location", "")


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
    known = {policy.ANYONE, policy.SIGNED_IN, policy.SUPERUSER, policy.PROGRAM, *policy.Role}
    assert {who for row in policy.POLICY.values() for each in row.values() for who in each} <= known


def test_refusal_says_whose_business_it_is():
    assert policy.refusal_text([policy.Role.AUDITOR]) == "这里由“审计”办理，您的账号没有这个角色。"
    assert policy.refusal_text([policy.SUPERUSER]) == ""
