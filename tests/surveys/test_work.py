"""The clerk's start page: what is to be done, in every state a round can be in."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.actions import open_round
from surveys.entry.progress import progress_of_sections
from surveys.models import Filing, Remark
from surveys.worklist.items import count_answers, work_items
from surveys.worklist.rounds import rounds_to_fill
from tests.factories import (
    FULL_PROFILE,
    AssignmentFactory,
    GridFactory,
    PremisesFactory,
    ProfileFactory,
    RemarkFactory,
    UserFactory,
    WorkerFactory,
    stand,
)

QUERIES = 12


@pytest.fixture
def shown(as_user, clerk_a):
    """`shown()`: the page's text, as the street's clerk reads it."""

    def read(query="", user=clerk_a):
        answer = as_user(user).get(reverse("surveys:work") + query)
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))

    return read


@pytest.fixture
def open_now(round_2022):
    """The round, due in twelve days."""
    return move(round_2022, opens=-10, due=12)


def move(round, *, opens, due):
    now = timezone.now()
    round.opens_at, round.due_at = now + timedelta(days=opens), now + timedelta(days=due)
    round.save()
    return round


def mine(round, street):
    return round.filings.filter(path__startswith=street.path)


def test_home_leads_a_clerk_to_the_list(as_user, clerk_a, round_2022):
    assert as_user(clerk_a).get(reverse("reports:home")).url == reverse("surveys:work")


def test_open_round_says_how_many_days_are_left(shown, open_now):
    page = shown()
    assert "还有 3 份没有报送" in page
    assert "截止，还有 12 天" in page


def test_overdue_round_says_since_when_and_may_still_be_handed_in(shown, round_2022):
    move(round_2022, opens=-40, due=-3)
    page = shown()
    assert "已过截止时间，还有 3 份没有报送" in page
    assert "已过期 3 天" in page
    assert "开始填报" in page


def test_no_round_yet(shown, clerk_a):
    assert "还没有填报期" in shown()


def test_units_that_came_after_the_opening_are_missing_from_the_round(shown, round_2022, city):
    clerk = AssignmentFactory(unit=round_2022.unit, role="viewer").user
    AssignmentFactory(
        user=clerk, unit=city.parent.children.create(name="新区", level=2, kind="city")
    )
    assert "没有分给您的填报表" in shown(user=clerk)


def test_round_that_has_not_begun(shown, round_2022):
    move(round_2022, opens=5, due=40)
    assert "还没有开始" in shown()


def test_everything_handed_in(shown, open_now, street_a):
    for filing in mine(open_now, street_a):
        stand(filing, "submitted")
    page = shown()
    assert "全部报送，等待审核" in page
    assert "报送勾选的" not in page


def test_closed_round(shown, open_now, street_a):
    for filing in mine(open_now, street_a):
        stand(filing, "approved")
    assert "本期已全部审定，不用再做什么。下一期开设后会显示在这里。" in shown()


def test_between_rounds_names_the_next(shown, open_now, street_a, county):
    for filing in mine(open_now, street_a):
        stand(filing, "approved")
    due = timezone.now() + timedelta(days=90)
    open_round(unit=county, period="2023", due_at=due, opens_at=timezone.now() + timedelta(days=30))
    assert "下一期“黄骅市2023年度社区调查”" in shown()


def test_older_round_with_something_left_is_not_forgotten(shown, round_2022, county):
    move(round_2022, opens=-400, due=-300)
    newer = open_round(unit=county, period="2023", due_at=timezone.now() + timedelta(days=9))
    page = shown()
    assert f"{newer.title}" in page
    assert "“黄骅市2022年度社区调查”还有 3 份没有报送" in page
    assert "已过期 300 天" in shown(f"?round={round_2022.pk}")


def test_round_of_others_is_not_found(as_user, clerk_a, open_now, street_b):
    other = open_round(unit=street_b, period="2021", due_at=timezone.now())
    assert as_user(clerk_a).get(reverse("surveys:work") + f"?round={other.pk}").status_code == 404


def test_returned_comes_first_with_its_reason(shown, as_user, clerk_a, open_now, filing_a):
    stand(filing_a, "returned", return_reason="总户数少了一位数")
    page = shown()
    assert "其中 1 份被退回，请先改" in page
    assert "育才社区 被退回：总户数少了一位数" in page
    rows = as_user(clerk_a).get(reverse("surveys:work")).context["page"].object_list
    assert [(row.filing.name, row.next[0]) for row in rows][0] == ("育才社区", "修改退回项")


def test_next_step_of_each(open_now, filing_a, clerk_a, street_a):
    def step():
        row = work_items([Filing.objects.get(pk=filing_a.pk)], open_now, clerk_a)[0]
        return (row.next[0], row.ready)

    assert step() == ("开始填报", False)
    ProfileFactory(filing=filing_a, **FULL_PROFILE)
    assert step() == ("继续填报", True)
    RemarkFactory(filing=filing_a, section="profile", field="men")
    assert step() == ("核实 1 处", False)
    stand(filing_a, "submitted")
    assert step() == ("查看", False)


def test_progress_counted_in_sql_is_the_progress_of_the_entry_page(open_now, filing_a, clerk_a):
    ProfileFactory(filing=filing_a, **FULL_PROFILE)
    GridFactory(filing=filing_a, name="一网格", worker="王芳", households=0)
    PremisesFactory(filing=filing_a, area="82.5")
    WorkerFactory(filing=filing_a, name="李强", post="书记")
    RemarkFactory(
        filing=filing_a, kind="reason", section="profile", field="area", value="", text="不详"
    )
    remarks = Remark.objects.filter(filing=filing_a)
    row = work_items([filing_a], open_now, clerk_a)[0]
    assert row.sections == progress_of_sections(filing_a, remarks)


def test_counts_of_no_filing(open_now):
    assert count_answers(open_now, []) == {}


def test_rounds_count_only_ones_own(open_now, clerk_b, street_b):
    stand(open_now.filings.get(unit=street_b), "submitted")
    found = [(each.total, each.open, each.submitted) for each in rounds_to_fill(clerk_b)]
    assert found == [(2, 1, 1)]


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_at_any_number_of_communities(
    rows, as_user, open_now, community_a, street_a, django_assert_num_queries
):
    clerk = AssignmentFactory(unit=community_a if rows == 1 else street_a).user
    for filing in mine(open_now, street_a):
        ProfileFactory(filing=filing, **FULL_PROFILE)
        RemarkFactory(filing=filing, section="profile", field="men")
    client = as_user(clerk)
    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("surveys:work"))
    assert len(page.context["page"].object_list) == rows


def test_several_at_once_each_for_itself(as_user, clerk_a, open_now, filing_a, street_a):
    others = mine(open_now, street_a).filter(level=5).exclude(pk=filing_a.pk)
    ProfileFactory(filing=filing_a, **FULL_PROFILE)
    picks = [f"{filing.pk}:{filing.version}" for filing in (filing_a, others.get())]
    page = (
        as_user(clerk_a)
        .post(reverse("surveys:hand_in_several"), {"pick": picks}, follow=True)
        .content.decode()
    )
    assert "已报送 1 份：育才社区。" in page
    assert "东昊社区没有报送：还有 1 处要先处理" in page
    assert [
        *mine(open_now, street_a).order_by("level", "code").values_list("status", flat=True)
    ] == [
        "draft",
        "submitted",
        "draft",
    ]


@pytest.mark.parametrize("pick", [["7"], ["a:b"], ["1:-1"], []])
def test_nothing_ticked_says_so(pick, as_user, clerk_a, open_now):
    page = as_user(clerk_a).post(reverse("surveys:hand_in_several"), {"pick": pick}, follow=True)
    assert "没有勾选社区" in page.content.decode()


def test_ticks_of_another_street_are_not_found(as_user, clerk_a, open_now, filing_b):
    answer = as_user(clerk_a).post(
        reverse("surveys:hand_in_several"), {"pick": [f"{filing_b.pk}:0"]}
    )
    filing_b.refresh_from_db()
    assert (answer.status_code, filing_b.status) == (404, "draft")


def test_communitys_own_clerk_sees_that_the_street_has_it(
    shown, open_now, filing_a, street_a, community_a
):
    clerk = AssignmentFactory(user=UserFactory(), unit=community_a).user
    stand(filing_a, "draft", with_unit=street_a)
    page = shown(user=clerk)
    assert "已交街道" in page
    assert "撤回…" in page
