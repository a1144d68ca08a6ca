"""The gap list as a page and as a file."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from reports.engine.saving import follow_save
from reports.engine.tallies import refresh_roll_ups
from reports.gaps import views
from surveys.models import Filing
from tests.factories import FilingFactory, ProfileFactory, UnitFactory

QUERIES = 10


@pytest.fixture
def page(as_user, viewer, world):
    client = as_user(viewer)
    return lambda **query: client.get(reverse("gaps:gaps", args=[world.pk]), query)


def shown(answer):
    return [gap.name for gap in answer.context["page"].object_list]


def sheet(answer):
    return [
        [cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.rows
    ]


def test_page_lists_every_gap_and_says_what_is_left_out(page):
    answer = page()
    assert shown(answer) == [
        "育才社区",
        "平安社区",
        "育才社区",
        "育才社区",
        "东昊社区",
        "东昊社区",
        "东昊社区",
    ]
    text = " ".join(answer.content.decode().split())
    assert "未达标 5 项，补齐已定价的需 65.6 万元；2 项未定价，未计入；2 项缺数，未计入" in text


def test_page_narrows_to_a_standard_a_street_and_a_verdict(page, round_2022, street_a):
    assert shown(page(show="office", state="unmet")) == ["平安社区", "育才社区"]
    street = round_2022.filings.get(unit=street_a)
    assert shown(page(show="office", street=street.pk)) == ["育才社区", "东昊社区"]
    assert shown(page(show="office", state="unknown")) == ["东昊社区"]


@pytest.mark.parametrize(
    "query", [{"show": "nothing"}, {"street": "999999"}, {"by": "…"}, {"page": "99"}]
)
def test_value_that_means_nothing_is_left_out(query, page):
    assert len(shown(page(**query))) == 7


def test_count_of_lines_is_the_number_of_lines(page):
    for query in (
        {},
        {"show": "office"},
        {"state": "unmet"},
        {"state": "unknown"},
        {"scope": "approved"},
    ):
        answer = page(**query)
        assert answer.context["page"].paginator.count == len(answer.context["found"].lines.rows())


def test_page_costs_the_same_whatever_its_length(page, world, filing_a, django_assert_num_queries):
    page()
    for number in range(2):
        with django_assert_num_queries(QUERIES):
            page()
        unit = UnitFactory(parent=filing_a.unit.parent, code=f"13098300103{number}")
        ProfileFactory(filing=FilingFactory(round=world.round, unit=unit), households=10)
        follow_save(world.round, Filing.objects.values("pk"))
        refresh_roll_ups(world)


def test_workbook_of_the_list_keeps_numbers_and_says_what_is_unknown(page):
    rows = sheet(page(format="xlsx", show="office"))
    assert rows[4:7] == [
        ["平安社区", "骅中街道", 1, "用房", 300, 200, 100, "m²", 2000, 200000, 200000, 4000],
        ["育才社区", "骅东街道", 2, "用房", 300, 82, 218, "m²", 2000, 436000, 636000, 3000],
        ["东昊社区", "骅东街道", 3, "用房", 300, "缺数", "缺数", "m²", None, "缺数", None, 2000],
    ]


def test_list_too_long_for_a_file_says_how_to_narrow_it(page, monkeypatch):
    monkeypatch.setattr(views, "MOST_IN_FILE", 6)
    words = "清单有 7 行，一次最多下载 6 行。请先选一项标准或一个单位，再下载。"
    assert words in page(format="xlsx").content.decode()
    assert page(format="xlsx", show="office").content[:2] == b"PK"


def test_workbook_of_the_sums_has_every_street_and_the_whole(page):
    rows = sheet(page(format="xlsx", what="sums", show="office"))
    assert [row[:7] for row in rows[4:7]] == [
        ["骅东街道", "用房", 0, 1, 1, 218, "m²"],
        ["骅中街道", "用房", 0, 1, 0, 100, "m²"],
        ["黄骅市合计", "用房", 0, 2, 1, 318, "m²"],
    ]
    assert AuditEntry.objects.filter(verb="下载表格").count() == 1


def test_unpriced_gap_is_said_and_not_nothing(page):
    rows = sheet(page(format="xlsx", show="size"))
    assert [row[8:11] for row in rows[4:6]] == [["未定价", "未定价", None]] * 2


def test_community_alone_shows_its_own_gaps(as_user, viewer, world, filing_a):
    answer = as_user(viewer).get(reverse("gaps:gaps", args=[filing_a.pk]))
    assert [gap.standard.code for gap in answer.context["page"].object_list] == [
        "money",
        "office",
        "size",
    ]


def test_round_without_standards_leads_to_the_rule_book(as_user, viewer, root):
    assert "看标准库" in as_user(viewer).get(reverse("gaps:gaps", args=[root.pk])).content.decode()


def test_city_that_runs_a_community_itself_has_it_in_its_sums(page, world, filing_b):
    Filing.objects.filter(pk=filing_b.pk).update(parent=world)
    follow_save(world.round, Filing.objects.values("pk"))
    found = page(show="office").context["found"].units
    assert [(name, s.gap) for name, s in found] == [("骅东街道", 218), ("直管社区", 100)]


@pytest.fixture
def plan(as_user, viewer, world):
    client = as_user(viewer)
    return lambda **query: client.get(reverse("gaps:plan", args=[world.pk]), query)


WISH = {"standard": ["office"], "share": 60, "years": 2, "first": "cost"}


def test_plan_page_says_what_it_comes_to(plan):
    text = plan(**WISH).content.decode()
    assert "受约束的 3 个社区中，现有 0 个达标；目标 60%，即 2 个。" in text
    assert "2 年后达标 2 个（66.7%），共需 63.6 万元。" in text
    assert "1 个社区缺数，不知道是否达标，不能排入方案。" in text


def test_plan_page_says_what_the_budget_cannot_pay(plan):
    answer = plan(**WISH, budget="25")
    assert (answer.context["plan"].budget, answer.context["plan"].short) == (250_000, 1)
    assert "1 个社区的费用放不进任何一年的预算，没有列入。" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"standard": []}, "请至少勾选一项标准。"),
        ({"share": "一半"}, "请填 1 到 100 的整数。"),
        ({"share": "101"}, "目标最多是 100%。"),
        ({"years": "0"}, "至少 1 年。"),
        ({"budget": "很多"}, "请填数字，如 50 或 12.5；没有上限就空着。"),
        ({"budget": "-1"}, "预算不能小于 0。"),
        ({"first": "…"}, "没有这种次序，请重新选。"),
    ],
)
def test_wish_that_cannot_be_is_explained_and_kept(wrong, sentence, plan):
    answer = plan(**WISH | wrong)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert 'name="share"' in answer.content.decode()


def test_plan_page_asks_before_it_answers(plan):
    answer = plan()
    assert (answer.status_code, "plan" in answer.context) == (200, False)


def test_workbook_of_the_plan_has_every_year_with_its_sum(plan):
    rows = sheet(plan(**WISH, format="xlsx"))
    assert [row[:7] for row in rows[4:9]] == [
        ["平安社区", "骅中街道", 1, 1, 1, 200000, 200000],
        ["第 1 年小计", None, None, 1, None, 200000, 200000],
        ["育才社区", "骅东街道", 2, 2, 1, 436000, 436000],
        ["第 2 年小计", None, None, 1, None, 436000, 436000],
        ["合计", None, None, 2, None, 636000, None],
    ]


def test_plan_page_costs_the_same_whatever_its_length(
    plan, world, filing_a, django_assert_num_queries
):
    plan()
    for number in range(2):
        with django_assert_num_queries(9):
            plan(**WISH | {"share": 100})
        unit = UnitFactory(parent=filing_a.unit.parent, code=f"13098300103{number}")
        ProfileFactory(filing=FilingFactory(round=world.round, unit=unit), households=10)
        follow_save(world.round, Filing.objects.values("pk"))
