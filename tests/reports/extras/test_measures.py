"""Numbers of what a round asks of its own: per filing, rolled up, of all and of approved filings, judged by standards."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from reports.engine.compliance import Verdict, binding_standards, judge_filings
from reports.engine.measures import measures_in
from reports.engine.tallies import (
    judge_area,
    refresh_roll_ups,
    stored_missing,
    stored_totals,
    tallies_of,
)
from reports.models import AreaMeasures, Measures, Standard
from surveys.actions.extras import withdraw
from surveys.actions.hooks import saved
from surveys.models import Extra, ExtraRecord, Round, Status
from tests.factories import StandardFactory, stand
from tests.large import examples


def of(filing):
    return Measures.objects.get(pk=filing.pk).extras


@pytest.fixture
def county_filing(round_2022, county):
    return round_2022.filings.get(unit=county)


def test_each_answer_that_is_a_number_is_a_measure(asked, answer, filing_a, round_2022):
    lifts, sheds = asked("电梯数", unit="部"), asked("充电棚", kind="yes_no")
    ways, wish = (
        asked("投放方式", kind="choice", words=["定时", "随时"]),
        asked("急盼", kind="text"),
    )
    codes = [lifts.code, sheds.code, f"{ways.code}_1", f"{ways.code}_2"]
    assert of(filing_a) == dict.fromkeys(codes)
    answer({lifts: "12", sheds: "否", ways: "随时", wish: "电梯"})
    assert of(filing_a) == dict(zip(codes, [12, 0, 0, 1], strict=True))
    own = {
        name: m
        for name, m in measures_in(Round.objects.get(pk=round_2022.pk)).items()
        if name in codes
    }
    assert [(m.label, m.unit) for m in own.values()] == [
        ("电梯数", "部"),
        ("充电棚", "是否"),
        ("投放方式：定时", "是否"),
        ("投放方式：随时", "是否"),
    ]


def test_answers_are_added_up_of_all_and_of_approved_filings(
    asked, answer, filing_a, filing_b, county_filing
):
    lifts = asked("电梯数", unit="部")
    ExtraRecord.objects.create(filing=filing_b, count_1=30)
    answer({lifts: "12"})
    asked("充电棚", kind="yes_no")  # counts every filing of the round anew
    stand(filing_a, Status.APPROVED)
    saved(filing_a.round, [filing_a.pk])
    refresh_roll_ups(again(county_filing))
    found = [
        stored_totals(county_filing, [lifts.code], approved=approved)[lifts.code]
        for approved in (False, True)
    ]
    lacking = [
        stored_missing(county_filing, [lifts.code], approved=approved)[lifts.code]
        for approved in (False, True)
    ]
    assert (found, lacking) == ([42, 12], [1, 0])


def again(filing):
    return type(filing).objects.select_related("round__unit").get(pk=filing.pk)


@pytest.fixture
def rule(asked):
    """At least ten lifts in each community."""
    lifts = asked("电梯数", unit="部")
    return StandardFactory(code="lifts", name="电梯", actual=lifts.code, lower="10", unit="部")


def test_a_standard_judges_the_answers(rule, answer, filing_a, filing_b, county_filing):
    answer({by_code(rule.actual): "4"})
    verdicts = judge_filings([filing_a, filing_b], binding_standards(filing_a.round, county_filing))
    assert [
        (verdicts[f.pk]["lifts"].verdict, verdicts[f.pk]["lifts"].gap) for f in (filing_a, filing_b)
    ] == [
        (Verdict.UNMET, 6),
        (Verdict.UNKNOWN, None),
    ]
    refresh_roll_ups(again(county_filing))
    (tally,) = tallies_of(county_filing, [rule])
    assert (tally.met, tally.unmet, tally.unknown, tally.not_applicable, tally.gap) == (
        0,
        1,
        2,
        0,
        6,
    )


def by_code(code):
    return Extra.objects.get(code=code)


def test_a_round_that_does_not_ask_it_is_not_judged_by_it(rule, round_2023, filing_a):
    later = round_2023.filings.get(unit=filing_a.unit)
    top = round_2023.filings.get(parent=None)
    assert (
        judge_filings([later], binding_standards(round_2023, top))[later.pk]["lifts"].verdict
        == Verdict.NOT_APPLICABLE
    )


def test_last_rounds_answer_can_be_used(asked, answer, bureau, round_2023, filing_a):
    lifts = asked("电梯数")
    answer({lifts: "12"})
    bureau.post(reverse("surveys:ask_extras_again", args=[round_2023.pk]), {"pick": [lifts.pk]})
    later = round_2023.filings.get(unit=filing_a.unit)
    StandardFactory(code="more", actual=lifts.code, lower=f"last_year({lifts.code}) + 1")
    found = judge_filings(
        [later], binding_standards(round_2023, round_2023.filings.get(parent=None))
    )[later.pk]["more"]
    assert (found.actual, found.lower, found.verdict) == (12, 13, Verdict.UNMET)


def test_an_area_is_judged_once_everybody_answered(
    asked, answer, filing_a, filing_b, county_filing, round_2022
):
    lifts = asked("电梯数")
    StandardFactory(code="all", level=3, kinds=[], actual=lifts.code, lower="40")
    answer({lifts: "12"})
    standards = binding_standards(round_2022, county_filing)
    refresh_roll_ups(again(county_filing))
    assert judge_area(county_filing, standards)["all"].verdict == Verdict.UNKNOWN
    for other in round_2022.filings.communities().exclude(pk=filing_a.pk):
        ExtraRecord.objects.create(filing=other, count_1=15)
    asked("充电棚", kind="yes_no")
    refresh_roll_ups(again(county_filing))
    assert (judge_area(county_filing, standards)["all"].actual) == 42


def test_withdrawn_item_is_counted_no_more(
    asked, answer, filing_a, county_filing, district_reviewer
):
    lifts = asked("电梯数")
    answer({lifts: "12"})
    withdraw(extra=lifts, by=district_reviewer)
    refresh_roll_ups(again(county_filing))
    assert (
        of(filing_a),
        AreaMeasures.objects.get(filing=county_filing, approved=False).extras,
    ) == ({}, {})


def test_formula_says_how_the_item_is_called(rule, asked):
    ways = asked("投放方式", kind="choice", words=["定时", "随时"])
    rule.applies_when = f"{ways.code}_2 == 1 and known({rule.actual})"
    assert rule.words("actual") == "电梯数"
    assert rule.words("applies_when") == "投放方式：随时 ＝ 1 且 已填报电梯数"


def test_formula_with_an_item_nobody_asks_is_refused(rule):
    rule.lower = "q_999"
    with pytest.raises(ValidationError) as refused:
        rule.clean()
    assert refused.value.message_dict == {"lower": ["没有叫“q_999”的补充项，请从指标表中选用。"]}
    assert Standard.objects.count() == 1


@examples("sequences of answers to own items, recounted", usual=8, long=300)
@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(["save", "approved", "returned"]),
            st.integers(0, 500),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_roll_ups_equal_a_recount_after_any_answers_and_approvals(rule, steps, county_filing):
    code, root = rule.actual, again(county_filing)
    with transaction.atomic():
        for at, kind, value in steps:
            filing = root.round.filings.communities().order_by("path")[at]
            if kind == "save":
                ExtraRecord.objects.update_or_create(
                    filing=filing, defaults={"count_1": value or None}
                )
            else:
                stand(filing, kind)
            saved(root.round, [filing.pk])
        refresh_roll_ups(root)
        for approved in (False, True):
            found = (
                stored_totals(root, [code], approved=approved)[code],
                stored_missing(root, [code], approved=approved)[code],
            )
            assert found == recount(root.round, approved)
        transaction.set_rollback(True)


def recount(round, approved):
    """(sum, how many have not said it) of the answers in the first slot."""
    filings = round.filings.communities()
    filings = filings.filter(status=Status.APPROVED) if approved else filings
    said = [
        n
        for n in ExtraRecord.objects.filter(filing__in=filings).values_list("count_1", flat=True)
        if n
    ]
    return sum(said) if said else None, filings.count() - len(said)
