"""The administrators' page about keys: opened by one, enabled by another, revoked by either."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from api.models import Token
from api.tokens.actions import enable_token, open_token, revoke_token

PAGE = reverse("tokens:list")


def form(**given):
    return {
        "name": "市数据平台",
        "unit": "黄骅市",
        "expires_on": timezone.localdate() + timedelta(days=90),
    } | given


def act(name, token):
    return reverse(f"tokens:{name}", args=[token.pk])


@pytest.fixture
def token(county, system_admin):
    return open_token(
        by=system_admin, name="市数据平台", unit=county, expires_on=timezone.localdate()
    )[0]


def test_text_is_shown_once(as_user, system_admin, units):
    client = as_user(system_admin)
    text = re.search(r"shequ_\d+_[\w-]{43}", client.post(PAGE, form()).content.decode())[0]
    assert Token.objects.get().state == Token.State.WAITING
    assert text not in client.get(PAGE).content.decode()


def test_opening_enabling_and_revoking_is_in_the_trail(
    as_user, system_admin, security_admin, county
):
    as_user(system_admin).post(PAGE, form())
    token = Token.objects.get()
    as_user(security_admin).post(act("enable", token))
    as_user(system_admin).post(act("revoke", token))
    lines = AuditEntry.objects.filter(target=f"token:{token.pk}").order_by("pk")
    assert [(line.verb, line.by, line.what, line.path) for line in lines] == [
        ("开设令牌", system_admin, "市数据平台", county.path),
        ("启用令牌", security_admin, "市数据平台", county.path),
        ("吊销令牌", system_admin, "市数据平台", county.path),
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "请写明给哪个系统用。"),
        ({"unit": "沧州市"}, "您管理的范围里没有单位“沧州市”"),
        ({"expires_on": "2020-01-01"}, "有效期从今天起，至多一年"),
        ({"expires_on": "2999-01-01"}, "有效期从今天起，至多一年"),
        ({"expires_on": "明年"}, "日期写成 2027-06-30。"),
    ],
)
def test_what_is_wrong_is_said(given, sentence, as_user, system_admin, units):
    assert sentence in as_user(system_admin).post(PAGE, form(**given)).content.decode()
    assert not Token.objects.exists()


def test_revoked_key_is_never_enabled_again(token, system_admin, security_admin):
    assert [
        revoke_token(by=system_admin, token=token),
        enable_token(by=security_admin, token=token),
    ] == [
        True,
        False,
    ]
    assert revoke_token(by=system_admin, token=token) is False
    token.refresh_from_db()
    assert token.state == Token.State.REVOKED


def test_step_without_its_person_is_refused(token):
    token.enabled_at = timezone.now()
    with pytest.raises(ValidationError, match="启用时间和启用人应同时填写。"):
        token.validate_constraints()


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_however_many_keys(
    count, as_user, system_admin, county, django_assert_num_queries
):
    for _ in range(count):
        open_token(by=system_admin, name="平台", unit=county, expires_on=timezone.localdate())
    client = as_user(system_admin)
    with django_assert_num_queries(7):
        assert client.get(PAGE).content.decode().count("待启用") == count
