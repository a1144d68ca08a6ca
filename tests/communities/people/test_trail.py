"""What 审计 reads: everything inside the area, nothing of other areas, and no door to change it."""

import pytest
from django.urls import reverse

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry


@pytest.fixture
def line(clerk_a):
    """`line("保存", street_a.path)`: one line of the trail."""
    return lambda verb, path="", by=None: write_entries(
        audit_entry(by=by, verb=verb, what="育才社区", path=path)
    )


def verbs(answer):
    return [each.verb for each in answer.context["lines"]]


def test_area_only_and_what_nobody_known_did(page, auditor, line, works, street_a, city):
    stranger = works("stranger", city)
    for verb, path, by in (
        ("保存", street_a.path, None),
        ("他处", city.path, None),
        ("失败", "", None),
    ):
        line(verb, path, by)
    line("无处", "", stranger)
    line("自己", "", auditor)
    assert verbs(page(auditor, "trail")) == ["自己", "失败", "保存"]


def test_search_by_word_and_day(page, auditor, line, street_a):
    line("保存", street_a.path)
    line("上传", street_a.path)
    assert verbs(page(auditor, "trail", q="上传")) == ["上传"]
    assert verbs(page(auditor, "trail", since="2099-01-01")) == []
    assert verbs(page(auditor, "trail", until="2099-02-31")) == ["上传", "保存"]


def test_long_trail_comes_in_pages(page, auditor, line, street_a):
    for n in range(60):
        line(f"第{n}", street_a.path)
    first = page(auditor, "trail")
    second = page(auditor, "trail", before=first.context["more"])
    assert verbs(first) + verbs(second) == [f"第{n}" for n in range(59, -1, -1)]
    assert second.context["more"] is None


@pytest.mark.parametrize("more", [1, 3])
def test_trail_costs_the_same_however_long(
    more, as_user, auditor, line, street_a, django_assert_num_queries
):
    for _ in range(more):
        line("保存", street_a.path)
    client = as_user(auditor)
    with django_assert_num_queries(6):
        client.get(reverse("people:trail"))


def test_old_and_new_value_are_shown(page, auditor, street_a):
    changes = {"面积": ["82", "300"], "备注": ["a", None]}
    write_entries(
        audit_entry(
            by=None, verb="修改", what="x", path=street_a.path, target="unit:7", changes=changes
        )
    )
    text = page(auditor, "trail").content.decode()
    assert "面积：82 → 300" in text
    assert "备注：a → （空）" in text


def test_reading_leaves_the_trail_as_it_was(page, auditor):
    page(auditor, "trail")
    assert AuditEntry.objects.count() == 0


def test_what_communities_reported_is_not_shown(page, auditor, street_a):
    changes = {"工作人员·黄雀": [None, "姓名 黄雀"]}
    write_entries(
        audit_entry(
            by=None,
            verb="保存",
            what="育才社区 2022",
            path=street_a.path,
            target="filing:7",
            changes=changes,
        )
    )
    text = page(auditor, "trail").content.decode()
    assert ("育才社区 2022" in text, "1 项填报内容" in text, "黄雀" in text) == (True, True, False)
