"""What a password must be, by either policy, and by whatever door it is changed."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.actions import change_password, issue_password
from accounts.models import AuditEntry, PasswordRecord, User
from accounts.passwords import one_time_password
from tests.factories import PASSWORD

PAGE = reverse("accounts:password")


def problems(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.parametrize(
    ("policy", "password", "said"),
    [
        ("dengbao", "Kx7-mq2-vn", []),
        ("dengbao", "Kx7-mq2-v", ["密码太短，至少要 10 个字符。"]),
        (
            "dengbao",
            "staple battery",
            ["密码只有 2 类字符；大写字母、小写字母、数字、符号中至少要有 3 类。"],
        ),
        ("dengbao", "Shequ@123456", ["密码不能只是“shequ”加数字或符号，容易被猜到；请换一个。"]),
        (
            "dengbao",
            "HuangHua#2022",
            ["密码不能只是“huanghua”加数字或符号，容易被猜到；请换一个。"],
        ),
        ("modern", "staple battery", []),
        ("modern", "correct horse 电池订书钉", []),
        ("modern", "staple", ["密码太短，至少要 12 个字符。"]),
        ("modern", "1q2w3e4r5t6y", ["这个密码太常见，容易被猜到；请换一个。"]),
    ],
)
def test_policy_says_what_is_wrong(policy, password, said, settings):
    settings.PASSWORD_POLICY, settings.PASSWORD_WORDS = policy, ["huanghua"]
    assert problems(password) == said


def test_unknown_policy_stops_the_start(settings):
    from config.checks import password_policy_is_known

    settings.PASSWORD_POLICY = "lax"
    assert [message.id for message in password_policy_is_known(None)] == ["config.E011"]


def test_last_five_are_not_taken_again(clerk_a):
    passwords = [PASSWORD, *(f"Staple-{n}-battery" for n in range(5))]
    for password in passwords[1:]:
        change_password(by=clerk_a, password=password)
    user = User.objects.get(pk=clerk_a.pk)
    used = ["这个密码最近用过（最近 5 个不能再用）；请换一个。"]
    assert [problems(each, user) for each in passwords] == [[], *[used] * 5]


def test_old_hashes_are_kept_for_five_only(clerk_a):
    for n in range(8):
        change_password(by=clerk_a, password=f"Staple-{n}-battery")
    assert PasswordRecord.objects.filter(user=clerk_a).count() == 5


def test_modern_policy_refuses_the_present_one_only(clerk_a, settings):
    settings.PASSWORD_POLICY = "modern"
    change_password(by=clerk_a, password="staple battery one")
    assert problems("staple battery one", clerk_a) == ["新密码与现在的相同；请换一个。"]
    assert problems(PASSWORD, clerk_a) == []


def test_one_time_password_suits_the_policy_and_is_never_the_same():
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert [problems(each) for each in made] == [[]] * 50
    assert all(re.fullmatch(r"[a-z]{3}\d-[A-Z][a-z]{2}\d-[a-z]{3}\d", each) for each in made)


def test_one_time_password_must_be_changed_before_anything(client, clerk_a, admin):
    password = issue_password(user=clerk_a, by=admin)
    client.post(reverse("accounts:sign_in"), {"username": "clerk_a", "password": password})
    assert client.get("/standards/").url == f"{PAGE}?required=1"
    assert "请先换成自己的密码" in client.get(PAGE).content.decode()
    client.post(PAGE, {"old": password, "new": "Staple-1-battery", "again": "Staple-1-battery"})
    assert client.get("/standards/").status_code == 200


def test_one_time_password_expires(client, clerk_a, admin):
    password = issue_password(user=clerk_a, by=admin)
    User.objects.filter(pk=clerk_a.pk).update(
        password_changed_at=timezone.now() - timedelta(days=8)
    )
    page = client.post(
        reverse("accounts:sign_in"), {"username": "clerk_a", "password": password}
    ).content.decode()
    assert "一次性密码 7 天内有效，已过期" in page


@pytest.mark.parametrize(("policy", "asked"), [("dengbao", True), ("modern", False)])
def test_password_of_91_days(policy, asked, client, clerk_a, settings):
    settings.PASSWORD_POLICY = policy
    User.objects.filter(pk=clerk_a.pk).update(
        password_changed_at=timezone.now() - timedelta(days=91)
    )
    client.post(reverse("accounts:sign_in"), {"username": "clerk_a", "password": PASSWORD})
    assert (client.get("/standards/").status_code == 302) is asked


def test_page_says_which_field_is_wrong(as_user, clerk_a):
    page = as_user(clerk_a).post(PAGE, {"old": "no", "new": "abc", "again": "abd"})
    errors = page.context["form"].errors
    assert errors["old"] == ["现在的密码不对；刚收到一次性密码的，请填那个密码。"]
    assert errors["new"][0] == "密码太短，至少要 10 个字符。"


def test_two_different_new_passwords_are_refused(as_user, clerk_a):
    page = as_user(clerk_a).post(
        PAGE, {"old": PASSWORD, "new": "Staple-1-battery", "again": "Staple-2-battery"}
    )
    assert page.context["form"].errors == {"again": ["两次输入的新密码不一样，请重新输入。"]}


def test_changed_password_ends_the_other_sessions_and_is_in_the_trail(as_user, clerk_a, client):
    other = type(client)()
    other.force_login(clerk_a)
    as_user(clerk_a).post(
        PAGE, {"old": PASSWORD, "new": "Staple-1-battery", "again": "Staple-1-battery"}
    )
    assert (client.get("/standards/").status_code, other.get("/standards/").status_code) == (
        200,
        302,
    )
    line = AuditEntry.objects.get()
    assert (line.verb, line.what, line.role, line.address, line.changes) == (
        "修改密码",
        "骅东填报员",
        "填报",
        "127.0.0.1",
        {},
    )


def test_back_room_change_remembers_the_old_one_too(as_user, admin, clerk_a):
    data = {
        "password1": "Staple-1-battery",
        "password2": "Staple-1-battery",
        "usable_password": "true",
    }
    as_user(admin).post(
        f"/admin/accounts/user/{clerk_a.pk}/password/", data | {"set-password": "1"}
    )
    assert problems(PASSWORD, User.objects.get(pk=clerk_a.pk)) != []
