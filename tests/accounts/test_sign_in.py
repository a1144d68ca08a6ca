"""The door: what it says, where it leads, and that it tells nobody which names exist."""

from django.urls import reverse

from tests.factories import PASSWORD

SIGN_IN = reverse("accounts:sign_in")


def enter(client, username, password, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def errors(response):
    return list(response.context["form"].errors.values())


def test_page_says_what_to_do_without_a_password(client, db):
    page = client.get(SIGN_IN).content.decode()
    assert "<title>登录 · 社区年报</title>" in page
    assert "忘记密码，或还没有账号：请找本单位的安全管理员重置，或请系统管理员开通。" in page


def test_right_password_leads_to_the_page_asked_for(client, clerk_a):
    answer = enter(client, "clerk_a", PASSWORD, next="/standards/")
    assert (answer.status_code, answer.url) == (302, "/standards/")


def test_wrong_password_and_unknown_name_read_the_same(client, clerk_a):
    sentence = [["用户名或密码不对，请核对后再试（区分大小写）。忘记密码请找安全管理员重置。"]]
    assert errors(enter(client, "clerk_a", "wrong")) == sentence
    assert errors(enter(client, "nobody", "wrong")) == sentence


def test_disabled_person_reads_the_same_sentence(client, clerk_a):
    clerk_a.is_active = False
    clerk_a.save()
    assert "用户名或密码不对" in errors(enter(client, "clerk_a", PASSWORD))[0][0]


def test_blank_fields_are_named(client, db):
    assert errors(enter(client, "", "")) == [["请填用户名。"], ["请填密码。"]]


def test_sign_out_is_a_post_and_leads_back_to_the_door(as_user, clerk_a):
    client = as_user(clerk_a)
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert client.post(reverse("accounts:sign_out")).url == SIGN_IN


def test_signed_in_person_needs_no_second_sign_in(as_user, clerk_a):
    assert as_user(clerk_a).get(SIGN_IN).status_code == 302
