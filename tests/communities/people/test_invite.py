"""A table of people: pasted or uploaded, checked, confirmed; all accounts or none."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.models import AuditEntry, User
from communities.people.resources import MAX_PEOPLE

TABLE = "用户名\t姓名\t单位\r\nwang\t王芳\t骅东街道\r\nzhao\t赵强\t130983002000\r\n"


@pytest.fixture
def invite(page, system_admin, units):
    return lambda **data: page(system_admin, "invite", data=data)


def opened():
    found = User.objects.filter(username__in=["wang", "zhao"]).order_by("username")
    return list(found.values_list("username", "workplace__unit__name"))


def test_pasted_table_is_shown_first_and_opened_when_confirmed(invite):
    shown = invite(table=TABLE)
    assert (opened(), shown.context["count"], shown.context["problems"]) == ([], 2, [])
    invite(table=shown.context["text"], confirm="1")
    assert opened() == [("wang", "骅东街道"), ("zhao", "骅中街道")]
    assert list(AuditEntry.objects.values_list("verb", "what", "source")) == [
        ("开通账号", "赵强", "page"),
        ("开通账号", "王芳", "page"),
    ]


def test_opened_accounts_have_no_password(invite):
    invite(table=TABLE, confirm="1")
    assert [
        user.has_usable_password() for user in User.objects.filter(username__in=["wang", "zhao"])
    ] == [False, False]


@pytest.mark.parametrize(
    "table",
    [
        "wang\t王芳\t骅东街道\nzhao\t赵强\t骅中街道",
        "姓名,单位,账号\n王芳,骅东街道,wang\n赵强,骅中街道,zhao",
        "序号\t单位名称\t姓名\t登录名\n1\t骅东街道\t王芳\twang\n\n2\t骅中街道\t赵强\tzhao\n",
    ],
)
def test_other_orders_and_headers_are_understood(table, invite):
    invite(table=table, confirm="1")
    assert opened() == [("wang", "骅东街道"), ("zhao", "骅中街道")]


@pytest.mark.parametrize("name", ["育才社区", "育才社区居民委员会"])
def test_community_is_found_by_the_name_people_say(name, invite):
    invite(table=f"wang\t王芳\t{name}", confirm="1")
    assert opened() == [("wang", "育才社区居民委员会")]


def test_columns_that_are_left_out_are_named(invite):
    shown = invite(table="姓名\t用户名\t单位\t角色\t\n王芳\twang\t骅东街道\t填报\t\n")
    assert "没有用到的列：角色。" in shown.content.decode()


def test_every_wrong_row_is_named_and_nothing_is_opened(invite):
    rows = [
        "wang\t王芳\t骅东街道",
        "system_admin\t某人\t骅东街道",
        "a b\t\t沧州市",
        "wang\t王芳\t骅东街道",
    ]
    answer = invite(table="\n".join(["用户名\t姓名\t单位", *rows]), confirm="1")
    assert answer.context["problems"] == [
        (3, "用户名“system_admin”已有人用，请换一个。"),
        (4, "您管理的范围里没有单位“沧州市”；请核对名称，或写 12 位区划代码。"),
        (4, "没有写姓名。"),
        (4, "用户名只能用字母、汉字、数字和 @ . + - _，不能有空格。"),
        (5, "用户名“wang”与第 2 行重复。"),
    ]
    assert (opened(), AuditEntry.objects.count()) == ([], 0)


def test_workbook_is_read(invite):
    book = Workbook()
    for row in (
        ["用户名", "姓名", "单位"],
        ["wang", "王芳", "骅东街道"],
        ["zhao", "赵强", 130983002000],
    ):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    shown = invite(file=SimpleUploadedFile("名单.xlsx", file.getvalue()))
    invite(table=shown.context["text"], confirm="1")
    assert opened() == [("wang", "骅东街道"), ("zhao", "骅中街道")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"table": ""}, "表里没有内容。请粘贴或上传三列：用户名、姓名、单位。"),
        (
            {"table": "用户名\t姓名\nwang\t王芳"},
            "第 1 行应有且只有一列叫“单位”。三列是：用户名、姓名、单位。",
        ),
        ({"table": "a\tb\tc\n" * (MAX_PEOPLE + 1)}, "一次最多开通 1,000 人；请分几次。"),
        (
            {"file": SimpleUploadedFile("a.pdf", b"x")},
            "只读 .xlsx 和 .csv 文件，“a.pdf”不是；请另存为其中一种。",
        ),
    ],
)
def test_unreadable_table_is_refused_with_a_sentence(data, sentence, invite):
    assert invite(**data).context["error"] == sentence


def test_broken_workbook_is_refused(invite):
    answer = invite(file=SimpleUploadedFile("名单.xlsx", b"PK\x03\x04broken"))
    assert "不是 .xlsx 工作簿" in answer.context["error"]


def test_names_that_look_like_markup_are_shown_as_text(invite):
    assert "&lt;b&gt;" in invite(table="wang\t<b>\t骅东街道").content.decode()
