"""The history of a filing, a record, a cell and an upload, as a clerk reads it."""

import pytest
from django.urls import reverse

from accounts.audit import audit_entry, write_entries
from surveys.worklist import history

SAVES = [
    {"基本情况": [None, "总户数 100"]},
    {"工作人员·王芳": [None, "性别 女，职务 主任"]},
    {"基本情况·总户数": ["100", "120"], "基本情况·总人口": [None, "300"]},
    {"工作人员·王芳·职务": ["主任", "书记"]},
    {"工作人员·王芳芳·职务": ["干事", "主任"]},
]


@pytest.fixture
def told(filing_a, clerk_a):
    """Five saves of the filing of street A's community."""
    about = {"path": filing_a.path, "target": f"filing:{filing_a.pk}", "what": filing_a.name}
    write_entries(
        *(audit_entry(by=clerk_a, verb="填报", changes=changes, **about) for changes in SAVES)
    )


@pytest.fixture
def page(as_user, district_reviewer, filing_a):
    client = as_user(district_reviewer)
    return lambda **query: client.get(reverse("surveys:history", args=[filing_a.pk]), query)


def changes(answer):
    return [cell for line in answer.context["lines"] for cell in line.cells]


def test_history_tells_every_change_newest_first(page, told):
    assert [cell[0] for cell in changes(page())] == [
        "工作人员·王芳芳·职务",
        "工作人员·王芳·职务",
        "基本情况·总人口",
        "基本情况·总户数",
        "工作人员·王芳",
        "基本情况",
    ]


def test_history_of_a_cell_tells_how_its_record_came_and_nothing_of_others(page, told):
    assert changes(page(cell="工作人员·王芳·职务")) == [
        ("工作人员·王芳·职务", "主任", "书记"),
        ("工作人员·王芳", None, "性别 女，职务 主任"),
    ]


def test_history_of_a_record_tells_all_its_cells(page, told):
    assert [cell[0] for cell in changes(page(cell="工作人员·王芳"))] == [
        "工作人员·王芳·职务",
        "工作人员·王芳",
    ]


def test_history_goes_on_page_by_page(page, told, monkeypatch):
    monkeypatch.setattr(history, "PER_PAGE", 2)
    first = page(cell="工作人员")
    second = page(cell="工作人员", before=first.context["more"])
    assert ([len(each.context["lines"]) for each in (first, second)], second.context["more"]) == (
        [2, 1],
        None,
    )


def test_history_of_a_cell_nobody_changed_says_so(page, told):
    assert "本期没有人改过这一格。" in page(cell="设备·电话").content.decode()


def test_history_outside_the_area_is_not_found(as_user, clerk_b, filing_a):
    assert as_user(clerk_b).get(reverse("surveys:history", args=[filing_a.pk])).status_code == 404


@pytest.mark.parametrize("more", [1, 3])
def test_history_costs_the_same_however_long(page, told, filing_a, more, django_assert_num_queries):
    target = f"filing:{filing_a.pk}"
    write_entries(
        *(
            audit_entry(by=None, verb="填报", what="", target=target, changes={"a": [1, 2]})
            for _ in range(more)
        )
    )
    page()
    with django_assert_num_queries(6):
        page()
