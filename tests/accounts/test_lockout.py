"""Five wrong passwords: who is locked, who is not, for how long, and what the trail keeps."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db.models import F
from django.urls import reverse

from accounts.actions import issue_password
from accounts.models import AuditEntry
from tests.factories import PASSWORD

SIGN_IN = reverse("accounts:sign_in")
OFFICE, HOME = "10.1.2.3", "10.9.9.9"


@pytest.fixture
def enter(client):
    """`enter("clerk_a", "wrong", OFFICE)`: the answer of the door to somebody at that address."""

    def go(username, password, address=OFFICE):
        return client.post(
            SIGN_IN, {"username": username, "password": password}, REMOTE_ADDR=address
        )

    return go


@pytest.fixture
def locked(enter, clerk_a):
    """骅东填报员 after five wrong passwords at the office's address."""
    return [enter("clerk_a", "wrong-password") for _ in range(5)]


def said(answer):
    return answer.context["form"].non_field_errors()


def test_fifth_failure_locks_and_says_for_how_long(locked):
    assert [answer.status_code for answer in locked] == [200, 200, 200, 200, 429]
    assert said(locked[4]) == [
        "连续输错 5 次，这个账号在这台电脑的地址上已锁定，请 15 分钟后再试；急用请找安全管理员重置密码。"
    ]


def test_right_password_does_not_open_while_locked(locked, enter):
    assert enter("clerk_a", PASSWORD).status_code == 429


def test_colleague_behind_the_same_address_gets_in(locked, enter, clerk_b):
    assert enter("clerk_b", PASSWORD).status_code == 302


def test_same_account_at_another_address_gets_in(locked, enter):
    assert enter("clerk_a", PASSWORD, HOME).status_code == 302


def test_lock_ends_after_a_quarter_of_an_hour_even_if_tried_meanwhile(locked, enter):
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=10))
    assert "请 5 分钟后再试" in said(enter("clerk_a", PASSWORD))[0]
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=5, seconds=1))
    assert enter("clerk_a", PASSWORD).status_code == 302


def test_new_one_time_password_unlocks(locked, enter, clerk_a, admin):
    assert enter("clerk_a", issue_password(user=clerk_a, by=admin)).status_code == 302


def test_success_starts_the_count_anew(enter, clerk_a, client):
    for _ in range(4):
        enter("clerk_a", "wrong-password")
    enter("clerk_a", PASSWORD)
    client.post(reverse("accounts:sign_out"))
    assert enter("clerk_a", "wrong-password").status_code == 200


def test_unknown_name_is_locked_alike(enter, db):
    assert [enter("nobody", "wrong-password").status_code for _ in range(5)] == [
        200,
        200,
        200,
        200,
        429,
    ]


def test_every_failure_is_in_the_trail_without_what_was_typed(locked, enter):
    enter("my-own-password", "wrong-password")
    lines = AuditEntry.objects.order_by("pk")
    assert list(lines.values_list("verb", "what", "name", "address")) == [
        *[("登录失败", "骅东填报员", "未登录", OFFICE)] * 4,
        ("登录被锁定", "骅东填报员", "未登录", OFFICE),
        ("登录失败", "未知用户名", "未登录", OFFICE),
    ]
    kept = [str(each) for row in AccessAttempt.objects.values_list() for each in row]
    assert not [each for each in kept if "wrong-password" in each]


def test_address_said_by_a_stranger_is_not_believed(client, clerk_a, settings):
    form = {"username": "clerk_a", "password": "wrong-password"}
    client.post(SIGN_IN, form, REMOTE_ADDR=OFFICE, HTTP_X_FORWARDED_FOR="1.2.3.4")
    settings.BEHIND_PROXY = True
    client.post(SIGN_IN, form, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 1.2.3.4")
    assert list(AuditEntry.objects.order_by("pk").values_list("address", flat=True)) == [
        OFFICE,
        "1.2.3.4",
    ]
