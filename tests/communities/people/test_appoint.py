"""The first administrators, appointed at the server's console."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, User


def appoint(username="sys", **options):
    out = StringIO()
    call_command(
        "appoint_admin",
        username,
        stdout=out,
        **{"name": "王芳", "role": "system_admin", "unit": "130983"} | options,
    )
    return out.getvalue()


def test_appointed_administrator_signs_in_and_looks_after_the_unit(county, client):
    password = appoint().partition("一次性密码：")[2].split()[0]
    assert client.login(username="sys", password=password)
    user = User.objects.get(username="sys")
    assert (user.admin_role, user.admin_area, user.must_change_password) == (
        "system_admin",
        [county.path],
        True,
    )
    assert list(AuditEntry.objects.values_list("verb", "name")) == [
        ("发一次性密码", "系统"),
        ("授予角色", "系统"),
    ]


def test_appointed_again_gets_a_new_password_only(county):
    assert appoint() != appoint(name="")
    assert User.objects.get(username="sys").assignments.count() == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"unit": "999"}, "没有代码为 999 的单位"),
        ({"name": ""}, "要用 --name 写姓名"),
        ({"username": "a b"}, "用户名只能用"),
        ({"username": "clerk_a"}, "另开一个账号"),
        ({"username": "auditor"}, "互相排斥"),
    ],
)
def test_refused_with_a_sentence(options, sentence, county, clerk_a, auditor):
    with pytest.raises(CommandError, match=sentence):
        appoint(**options)
    assert AuditEntry.objects.count() == 0
