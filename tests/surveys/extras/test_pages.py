"""The bureau's own items of a round: asked, changed, put in order, withdrawn, and asked once more the year after."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from surveys.actions.extras import ask_again, askable_again, move, withdraw
from surveys.actions.rounds import close
from surveys.extras import round_section, round_sections
from surveys.models import Extra, ExtraRecord, Filing, Message, Round, Status
from surveys.models.extra import MOST
from surveys.rounds.burden import round_burden
from surveys.worklist.obstacles import find_obstacles
from tests.factories import stand
from tests.roles import ROLES, SEES, signed_in

FORM = {
    "label": "电梯数",
    "kind": "count",
    "unit": "部",
    "highest": "500",
    "section": "profile",
    "hint": "含加装的",
}


def address(round, name="extras", *more):
    return reverse(f"surveys:{name}", args=[round.pk, *more])


def test_item_is_asked_as_the_form_says(bureau, round_2022, clerk_a):
    assert bureau.post(address(round_2022, "ask_extra"), FORM).status_code == 302
    extra = Extra.objects.get()
    assert (extra.label, extra.code, extra.slot, extra.bounds) == (
        "电梯数",
        f"q_{extra.pk}",
        1,
        (0, 500),
    )
    assert round_sections(Round.objects.get(pk=round_2022.pk))[-1].label == "本期补充"
    assert AuditEntry.objects.get(verb="新增补充项").changes == {
        "电梯数": [None, "整数，0 到 500 部"]
    }
    assert [m.text for m in Message.objects.filter(to=clerk_a)] == [
        "“黄骅市2022年度社区调查”有了补充项，请在“本期补充”中填写。"
    ]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"label": ""}, "label", "请填名称，如：电梯数。"),
        ({"label": "所属街道"}, "label", "“所属街道”在工作表中另有所指，请换一个名称。"),
        ({"label": "车位 数"}, "label", "本期已有补充项“车位数”，请换一个名称。"),
        (
            {"kind": "choice", "words": "有"},
            "words",
            "选择要有 2 到 8 个选项，用顿号隔开，如：有、无、在建。",
        ),
        ({"highest": "1.5"}, "highest", "整数的最小、最大值也写整数。"),
        ({"lowest": "9", "highest": "3"}, "__all__", "最大值不能小于最小值。"),
    ],
)
def test_item_that_cannot_be_asked_says_why(changes, field, sentence, bureau, round_2022, asked):
    asked("车位数")
    answered = bureau.post(address(round_2022, "ask_extra"), FORM | changes)
    assert (answered.status_code, answered.context["form"].errors[field]) == (422, [sentence])


def test_a_page_of_items_and_no_more(bureau, round_2022, asked):
    for number in range(MOST):
        asked(f"第{number}项")
    answered = bureau.post(address(round_2022, "ask_extra"), FORM)
    assert answered.status_code == 409
    assert answered.context["wrong"] == ["补充项最多 20 项（一页）。请先撤下不再需要的。"]


def test_item_is_changed_while_nobody_answered_and_gets_a_slot_of_its_own(
    bureau, round_2022, asked
):
    extra = asked("电梯")
    bureau.post(address(round_2022, "extra", extra.pk), FORM | {"kind": "amount"})
    changed = Extra.objects.get(pk=extra.pk)
    assert (changed.label, changed.code, changed.column) == ("电梯数", extra.code, "amount_2")


def test_meaning_is_settled_once_somebody_answered(bureau, round_2022, asked, answer):
    extra = asked("电梯数", unit="部")
    answer({extra: "12"})
    page = address(round_2022, "extra", extra.pk)
    assert "已经有人填了" in bureau.get(page).content.decode()
    bureau.post(page, FORM | {"label": "车位数", "required": "on"})
    kept = Extra.objects.get(pk=extra.pk)
    assert (kept.label, kept.slot, kept.required, kept.hint) == ("电梯数", 1, True, "含加装的")


def test_items_stand_by_subject_and_move_within_it(asked, round_2022, district_reviewer):
    first, second, other = (
        asked("甲", section="profile"),
        asked("乙", section="profile"),
        asked("丙"),
    )
    move(extra=second, step=-1, by=district_reviewer)
    move(extra=second, step=1, by=district_reviewer)
    move(extra=first, step=1, by=district_reviewer)
    move(extra=other, step=-1, by=district_reviewer)
    section = round_section(Round.objects.get(pk=round_2022.pk), "extras")
    assert [section.label_of(column.name) for column in section.own_columns] == [
        "乙",
        "甲",
        "丙",
        "备注",
    ]
    assert [column.group for column in section.own_columns] == ["基本情况", "", "本期补充", ""]


def test_withdrawn_item_is_gone_or_keeps_what_was_answered(asked, answer, round_2022, bureau):
    unanswered, answered = asked("甲"), asked("乙")
    answer({answered: "3"})
    for extra in (unanswered, answered):
        bureau.post(address(round_2022, "withdraw_extra", extra.pk))
    assert [(each.label, bool(each.retired_at)) for each in Extra.objects.all()] == [("乙", True)]
    assert ExtraRecord.objects.get().count_2 == 3
    page = bureau.get(address(round_2022))
    assert [each.label for each in page.context["withdrawn"]] == ["乙"]


def test_round_without_items_has_no_such_section(asked, round_2022, district_reviewer):
    withdraw(extra=asked("甲"), by=district_reviewer)
    round = Round.objects.get(pk=round_2022.pk)
    assert [each.name for each in round_sections(round) if each.name == "extras"] == []


def test_closed_round_keeps_its_items_and_takes_no_more(
    bureau, asked, answer, round_2022, round_2023
):
    extra = asked("电梯数")
    answer({extra: "12"})
    close(round=round_2022)
    assert (
        bureau.post(address(round_2022, "ask_extra"), FORM | {"label": "车位数"}).status_code == 409
    )
    assert bureau.post(address(round_2022, "withdraw_extra", extra.pk)).status_code == 409
    page = bureau.get(address(round_2022))
    assert ([each.said for each in page.context["items"]], page.context["form"]) == ([1], None)
    assert "extras" not in [section.name for section in round_sections(round_2023)]


def test_item_of_last_round_is_asked_again_with_its_answers(
    bureau, asked, answer, round_2022, round_2023, filing_a, district_reviewer
):
    kept, other = asked("电梯数"), asked("车位数")
    answer({kept: "12", other: "80"})
    assert [each.label for each in askable_again(round_2023)] == ["电梯数", "车位数"]
    bureau.post(address(round_2023, "ask_extras_again"), {"pick": [kept.pk]})
    again = round_2023.extras.get()
    assert (again.code, again.column) == (kept.code, kept.column)
    carried = ExtraRecord.objects.get(filing__round=round_2023)
    assert (carried.filing.unit, carried.count_1, carried.count_2) == (filing_a.unit, 12, None)
    round = Round.objects.get(pk=round_2023.pk)
    assert [column.fresh for column in round_section(round, "extras").columns] == [False, True]


def test_a_slot_that_held_something_else_is_not_compared_with(
    asked, answer, round_2023, clerk_a, filing_a
):
    answer({asked("电梯数"): "12"})
    new = asked("车位数", round=round_2023)
    Extra.objects.filter(pk=new.pk).update(slot=1)
    later = round_2023.filings.get(unit=filing_a.unit)
    page = signed_in(clerk_a).get(reverse("surveys:section", args=[later.pk, "extras"]))
    assert [field.last for field in page.context["page"].lines[0].fields] == ["", ""]


def test_nothing_picked_is_refused(round_2023, district_reviewer):
    with pytest.raises(ValidationError, match="请先勾选要沿用的补充项。"):
        ask_again(round=round_2023, extras=[], by=district_reviewer)


def test_burden_counts_fields_what_is_carried_and_what_is_asked_twice(
    asked, round_2022, round_2023
):
    asked("便民网点数", round=round_2023)
    asked("电梯数", round=round_2023)
    before, found = round_burden(round_2022), round_burden(Round.objects.get(pk=round_2023.pk))
    assert (found.fields - before.fields, found.own, found.carried) == (2, 2, before.fields)
    assert (found.units, found.known, before.known) == (3, 3, 0)
    assert round(found.share, 3) == round(before.fields / found.fields, 3)
    assert [(each.extra.label, each.label, each.where) for each in found.twice] == [
        ("便民网点数", "便民网点", "基本情况")
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_the_same_queries(number, bureau, round_2022, asked):
    for at in range(number):
        asked(f"第{at}项")
    bureau.get(address(round_2022))
    with CaptureQueriesContext(connection) as queries:
        bureau.get(address(round_2022))
    assert len(queries) == 10


@pytest.mark.parametrize("role", ROLES)
def test_items_are_seen_inside_and_kept_by_reviewers(role, cast, round_2022, asked):
    extra, client = asked("电梯数"), signed_in(cast[role])
    assert client.get(address(round_2022)).status_code == (200 if SEES[role] else 404)
    one = [
        address(round_2022, name, extra.pk) for name in ("extra", "move_extra", "withdraw_extra")
    ]
    sent = [client.post(each).status_code for each in (address(round_2022, "ask_extra"), *one)]
    assert sent == ([422, 422, 302, 302] if role.endswith("reviewer") else [403] * 4)


def test_form_checks_bounds_choices_and_what_must_be_filled_in(asked, answer, filing_a):
    lifts = asked("电梯数", unit="部", highest=500, required=True)
    ways = asked("投放方式", kind="choice", words=["定时定点", "随时投放"])
    said = answer({lifts: "501", ways: "有时"})
    assert [*said["errors"].values()] == [
        "超出合理范围。电梯数应在 0 到 500 部之间。",
        "不在“投放方式”的选项里：有时。填：定时定点、随时投放。",
    ]
    filing_a = Filing.objects.select_related("round").get(pk=filing_a.pk)
    missing = [
        each.sentence for each in find_obstacles(filing_a) if each.place.startswith("本期补充")
    ]
    assert missing == ["整个分项还没有填。"]


def test_page_says_how_many_cannot_answer_any_more(bureau, round_2022, filing_a):
    stand(filing_a, Status.SUBMITTED)
    assert (
        "已有 1 个社区报送，新加的项要退回后才能补填。"
        in bureau.get(address(round_2022)).content.decode()
    )


def test_item_of_another_round_is_not_found(bureau, asked, round_2022, round_2023):
    other = asked("电梯数", round=round_2023)
    sent = [
        bureau.post(address(round_2022, name, other.pk))
        for name in ("extra", "move_extra", "withdraw_extra")
    ]
    assert [each.status_code for each in sent] == [404] * 3
