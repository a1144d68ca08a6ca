"""A session ends when it should, and with it nothing that was typed."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import set_active
from accounts.models import AuditEntry
from communities.models import Assignment
from tests.factories import PASSWORD

SIGN_IN, AGAIN, ALIVE = (reverse(f"accounts:{name}") for name in ("sign_in", "again", "alive"))
PAGE = reverse("reports:standards")
SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def at_work(client, clerk_a):
    """骅东填报员, signed in by hand."""
    client.post(SIGN_IN, {"username": "clerk_a", "password": PASSWORD})
    return client


def idle(minutes):
    Session.objects.update(expire_date=F("expire_date") - timedelta(minutes=minutes))


@pytest.fixture
def gone(at_work):
    """The same, 31 minutes after the last use."""
    idle(31)
    return at_work


def test_session_ends_after_half_an_hour_without_use(at_work):
    idle(29)
    assert at_work.get(PAGE).status_code == 200
    idle(29)
    assert at_work.get(PAGE).status_code == 200
    idle(31)
    assert at_work.get(PAGE).status_code == 302


def test_session_ends_after_a_working_day_however_busy(at_work):
    session = at_work.session
    session["began"] = timezone.now().timestamp() - 10 * 3600 - 1
    session.save()
    assert at_work.get(PAGE).status_code == 302


def test_page_looked_at_costs_no_write(at_work, django_assert_max_num_queries):
    before = Session.objects.get().expire_date
    at_work.get(PAGE)
    assert Session.objects.get().expire_date == before


def test_asking_how_long_is_no_use_but_staying_is(at_work):
    idle(20)
    assert 590 <= at_work.get(ALIVE).json()["left"] <= 600
    assert 590 <= at_work.get(ALIVE).json()["left"] <= 600
    assert at_work.post(ALIVE).json() == {"left": 1800}
    assert at_work.get(ALIVE).json()["left"] > 1790


def test_script_learns_where_to_sign_in_again(gone):
    answer = gone.post(PAGE, {"area": "82"}, **SCRIPT)
    assert (answer.status_code, answer["X-Sign-In"], answer.json()) == (
        401,
        AGAIN,
        {"sign_in": AGAIN},
    )
    assert gone.get(PAGE, headers={"HX-Request": "true"}).status_code == 401
    assert gone.get(ALIVE).json() == {"left": 0}


def test_script_signs_in_in_place(gone):
    wrong = gone.post(AGAIN, {"password": "wrong-password"}, **SCRIPT)
    assert (wrong.status_code, wrong.json()) == (400, {"errors": ["密码不对，请再试一次。"]})
    assert gone.post(AGAIN, {"password": PASSWORD}, **SCRIPT).json() == {"ok": True}
    assert gone.get(PAGE).status_code == 200
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "登录",
        "登录失败",
        "继续登录",
    ]


def test_forms_of_open_pages_stay_valid_after_signing_in_again(clerk_a):
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get(SIGN_IN).content.decode())[
        1
    ]
    client.post(
        SIGN_IN, {"username": "clerk_a", "password": PASSWORD, "csrfmiddlewaretoken": token}
    )
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get(PAGE).content.decode())[1]
    idle(31)
    client.post(AGAIN, {"password": PASSWORD, "csrfmiddlewaretoken": token}, **SCRIPT)
    assert client.post(ALIVE, headers={"X-CSRFToken": token}).json() == {"left": 1800}


def test_without_script_what_was_typed_travels_along(gone):
    page = gone.post(PAGE, {"area": "82", "note": "租赁<b>", "password": "hush"})
    assert page.status_code == 401
    kept = page.context["kept"]
    answer = gone.post(AGAIN, {"password": PASSWORD, "kept": kept, "to": page.context["to"]})
    assert (answer.context["fields"], answer.context["to"]) == (
        [("area", "82"), ("note", "租赁<b>")],
        PAGE,
    )
    assert f'<form method="post" action="{PAGE}">' in answer.content.decode()
    assert "租赁&lt;b&gt;" in answer.content.decode()


def test_wrong_password_keeps_what_was_typed(gone):
    page = gone.post(AGAIN, {"password": "wrong-password", "kept": ['["area", "82"]'], "to": PAGE})
    assert (page.context["kept"], page.context["to"]) == (['["area", "82"]'], PAGE)


@pytest.mark.parametrize("to", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_kept_text_goes_to_no_other_site(to, gone):
    assert gone.post(AGAIN, {"password": PASSWORD, "to": to}).context["to"] == "/"


def test_broken_kept_fields_are_left_out(gone):
    assert gone.post(AGAIN, {"password": PASSWORD, "kept": ["["]}).context["fields"] == []


def test_only_the_same_person_goes_on_in_place(gone, clerk_b, client):
    assert Client().post(AGAIN, {"password": PASSWORD}, **SCRIPT).status_code == 410
    gone.cookies["signed_in_as"] = "1:forged"
    assert gone.post(AGAIN, {"password": PASSWORD}, **SCRIPT).status_code == 410


def test_sign_out_forgets_who_it_was(at_work):
    at_work.post(reverse("accounts:sign_out"))
    assert at_work.post(AGAIN, {"password": PASSWORD}, **SCRIPT).status_code == 410


def test_disabled_person_does_not_go_on(gone, clerk_a, admin):
    set_active(user=clerk_a, active=False, by=admin)
    assert gone.post(AGAIN, {"password": PASSWORD}, **SCRIPT).status_code == 410


def test_going_on_in_place_is_locked_like_the_door(gone):
    answers = [gone.post(AGAIN, {"password": "wrong-password"}, **SCRIPT) for _ in range(5)]
    assert "已锁定，请 15 分钟后再试" in answers[4].json()["errors"][0]
    assert gone.post(AGAIN, {"password": PASSWORD}, **SCRIPT).status_code == 400


def test_changed_role_ends_the_session(at_work, clerk_a, county):
    Assignment.objects.create(user=clerk_a, unit=county, role="viewer")
    assert at_work.get(PAGE).status_code == 302


def test_withdrawn_role_ends_the_session(at_work, clerk_a):
    clerk_a.assignments.get().delete()
    assert at_work.get(PAGE).status_code == 302


def test_account_switched_off_and_on_starts_from_the_door(at_work, clerk_a, admin):
    for active in (False, True):
        set_active(user=clerk_a, active=active, by=admin)
    assert at_work.get(PAGE).status_code == 302
    assert list(AuditEntry.objects.values_list("verb", flat=True)[:2]) == ["启用账号", "停用账号"]


def test_page_says_when_and_from_where_one_signed_in_last(client, clerk_a):
    for address in ("10.1.2.3", "10.1.2.4"):
        client.post(reverse("accounts:sign_out"))
        client.post(SIGN_IN, {"username": "clerk_a", "password": PASSWORD}, REMOTE_ADDR=address)
    assert re.search(
        r"上次登录：\d+ 月 \d+ 日 \d\d:\d\d 来自 10\.1\.2\.3。", client.get(PAGE).content.decode()
    )
