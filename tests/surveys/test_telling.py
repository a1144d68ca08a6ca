"""Who hears of it when a filing changes hands: a word to those whose turn it is, in the transaction of the step."""

import pytest
from django.urls import reverse

from surveys.actions import handing_in, reviewing
from surveys.models import Message
from tests.factories import FULL_PROFILE, ProfileFactory, stand


@pytest.fixture
def filing(filing_a):
    ProfileFactory(filing=filing_a, **FULL_PROFILE)
    return filing_a


def step(filing, action, by, **more):
    action(filing=filing, version=filing.version, by=by, **more)


def told():
    """[(to, kind, text)] since the last look."""
    found = [*Message.objects.order_by("pk").values_list("to__name", "kind", "text")]
    Message.objects.all().delete()
    return found


def test_clerk_hears_of_return_and_approval_not_of_what_he_did_himself(
    filing, clerk_a, district_reviewer
):
    step(filing, handing_in.hand_in, clerk_a)
    assert told() == []
    step(filing, handing_in.send_back, district_reviewer, reason="总人口请核实")
    assert told() == [("骅东填报员", "returned", "育才社区被退回：总人口请核实。")]
    step(filing, handing_in.hand_in, clerk_a)
    step(filing, reviewing.approve, district_reviewer)
    assert told() == [("骅东填报员", "approved", "育才社区2022年度已审定，不用再做什么。")]


def test_street_hears_of_a_community_that_handed_in_and_the_community_of_its_return(
    filing, clerk_a, own_clerk
):
    step(filing, handing_in.hand_in, own_clerk)
    assert told() == [("骅东填报员", "notice", "育才社区已填完交来，请核对后报送。")]
    step(filing, handing_in.send_back, clerk_a, reason="缺网格")
    assert told() == [("育才填报员", "returned", "育才社区被退回：缺网格。")]


@pytest.fixture
def approved(round_2022, district_reviewer):
    """All of the round approved at once but the last, which was saved after the reviewer saw it."""
    filings = [
        stand(each, "submitted")
        for each in round_2022.filings.asked().select_related("round").order_by("path")
    ]
    seen = {each.pk: each.version for each in filings[:-1]} | {filings[-1].pk: 9}
    return reviewing.approve_several(
        filings=filings, versions=seen, by=district_reviewer, reason="一致"
    )


def test_clerk_of_several_hears_of_all_of_them_at_once(clerk_a, clerk_b, approved):
    assert [len(each) for each in approved] == [4, 1]
    assert told() == [
        ("骅东填报员", "approved", "骅东街道、育才社区、东昊社区2022年度已审定，不用再做什么。"),
        ("骅中填报员", "approved", "骅中街道2022年度已审定，不用再做什么。"),
    ]


def test_message_about_several_leads_to_the_list_of_their_round(
    as_user, clerk_a, round_2022, approved
):
    answer = as_user(clerk_a).post(reverse("surveys:message", args=[clerk_a.messages.get().pk]))
    assert answer.url == f"{reverse('surveys:work')}?round={round_2022.pk}"


def test_step_that_is_refused_tells_nobody(filing, clerk_a, district_reviewer):
    step(filing, handing_in.hand_in, clerk_a)
    with pytest.raises(handing_in.Refused):
        handing_in.send_back(filing=filing, version=9, by=district_reviewer, reason="户数有误")
    assert told() == []


def test_unread_number_grows_with_it(filing, clerk_a, district_reviewer):
    step(filing, handing_in.hand_in, clerk_a)
    step(filing, handing_in.send_back, district_reviewer, reason="户数有误")
    clerk_a.refresh_from_db()
    assert clerk_a.unread == 1
