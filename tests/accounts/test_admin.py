"""People and the trail in the back room."""

import pytest

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry, User

PASSWORD = "horse-battery-2022"


@pytest.fixture
def back_room(as_user, admin):
    return as_user(admin)


def test_new_person_can_sign_in(back_room, client):
    data = {
        "username": "li",
        "name": "李梅",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "usable_password": "true",
    }
    back_room.post("/admin/accounts/user/add/", data)
    assert client.login(username="li", password=PASSWORD)
    assert AuditEntry.objects.get().what == "李梅"


def test_person_made_inactive_is_in_the_trail(back_room, clerk_a):
    back_room.post(
        f"/admin/accounts/user/{clerk_a.pk}/change/", {"username": "clerk_a", "name": "骅东填报员"}
    )
    clerk_a.refresh_from_db()
    assert not clerk_a.is_active
    assert AuditEntry.objects.get().changes == {"有效": ["是", "否"]}


def test_password_change_is_in_the_trail_without_the_password(back_room, client, clerk_a):
    data = {
        "password1": PASSWORD,
        "password2": PASSWORD,
        "usable_password": "true",
        "set-password": "1",
    }
    back_room.post(f"/admin/accounts/user/{clerk_a.pk}/password/", data)
    assert client.login(username="clerk_a", password=PASSWORD)
    assert list(AuditEntry.objects.values_list("verb", "what", "changes")) == [
        ("修改密码", "骅东填报员", {})
    ]


def test_weak_password_is_refused_in_chinese(back_room):
    data = {
        "username": "li",
        "name": "李梅",
        "password1": "12345",
        "password2": "12345",
        "usable_password": "true",
    }
    response = back_room.post("/admin/accounts/user/add/", data)
    messages = [text for texts in response.context["errors"] for text in texts]
    assert messages == [
        "密码太短，至少要 10 个字符。",
        "密码只有 1 类字符；大写字母、小写字母、数字、符号中至少要有 3 类。",
        "这个密码太常见，容易被猜到；请换一个。",
    ]
    assert User.objects.filter(username="li").count() == 0


def test_people_and_trail_cannot_be_deleted_or_edited(back_room, clerk_a):
    write_entries(audit_entry(by=clerk_a, verb="保存", what="育才社区 2022"))
    line = AuditEntry.objects.get()
    assert back_room.get(f"/admin/accounts/auditentry/{line.pk}/change/").status_code == 200
    refused = [
        f"/admin/accounts/auditentry/{line.pk}/delete/",
        f"/admin/accounts/user/{clerk_a.pk}/delete/",
        "/admin/accounts/auditentry/add/",
        f"/admin/accounts/auditentry/{line.pk}/change/",
    ]
    assert [back_room.post(url, {"what": "x", "post": "yes"}).status_code for url in refused] == [
        403
    ] * 4
    assert AuditEntry.objects.get().what == "育才社区 2022"


def test_no_bulk_delete_anywhere(back_room, clerk_a):
    assert "delete_selected" not in back_room.get("/admin/communities/unit/").content.decode()


def test_people_pages_open(back_room, clerk_a):
    for url in ("", "add/", f"{clerk_a.pk}/change/", f"{clerk_a.pk}/password/", "?q=骅东"):
        assert back_room.get(f"/admin/accounts/user/{url}").status_code == 200
