"""What a formula means and would change is said before it is saved, and nothing is written by asking."""

import pytest
from django.urls import reverse

from reports.engine.compliance import Verdict
from reports.models import Standard
from reports.rulebook.effect import effect_of_standard
from tests.factories import StandardFactory
from tests.reports.rulebook.conftest import OWN


def text(answer):
    return answer.content.decode()


def test_effect_counts_and_names_what_changes(
    office, measured, district_reviewer, django_assert_num_queries
):
    office.lower = "200"
    with django_assert_num_queries(8):
        found = effect_of_standard(district_reviewer, office)
    assert found.lines == [(Verdict.UNMET, Verdict.MET, 1)]
    assert [(filing.name, before, after) for filing, before, after, *_ in found.changed] == [
        ("育才社区", Verdict.UNMET, Verdict.MET)
    ]
    assert (found.judged, found.unchanged) == (3, 2)


def test_check_says_the_formula_in_words_and_its_effect(send, form, office, measured):
    answer = send("check", form(of=office.pk, lower="取最大（200，0.1 × 总户数）"))
    assert "取最大（200，0.1 × 总户数）" in text(answer)
    assert "2 个社区的结论会变" in text(answer)
    assert "由“未达标”变为“数据缺失”：1 个" in text(answer)
    office.refresh_from_db()
    assert office.lower == "300"


def test_check_of_a_new_version_holds_it_against_the_old(send, form, office, measured):
    answer = send("check", form(of=office.pk, follows=1, lower="200", effective_from="2023-01-01"))
    assert "由“未达标”变为“达标”：1 个" in text(answer)
    assert Standard.objects.count() == 1


def test_check_of_a_new_standard_says_it_was_not_judged_before(send, form, measured):
    assert "这一期以前没有按它评价。" in text(send("check", form(name="")))


def test_check_names_the_fault_of_each_formula(send, form, measured):
    answer = text(send("check", form(lower="办公房面积", upper="300 +")))
    assert "没有叫“办公房面积”的指标，是不是“office_area（办公用房面积）”？" in answer
    assert "公式没有写完，请看末尾缺什么。" in answer


def test_button_checks_without_script_and_keeps_what_was_typed(send, form, office, measured):
    answer = send("edit", office.pk, form(lower="200", check=1))
    assert answer.status_code == 200
    assert "由“未达标”变为“达标”：1 个" in text(answer)
    assert "200</textarea>" in text(answer)
    office.refresh_from_db()
    assert office.lower == "300"


def test_effect_reaches_the_own_area_only(office, measured, street_b):
    from tests.conftest import person

    office.lower = "200"
    assert effect_of_standard(person("b", "骅中审核员", street_b, "reviewer"), office).judged == 1


def test_no_round_no_effect(office, district_reviewer):
    assert effect_of_standard(district_reviewer, office).round is None


@pytest.mark.parametrize(
    ("word", "found"), [("办公用房面积", True), ("office_area", True), ("没有这种", False)]
)
def test_measures_are_found_by_label_and_name(word, found, as_user, district_reviewer):
    page = text(as_user(district_reviewer).get(reverse("rulebook:measures"), {"word": word}))
    assert ("办公用房面积" in page) is found


@pytest.fixture
def whole(units):
    return StandardFactory(
        code="six", name="六个一", actual="", lower="", effective_from="2020-01-01", **OWN
    )


def compose(whole, *parts, **more):
    places = {f"place-{part.pk}": at for at, part in enumerate(parts, start=1)}
    return {"seen": 0, "part": [part.pk for part in parts], **places, **more}


def test_composite_is_built_of_copies_in_their_order(send, whole, office):
    rooms = StandardFactory(code="rooms", name="活动室", actual="premises", lower="1")
    send("parts", whole.pk, compose(whole, rooms, office, save=1))
    parts = whole.children.order_by("position")
    assert [(p.name, p.region_code, str(p.effective_from)) for p in parts] == [
        ("活动室", "130983000000", "2020-01-01"),
        ("办公用房", "130983000000", "2020-01-01"),
    ]
    assert {office.parent, rooms.parent} == {None}


def test_parts_are_reordered_and_let_go(send, whole, office):
    rooms = StandardFactory(code="rooms", name="活动室", actual="premises", parent=whole, **OWN)
    Standard.objects.filter(pk=office.pk).update(parent=whole)
    send("parts", whole.pk, compose(whole, rooms, save=1))
    office.refresh_from_db()
    assert ([p.code for p in whole.children.all()], office.parent) == (["rooms"], None)


def test_composite_is_tried_before_it_is_saved(send, whole, office, measured):
    answer = text(send("parts", whole.pk, compose(whole, office, check=1)))
    assert "2 个社区的结论会变" in answer
    assert "由“数据缺失”变为“达标”：1 个" in answer
    assert whole.children.count() == 0


def test_standard_taken_from_the_list_is_not_saved_yet(send, whole, office):
    answer = send("parts", whole.pk, {"seen": 0, "add": [office.pk], "take": 1})
    assert [part.pk for part in answer.context["chosen"]] == [office.pk]
    assert whole.children.count() == 0


def test_new_part_comes_with_the_dates_of_its_whole(as_user, district_reviewer, whole, form):
    address = reverse("rulebook:new") + f"?whole={whole.pk}"
    as_user(district_reviewer).post(address, form(name="新分项", effective_from="2020-01-01"))
    assert [(part.name, part.region_code) for part in whole.children.all()] == [
        ("新分项", "130983000000")
    ]
