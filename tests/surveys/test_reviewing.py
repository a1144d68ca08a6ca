"""Review: level by level up to the round's own unit, what was seen is what is approved, nobody approves his own hand."""

from functools import partial

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry
from surveys.actions.handing_in import Refused, hand_in, look, send_back, withdraw
from surveys.actions.reviewing import approve, question, settle
from surveys.actions.saving import Closed, save_section
from surveys.entry.typed import TypedForm
from surveys.models import Filing, Remark
from surveys.sections import section_named
from surveys.workflow import state_words
from tests.factories import (
    FULL_PROFILE,
    AssignmentFactory,
    ProfileFactory,
    RemarkFactory,
    UserFactory,
    stand,
)
from tests.large import examples
from tests.rounds import open_year

CELL = {"section": "profile", "key": "", "field": "men", "value": "700"}


@pytest.fixture
def round_of_city(units, city):
    """A survey of the whole prefecture: a county passes on, the prefecture approves."""
    return open_year(city, 2022)


@pytest.fixture
def filing(round_of_city, community_a):
    found = round_of_city.filings.select_related("round").get(unit=community_a)
    ProfileFactory(filing=found, **FULL_PROFILE)
    return found


def handed_in(filing, clerk):
    assert hand_in(filing=filing, version=filing.version, by=clerk) == []
    return filing


def stood(filing):
    filing.refresh_from_db()
    return (filing.status, filing.with_unit.name if filing.with_unit else "", filing.version)


def test_street_county_city_and_then_frozen(filing, clerk_a, district_reviewer, city_reviewer):
    handed_in(filing, clerk_a)
    assert stood(filing) == ("submitted", "黄骅市", 1)
    assert approve(filing=filing, version=1, by=district_reviewer) is False
    assert stood(filing) == ("submitted", "沧州市", 2)
    assert approve(filing=filing, version=2, by=city_reviewer) is True
    assert stood(filing) == ("approved", "", 3)
    assert (filing.approved_by, filing.is_open) == (city_reviewer, False)
    assert [*AuditEntry.objects.values_list("verb", flat=True)[:3]] == ["审定", "审核通过", "报送"]
    typed = {
        "changes": TypedForm({("one", "men"): "1"}),
        "key": "0b4e8e57-6a27-4f0c-8a52-9d9d3b1a9a01",
    }
    with pytest.raises(Closed):
        save_section(
            filing=filing, section=section_named("profile"), version=3, by=clerk_a, **typed
        )


def test_round_of_a_county_has_one_level_less(filing_a, clerk_a, district_reviewer):
    ProfileFactory(filing=filing_a, **FULL_PROFILE)
    handed_in(filing_a, clerk_a)
    assert approve(filing=filing_a, version=1, by=district_reviewer) is True


def test_county_reviewer_does_not_decide_for_the_city(filing, clerk_a, district_reviewer):
    approve(filing=handed_in(filing, clerk_a), version=1, by=district_reviewer)
    for act in (approve, partial(send_back, reason="再看看")):
        with pytest.raises(Refused, match="育才社区现在是“已报送”，您不能"):
            act(filing=filing, version=2, by=district_reviewer)
    assert stood(filing) == ("submitted", "沧州市", 2)


def test_streets_own_staff_go_the_same_way(
    round_of_city, street_a, clerk_a, district_reviewer, city_reviewer
):
    own = round_of_city.filings.select_related("round").get(unit=street_a)
    handed_in(own, clerk_a)
    approve(filing=own, version=1, by=district_reviewer)
    assert approve(filing=own, version=2, by=city_reviewer) is True


def test_community_without_a_street_goes_to_the_county(filing, county, district_reviewer, city):
    Filing.objects.filter(pk=filing.pk).update(street=None, path=f"{county.path}{filing.unit_id}/")
    filing.refresh_from_db()
    clerk = AssignmentFactory(user=UserFactory(), unit=county).user
    handed_in(filing, clerk)
    assert filing.with_unit_id == county.pk
    approve(filing=filing, version=1, by=district_reviewer)
    assert filing.with_unit_id == city.pk


def test_approval_on_an_old_version_says_who_changed_it(filing, clerk_a, district_reviewer):
    handed_in(filing, clerk_a)
    seen = Filing.objects.select_related("round").get(pk=filing.pk)
    withdraw(filing=filing, version=1, by=clerk_a)
    hand_in(filing=filing, version=2, by=clerk_a)
    seen.refresh_from_db()
    with pytest.raises(Refused, match="没有审核通过。请看过改动再审核通过一次"):
        approve(filing=seen, version=1, by=district_reviewer)
    assert stood(filing) == ("submitted", "黄骅市", 3)


@pytest.mark.parametrize(
    ("field", "sentence"),
    [("submitted_by", "育才社区是您报送的"), ("saved_by", "育才社区最近一次是您保存的")],
)
def test_nobody_approves_what_bears_his_own_hand(field, sentence, filing, clerk_a, county):
    both = AssignmentFactory(unit=county, role="reviewer").user
    handed_in(filing, clerk_a)
    Filing.objects.filter(pk=filing.pk).update(**{field: both, "saved_at": timezone.now()})
    filing.refresh_from_db()
    with pytest.raises(Refused, match=f"{sentence}，不能由本人审核"):
        approve(filing=filing, version=1, by=both)
    assert stood(filing) == ("submitted", "黄骅市", 1)


def test_passed_on_without_a_look_is_not_taken_back(filing, clerk_a, district_reviewer):
    approve(filing=handed_in(filing, clerk_a), version=1, by=district_reviewer)
    with pytest.raises(Refused, match="开始审核，不能撤回"):
        withdraw(filing=filing, version=2, by=clerk_a)


def test_returned_after_approval_shows(filing, clerk_a, district_reviewer, city_reviewer):
    approve(filing=handed_in(filing, clerk_a), version=1, by=district_reviewer)
    approve(filing=filing, version=2, by=city_reviewer)
    with pytest.raises(Refused, match="您不能退回"):
        send_back(filing=filing, version=3, by=district_reviewer, reason="再看")
    send_back(filing=filing, version=3, by=city_reviewer, reason="总户数有误")
    assert stood(filing) == ("returned", "", 4)
    assert (filing.returned_after_approval, state_words(filing)) == (True, "审定后退回")
    assert AuditEntry.objects.first().changes["状态"] == ["已审定", "审定后退回"]
    hand_in(filing=filing, version=4, by=clerk_a)
    approve(filing=filing, version=5, by=district_reviewer)
    assert filing.returned_after_approval
    approve(filing=filing, version=6, by=city_reviewer)
    assert not filing.returned_after_approval


def test_approved_filing_is_looked_at_without_a_trace(filing, city_reviewer):
    stand(filing, "approved")
    look(filing=filing, by=city_reviewer)
    assert (
        Filing.objects.get(pk=filing.pk).looked_at,
        AuditEntry.objects.filter(verb="开始审核").count(),
    ) == (None, 0)


def test_question_keeps_the_approval_until_it_is_settled(filing, clerk_a, district_reviewer):
    handed_in(filing, clerk_a)
    question(filing=filing, version=1, **CELL, text=" 男比去年多？ ", by=district_reviewer)
    asked = Remark.objects.get()
    assert (asked.text, asked.value, asked.by, asked.kind) == (
        "男比去年多？",
        "700",
        district_reviewer,
        "question",
    )
    with pytest.raises(Refused, match="还有 1 条批注没有答复"):
        approve(filing=filing, version=2, by=district_reviewer)
    settle(filing=filing, version=2, remark=asked, by=district_reviewer)
    approve(filing=filing, version=3, by=district_reviewer)
    lines = [
        line.changes
        for line in AuditEntry.objects.filter(verb__in=["提出批注", "办结批注"]).order_by("pk")
    ]
    where = "基本情况 · 男·批注"
    assert lines == [{where: [None, "男比去年多？"]}, {where: ["男比去年多？", "已办结"]}]


def test_question_asked_meanwhile_keeps_the_approval(filing, clerk_a, district_reviewer, county):
    handed_in(filing, clerk_a)
    colleague = AssignmentFactory(
        user=UserFactory(name="另一审核员"), unit=county, role="reviewer"
    ).user
    question(filing=filing, version=1, **CELL, text="核实", by=colleague)
    settle(filing=filing, version=2, remark=Remark.objects.get(), by=colleague)
    with pytest.raises(Refused, match="由另一审核员办结批注，没有审核通过"):
        approve(filing=filing, version=1, by=district_reviewer)


@pytest.mark.parametrize("text", ["", "  "])
def test_question_without_words_is_refused(text, filing, district_reviewer):
    with pytest.raises(Refused, match="请写明要核实什么"):
        question(filing=filing, version=0, **CELL, text=text, by=district_reviewer)


@pytest.mark.parametrize("who", ["clerk_a", "viewer"])
def test_question_is_for_reviewers(who, filing, request):
    with pytest.raises(Refused, match="不能提出批注"):
        question(filing=filing, version=0, **CELL, text="核实", by=request.getfixturevalue(who))


def test_approved_filing_takes_no_question(filing, district_reviewer):
    stand(filing, "approved")
    with pytest.raises(Refused, match="育才社区已审定，不能提出批注。要核实的，请先退回"):
        question(filing=filing, version=0, **CELL, text="核实", by=district_reviewer)


# {(who, action): {where it lies: where it lies then}}, by hand and not from the code.
HERE, STREET, COUNTY, CITY, DONE = "填报人", "骅东街道", "黄骅市", "沧州市", "审定"
MOVES = {
    ("own", "hand_in"): {HERE: STREET},
    ("own", "withdraw"): {STREET: HERE},
    ("street", "hand_in"): {HERE: COUNTY, STREET: COUNTY},
    ("street", "withdraw"): {COUNTY: HERE},
    ("street", "send_back"): {STREET: HERE},
    ("county", "send_back"): {STREET: HERE, COUNTY: HERE},
    ("county", "approve"): {COUNTY: CITY},
    ("city", "send_back"): {STREET: HERE, COUNTY: HERE, CITY: HERE, DONE: HERE},
    ("city", "approve"): {COUNTY: CITY, CITY: DONE},
}
ACTIONS = {"hand_in": hand_in, "withdraw": withdraw, "send_back": send_back, "approve": approve}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["own", "street", "county", "city", "viewer"]), st.sampled_from([*ACTIONS])
    ),
    max_size=12,
)


def where(filing):
    if filing.status == "approved":
        return DONE
    return filing.with_unit.name if filing.with_unit else HERE


@examples("sequences of steps between the desks", usual=25, long=1_000)
@given(steps=STEPS)
def test_any_steps_in_any_order_follow_the_table(
    steps, filing, community_a, clerk_a, district_reviewer, city_reviewer, viewer
):
    own = AssignmentFactory(unit=community_a).user
    cast = {
        "own": own,
        "street": clerk_a,
        "county": district_reviewer,
        "city": city_reviewer,
        "viewer": viewer,
    }
    stand(filing, "draft", with_unit=None, looked_at=None, version=0)
    lies = HERE
    for who, action in steps:
        then = MOVES.get((who, action), {}).get(lies)
        seen = Filing.objects.select_related("round", "with_unit").get(pk=filing.pk)
        before = seen.version
        reason = {"reason": "请核对"} if action == "send_back" else {}
        # What was passed on at a desk was looked at there and is not taken back.
        stays = action == "withdraw" and seen.looked_at
        if then and not stays:
            ACTIONS[action](filing=seen, version=seen.version, by=cast[who], **reason)
            lies = then
        else:
            with pytest.raises(Refused):
                ACTIONS[action](filing=seen, version=seen.version, by=cast[who], **reason)
        now = Filing.objects.select_related("with_unit").get(pk=filing.pk)
        assert (where(now), now.version - before) == (lies, 1 if then and not stays else 0)


def test_remark_of_another_filing_is_not_settled(
    filing, round_of_city, community_b, district_reviewer
):
    theirs = RemarkFactory(filing=round_of_city.filings.get(unit=community_b))
    settle(filing=filing, version=0, remark=theirs, by=district_reviewer)
    theirs.refresh_from_db()
    assert theirs.closed_at is None
