"""What stops a filing from being handed in, and how a question is answered."""

from django.urls import reverse

from accounts.models import AuditEntry
from surveys.actions.handing_in import hand_in
from surveys.models import Remark
from surveys.worklist.obstacles import find_obstacles
from tests.factories import (
    FULL_PROFILE,
    ProfileFactory,
    RemarkFactory,
    stand,
)


def test_stops_name_row_field_and_the_way_there(filing_a, clerk_a):
    ProfileFactory(filing=filing_a, **FULL_PROFILE | {"men": 600, "households": None})
    RemarkFactory(
        filing=filing_a,
        section="premises",
        key="办公用房",
        field="area",
        value="不足20平米",
        text="多大？",
    )
    section = reverse("surveys:section", args=[filing_a.pk, "profile"])
    question = Remark.objects.get()
    found = [
        (stop.place, stop.sentence, stop.href)
        for stop in hand_in(filing=filing_a, version=0, by=clerk_a)
    ]
    assert found == [
        ("基本情况 · 总户数", "必须填写；确实说不清的，写“不详”。", f"{section}#one-households"),
        (
            "基本情况 · 女",
            "男、女之和应等于总人口（男 600，女 800，总人口 1,500）。请改正，或说明原因。",
            f"{section}#one-women",
        ),
        (
            "办公用房 · 办公用房 · 建筑面积",
            "待答复：多大？",
            reverse("surveys:answer", args=[filing_a.pk]) + f"#q-{question.pk}",
        ),
    ]
    filing_a.refresh_from_db()
    assert (filing_a.status, filing_a.version) == ("draft", 0)


def test_reason_settles_what_a_check_asks_and_unknown_what_is_required(filing_a):
    ProfileFactory(filing=filing_a, **FULL_PROFILE | {"men": 600, "households": None})
    reason = {"filing": filing_a, "kind": "reason", "section": "profile"}
    RemarkFactory(**reason, field="women", value="800", text="户籍口径")
    RemarkFactory(**reason, field="households", value="", text="不详")
    assert find_obstacles(filing_a) == []


def test_nothing_filled_in_is_stopped(filing_a):
    assert [stop.sentence for stop in find_obstacles(filing_a)] == ["整个分项还没有填。"]


def test_stops_cost_the_same_at_any_number_of_rows(full, clerk_a, django_assert_num_queries):
    for number in range(3):
        RemarkFactory(filing=full, section="profile", field="men", text=f"第{number}问")
    with django_assert_num_queries(2):
        assert len(find_obstacles(full)) == 3


def test_answer_closes_the_question_and_explains_the_value(as_user, filing_a, clerk_a):
    ProfileFactory(filing=filing_a, **FULL_PROFILE | {"men": 600})
    question = RemarkFactory(
        filing=filing_a, section="profile", field="women", value="800", text="男女之和不等于总人口"
    )
    client, address = as_user(clerk_a), reverse("surveys:answer", args=[filing_a.pk])
    assert "男女之和不等于总人口" in client.get(address).content.decode()
    client.post(address, {f"a.{question.pk}": " 已核实，有 100 人性别未登记 "})
    question.refresh_from_db()
    answer = Remark.objects.get(kind="answer")
    assert question.closed_at
    assert (answer.text, answer.value, answer.field, answer.by) == (
        "已核实，有 100 人性别未登记",
        "800",
        "women",
        clerk_a,
    )
    assert find_obstacles(filing_a) == []
    assert AuditEntry.objects.first().changes == {
        "基本情况 · 女·答复": [None, "已核实，有 100 人性别未登记"]
    }


def test_answers_of_another_filing_are_not_touched(as_user, filing_a, filing_b, clerk_a):
    theirs = RemarkFactory(filing=filing_b, section="profile", field="women")
    as_user(clerk_a).post(reverse("surveys:answer", args=[filing_a.pk]), {f"a.{theirs.pk}": "改掉"})
    theirs.refresh_from_db()
    assert (theirs.closed_at, Remark.objects.count()) == (None, 1)


def test_locked_filing_takes_no_answer(as_user, full, clerk_a):
    question = RemarkFactory(filing=full, section="profile", field="women")
    stand(full, "submitted")
    answer = as_user(clerk_a).post(
        reverse("surveys:answer", args=[full.pk]), {f"a.{question.pk}": "写了很久"}
    )
    assert answer.status_code == 409
    assert "写了很久" in answer.content.decode()
