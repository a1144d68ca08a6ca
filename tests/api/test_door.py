"""Who gets in with which key, what is refused, and what the trail keeps of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from api.models import Token
from api.tokens.actions import open_token, revoke_token
from tests.elsewhere import API

QUESTIONS = [
    "units",
    "rounds",
    "openapi.json",
    "rounds/1/measures",
    "rounds/1/values",
    "filings/1/compliance",
]


def said(answer):
    return answer.status_code, answer.json()["detail"]


def trail():
    return list(
        AuditEntry.objects.filter(verb__startswith="接口")
        .values_list("name", "verb", "what")
        .order_by("pk")
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_key_no_answer_whoever_is_signed_in(
    question, client, as_user, district_reviewer, round_2022
):
    for answer in (
        client.get(f"/api/v1/{question}"),
        as_user(district_reviewer).get(f"/api/v1/{question}"),
    ):
        assert said(answer) == (401, "请在请求头中写 Authorization: Bearer 和令牌。")
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "shequ_1_",
        "shequ_0_" + "a" * 43,
        "shequ_9_" + "a" * 43,
        "shequ_" + "9" * 30 + "_" + "a" * 43,
        "\x7f",
    ],
)
def test_wrong_key_is_refused(text, ask, round_2022):
    assert said(ask(text, "units")) == (401, "令牌不对。请核对，或向系统管理员另要一个。")
    assert trail() == [("未知令牌", "接口拒绝", "令牌不对")]


def test_key_opens_nothing_before_it_is_enabled(ask, county, system_admin):
    _, text = open_token(by=system_admin, name="平台", unit=county, expires_on=timezone.localdate())
    assert said(ask(text, "units")) == (401, "令牌还没有启用，请安全管理员启用。")


def test_revoked_key_is_refused_at_the_next_question(ask, token_text, security_admin):
    token, text = token_text
    assert ask(text, "units").status_code == 200
    revoke_token(by=security_admin, token=token)
    assert said(ask(text, "units")) == (401, "令牌已吊销，请向系统管理员另要一个。")
    assert trail()[-1] == ("令牌：市数据平台", "接口拒绝", "市数据平台：已吊销")


@pytest.mark.parametrize(("days", "status"), [(0, 200), (-1, 401)])
def test_key_is_good_through_its_last_day(days, status, ask, token_text):
    Token.objects.update(expires_on=timezone.localdate() + timedelta(days=days))
    assert ask(token_text[1], "units").status_code == status


def test_every_question_is_in_the_trail_and_counted(ask, token_text, county, units):
    ask(token_text[1], "units", {"per_page": 2})
    ask(token_text[1], "rounds/999999/values")
    assert trail() == [
        ("令牌：市数据平台", "接口读取", "/api/v1/units?per_page=2（2 条）"),
        ("令牌：市数据平台", "接口读取", "/api/v1/rounds/999999/values（404）"),
    ]
    token = Token.objects.get()
    assert (token.uses, bool(token.used_at), AuditEntry.objects.last().path) == (
        2,
        True,
        county.path,
    )


def test_five_wrong_secrets_lock_one_key_at_one_address(ask, token_text):
    token, text = token_text
    guess = f"shequ_{token.pk}_{'a' * 43}"
    answers = [ask(guess, "units", REMOTE_ADDR="10.1.2.3").status_code for _ in range(6)]
    assert answers == [401, 401, 401, 401, 401, 429]
    assert ask(text, "units", REMOTE_ADDR="10.1.2.3").status_code == 429
    assert ask(text, "units", REMOTE_ADDR="10.1.2.4").status_code == 200
    assert len(trail()) == 8


def test_strangers_guesses_lock_no_key_that_is_known(ask, token_text):
    assert [ask("x", "units").status_code for _ in range(6)] == [401] * 5 + [429]
    assert ask(token_text[1], "units").status_code == 200


def test_key_opens_nothing_but_the_interface(client, token_text, round_2022):
    headers = {"Authorization": f"Bearer {token_text[1]}"}
    assert client.get("/", headers=headers).status_code == 302
    assert client.get("/people/", headers=headers).status_code == 302


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(method, client, token_text):
    headers = {"Authorization": f"Bearer {token_text[1]}"}
    assert client.generic(method, "/api/v1/units", headers=headers).status_code == 405


def test_secret_is_kept_nowhere(token_text):
    secret = token_text[1].split("_", 2)[2]  # it may have such signs of its own
    assert secret not in str([*Token.objects.values(), *AuditEntry.objects.values()])


def test_tables_of_access_name_every_question(get, round_2022):
    described = {path.rstrip("/").rpartition("/")[2] for path in get("openapi.json")["paths"]}
    assert {f"api:{name}" for name in described} | {"api:api-root", "api:openapi-json"} == API
