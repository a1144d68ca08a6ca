"""The queue: what lies where, what wants attention first, and several approved at once as they were seen."""

import pytest
from django.db.models import F
from django.urls import reverse

from accounts.models import AuditEntry
from surveys.models import Filing
from tests.factories import RemarkFactory, moment, stand
from tests.review.conftest import names, status

LATE = moment(2023, 1, 5, 9)
EXPLAINED = {"section": "profile", "kind": "reason", "value": "9"}


@pytest.fixture
def three(sent, community_a, neighbour_a, community_b):
    """育才 in time and as last year, 东昊 half as large again, 平安 late."""
    return [sent(community_a), sent(neighbour_a, households=1500), sent(community_b, at=LATE)]


def counts(answer):
    return {name: count for name, _, _, count, _ in answer.context["counts"]}


def test_queue_counts_each_state(queue, three, round):
    stand(three[0], "approved")
    stand(three[1], "returned", with_unit=None)
    assert counts(queue()) == {"waiting": 1, "passed": 0, "returned": 1, "open": 2, "approved": 1}
    assert [names(queue(state=state)) for state in ("returned", "approved")] == [
        ["东昊社区"],
        ["育才社区"],
    ]


def test_late_and_changed_come_before_quiet_ones(queue, three):
    RemarkFactory.create_batch(3, filing=three[2], **EXPLAINED)
    assert names(queue()) == ["平安社区", "东昊社区", "育才社区"]
    assert [line.flags for line in queue().context["lines"]] == [[("逾期报送", "ask")], [], []]
    assert [line.biggest for line in queue().context["lines"]] == ["", "总户数 多 50%", ""]
    assert [line.filing.attention for line in queue().context["lines"]] == [2, 1, 0]


@pytest.mark.parametrize(
    ("by", "order"),
    [
        ("waiting", ["育才社区", "东昊社区", "平安社区"]),
        ("change", ["东昊社区", "育才社区", "平安社区"]),
        ("warnings", ["平安社区", "育才社区", "东昊社区"]),
        ("unit", ["育才社区", "东昊社区", "平安社区"]),
        ("nonsense", ["平安社区", "东昊社区", "育才社区"]),
    ],
)
def test_queue_in_another_order(by, order, queue, three):
    RemarkFactory(filing=three[2], **EXPLAINED)
    assert names(queue(by=by)) == order


@pytest.mark.parametrize(
    ("flag", "found"),
    [
        ("late", ["平安社区"]),
        ("change", ["东昊社区"]),
        ("warnings", ["平安社区"]),
        ("asked", ["育才社区"]),
        ("again", []),
    ],
)
def test_queue_narrowed_by_a_flag(flag, found, queue, three):
    RemarkFactory(filing=three[2], **EXPLAINED)
    RemarkFactory(filing=three[0])
    assert names(queue(flag=flag)) == found


def test_queue_of_one_street_and_by_name(queue, three, round, street_a):
    assert names(queue(unit=round.filings.get(unit=street_a).pk)) == ["东昊社区", "育才社区"]
    assert names(queue(name="平安")) == ["平安社区"]
    assert "没有符合条件" in queue(name="没有").content.decode()


def test_small_numbers_make_no_big_change(queue, sent, community_a):
    sent(community_a).profile_set.update(households=F("households") + 4)
    assert [line.biggest for line in queue().context["lines"]] == [""]


@pytest.mark.parametrize("state", ["waiting", "passed", "returned", "approved"])
def test_empty_state_says_what_to_do(state, queue):
    assert 'class="empty"' in queue(state=state).content.decode()


def test_queue_takes_as_many_queries_for_one_as_for_three(
    queue, sent, three, community_a, django_assert_num_queries, round
):
    for number in (3, 1):
        with django_assert_num_queries(9):
            assert len(names(queue())) == number
        round.filings.filter(pk__in=[each.pk for each in three[1:]]).update(
            status="draft", with_unit=None
        )


@pytest.fixture
def approve(desk, root):
    """`approve(filings, reason)`: those are ticked; what the page says then."""

    def post(picked, reason="与上期一致"):
        form = {"pick": [f"{each.pk}:{each.version}" for each in picked], "reason": reason}
        return desk.post(
            reverse("review:approve_several", args=[root.pk]), form, follow=True
        ).content.decode()

    return post


def test_several_are_approved_with_a_reason_that_is_kept(approve, three):
    assert "已通过 2 份：育才社区、东昊社区。" in approve(three[:2])
    assert [status(each) for each in three] == ["approved", "approved", "submitted"]
    kept = AuditEntry.objects.filter(verb="审定").values_list("changes", flat=True)
    assert {changes["理由"][1] for changes in kept} == {"与上期一致"}


def test_one_that_moved_on_is_left_and_said(approve, three, by):
    Filing.objects.filter(pk=three[0].pk).update(version=4, saved_by=by, saved_at=LATE)
    said = approve(three)
    assert "育才社区在您打开页面以后由另一人改过，没有审核通过" in said
    assert [status(each) for each in three] == ["submitted", "approved", "approved"]


@pytest.mark.parametrize(
    ("picked", "reason", "sentence"),
    [(1, " ", "没有写理由，一份也没有通过"), (0, "一致", "没有勾选单位")],
)
def test_nothing_is_approved_without_reason_or_choice(picked, reason, sentence, approve, three):
    assert sentence in approve(three[:picked], reason)
    assert {status(each) for each in three} == {"submitted"}


def test_own_hand_and_open_questions_cannot_be_ticked(queue, approve, three, district_reviewer):
    Filing.objects.filter(pk=three[0].pk).update(submitted_by=district_reviewer)
    RemarkFactory(filing=three[1])
    lines = {line.filing.name: (line.can_pick, line.hand) for line in queue().context["lines"]}
    assert lines == {
        "育才社区": (False, "是您报送的"),
        "东昊社区": (False, ""),
        "平安社区": (True, ""),
    }
    assert "不能由本人审核" in approve(three[:1])


def test_another_areas_filing_is_not_found(desk, root, three, street_a):
    form = {"pick": [f"{three[2].pk}:3"], "reason": "一致"}
    street = root.round.filings.get(unit=street_a)
    answer = desk.post(reverse("review:approve_several", args=[street.pk]), form)
    assert (answer.status_code, status(three[2])) == (404, "submitted")
