"""Administrators at work: who is found, opened, closed, given a role or a password, and what the trail keeps."""

import re

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, User
from communities.models import Assignment
from tests.factories import AssignmentFactory


def trail():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "what", "name", "role"))


def names(answer):
    return [person.username for person in answer.context["page"]]


def test_list_shows_the_area_only(
    page, system_admin, security_admin, works, units, street_a, street_b, city
):
    works("wang", street_a, "clerk")
    works("li", city, "viewer")
    below = works("below", street_b, "system_admin")
    assert names(page(system_admin, "list")) == ["security_admin", "system_admin", "wang", "below"]
    assert names(page(below, "list")) == ["below"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "WANG"}, ["wang"]),
        ({"q": "骅中"}, ["zhao"]),
        ({"state": "off"}, ["zhao"]),
        ({"state": "roleless"}, ["zhao"]),
        ({"q": "nobody"}, []),
        ({"state": "wrong", "q": "zhao"}, ["zhao"]),
    ],
)
def test_search(query, found, page, system_admin, works, street_a, street_b):
    works("wang", street_a, "clerk")
    zhao = works("zhao", street_b)
    User.objects.filter(pk=zhao.pk).update(is_active=False)
    assert names(page(system_admin, "list", **query)) == found


@pytest.mark.parametrize("more", [1, 3])
def test_list_costs_the_same_for_more_people(
    more, as_user, security_admin, works, street_a, django_assert_num_queries
):
    for n in range(more):
        works(f"person-{n}", street_a, "clerk")
    client = as_user(security_admin)
    with django_assert_num_queries(9):
        client.get(reverse("people:list"))


def test_list_comes_in_pages(page, system_admin, works, street_a):
    for n in range(60):
        works(f"person-{n:02}", street_a)
    second = page(system_admin, "list", page=2)
    assert names(second) == [f"person-{n:02}" for n in range(49, 60)]
    assert "第 51–61 行，共 61 行" in second.content.decode()


def test_new_account_has_neither_password_nor_role(page, system_admin, street_a):
    page(system_admin, "add", data={"username": "wang", "name": "王芳", "unit": "骅东街道"})
    user = User.objects.get(username="wang")
    assert (user.workplace.unit, user.has_usable_password(), user.paths()) == (street_a, False, [])
    assert trail() == [("开通账号", "王芳", "黄骅系统管理员", "系统管理")]
    assert AuditEntry.objects.get().path == street_a.path


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("username", "SYSTEM_ADMIN", "用户名“SYSTEM_ADMIN”已有人用，请换一个。"),
        ("username", "wang fang", "用户名只能用字母、汉字、数字和 @ . + - _，不能有空格。"),
        ("username", "", "请填用户名。"),
        ("unit", "沧州市", "您管理的范围里没有单位“沧州市”；请核对名称，或写 12 位区划代码。"),
        (
            "unit",
            "130983999",
            "您管理的范围里没有单位“130983999”；请核对名称，或写 12 位区划代码。",
        ),
        ("unit", "", "请填单位名称或区划代码。"),
    ],
)
def test_new_account_is_refused_with_a_sentence(
    field, value, sentence, page, system_admin, street_a
):
    data = {"username": "wang", "name": "王芳", "unit": "130983001"} | {field: value}
    assert page(system_admin, "add", data=data).context["form"].errors == {field: [sentence]}
    assert not User.objects.filter(username="wang").exists()


def test_correction_moves_a_person_to_another_office(page, system_admin, works, street_a, street_b):
    wang = works("wang", street_a, name="王方")
    page(system_admin, "person", wang.pk, data={"name": "王芳", "unit": "骅中街道"})
    wang = User.objects.get(pk=wang.pk)
    assert (wang.name, wang.workplace.unit) == ("王芳", street_b)
    assert AuditEntry.objects.get().changes == {
        "姓名": ["王方", "王芳"],
        "单位": ["骅东街道", "骅中街道"],
    }


def test_disabled_and_enabled_are_in_the_trail(page, system_admin, works, street_a):
    two = [works(name, street_a) for name in ("wang", "li")]
    for on in ("0", "1"):
        page(system_admin, "active", data={"person": [each.pk for each in two], "active": on})
    assert [verb for verb, *_ in trail()] == ["停用账号"] * 2 + ["启用账号"] * 2


def test_issued_password_is_shown_once_and_lets_in(page, security_admin, works, street_a, client):
    wang = works("wang", street_a, "clerk", name="王芳")
    answer = page(security_admin, "reset", data={"person": wang.pk})
    password = re.search(r'class="secret">([^<]+)<', answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"]
    assert client.login(username="wang", password=password)
    assert trail() == [("发一次性密码", "王芳", "黄骅安全管理员", "安全管理")]
    assert password not in str(AuditEntry.objects.values())


def test_role_is_granted_at_each_ones_own_office(page, security_admin, works, street_a, street_b):
    two = [works("wang", street_a), works("zhao", street_b)]
    page(security_admin, "grant", data={"person": [each.pk for each in two], "role": "clerk"})
    held = set(Assignment.objects.filter(role="clerk").values_list("user__username", "unit__name"))
    assert held == {("wang", "骅东街道"), ("zhao", "骅中街道")}
    assert AuditEntry.objects.first().changes == {"角色": ["", "骅中街道 填报"]}


def test_refused_role_grants_nobody_anything(page, security_admin, works, street_a):
    two = [works("wang", street_a), works("zhao", street_a, "auditor")]
    page(security_admin, "grant", data={"person": [each.pk for each in two], "role": "clerk"})
    assert (Assignment.objects.filter(role="clerk").count(), trail()) == (0, [])


@pytest.mark.parametrize(("unit", "count"), [("黄骅市", 0), ("骅东街道", 1), ("沧州市", 0)])
def test_administrator_is_made_below_ones_own_rank_only(
    unit, count, page, security_admin, works, street_a
):
    wang = works("wang", street_a)
    page(security_admin, "grant", data={"person": wang.pk, "role": "auditor", "unit": unit})
    assert wang.assignments.count() == count


def test_withdrawn_role_is_in_the_trail_and_ends_the_session(
    page, as_user, security_admin, works, street_a
):
    wang = works("wang", street_a, "clerk", name="王芳")
    client = as_user(wang)
    page(security_admin, "withdraw", wang.assignments.get().pk, data={})
    assert client.get(reverse("reports:standards")).status_code == 302
    assert AuditEntry.objects.get().changes == {"角色": ["骅东街道 填报", ""]}


def test_person_page_offers_what_the_role_may_do(
    page, system_admin, security_admin, works, street_a
):
    wang = works("wang", street_a, "clerk")
    texts = {
        role: page(role, "person", wang.pk).content.decode()
        for role in (system_admin, security_admin)
    }
    assert ["停用账号" in text for text in texts.values()] == [True, False]
    assert ["发一次性密码" in text for text in texts.values()] == [False, True]


def test_administrators_land_on_their_own_page(as_user, system_admin, security_admin, auditor):
    landed = [as_user(user).get("/").url for user in (system_admin, security_admin, auditor)]
    assert landed == [reverse("people:list"), reverse("people:list"), reverse("people:trail")]


def test_own_rank_and_rights_outside_are_shown_but_not_touched(
    page, system_admin, security_admin, works, street_a, city
):
    wider = works("wider", street_a)
    AssignmentFactory(user=wider, unit=city, role="viewer")
    for other in (system_admin, security_admin, wider):
        assert page(security_admin, "person", other.pk).context["editable"] is False
        assert page(security_admin, "reset", data={"person": other.pk}).status_code == 403
        assert (
            page(system_admin, "active", data={"person": other.pk, "active": "0"}).status_code
            == 403
        )
    assert trail() == []


def test_people_outside_are_not_found(page, system_admin, security_admin, works, city, street_a):
    other = works("other", city, "viewer")
    inside = works("inside", street_a)
    assert page(system_admin, "person", other.pk).status_code == 404
    assert page(security_admin, "reset", data={"person": [inside.pk, other.pk]}).status_code == 404
    assert page(system_admin, "active", data={"person": other.pk, "active": "0"}).status_code == 404
    assert page(security_admin, "withdraw", other.assignments.get().pk, data={}).status_code == 404
    assert trail() == []


def test_nobody_ticked_is_said(page, system_admin, security_admin):
    assert page(security_admin, "reset", data={}).status_code == 302
    assert page(system_admin, "active", data={"active": "0"}).status_code == 302
    assert trail() == []
