"""What is asked about values that may stand: they contradict another section, or look like no neighbour's."""

import re

import pytest
from django.urls import reverse

from communities.models import Kind, Level
from residents.models import Profile
from surveys.worklist.obstacles import find_obstacles
from tests.factories import (
    FULL_PROFILE,
    FilingFactory,
    PartyOrganisationFactory,
    ProfileFactory,
    RemarkFactory,
    UnitFactory,
)
from tests.rounds import filing_of_last_year


@pytest.fixture
def street(filing_a):
    """The street of five other communities with 10 to 40 residential estates each."""
    for estates in (10, 12, 20, 33, 40):
        unit = UnitFactory(parent=filing_a.parent.unit, level=Level.COMMUNITY, kind=Kind.COMMUNITY)
        ProfileFactory(
            filing=FilingFactory(round=filing_a.round, unit=unit), **FULL_PROFILE, estates=estates
        )
    return filing_a.parent


def odd(filing):
    return [stop.sentence.removesuffix("。请改正，或说明原因。") for stop in find_obstacles(filing)]


@pytest.mark.parametrize(
    ("estates", "asked"),
    [(120, False), (126, True), (4, False), (2, True), (1, True), (0, False), (None, False)],
)
def test_value_far_outside_the_streets_range_is_asked_about(filing_a, street, estates, asked):
    ProfileFactory(filing=filing_a, **FULL_PROFILE, estates=estates)
    assert odd(filing_a) == ["同一街道其他 5 个社区在 10 到 40 个之间，请核对"] * asked


def test_few_neighbours_say_nothing(filing_a, street):
    Profile.objects.filter(filing__parent=street).earliest("pk").delete()
    ProfileFactory(filing=filing_a, **FULL_PROFILE, estates=400)
    assert odd(filing_a) == []


def test_what_stood_there_last_round_is_not_held_against_the_neighbours(
    filing_a, street, root_before
):
    ProfileFactory(filing=root_before, **FULL_PROFILE, estates=400)
    ProfileFactory(filing=filing_a, **FULL_PROFILE, estates=410)
    assert odd(filing_a) == []


@pytest.fixture
def root_before(filing_a):
    """The community's filing of the round before."""
    return filing_of_last_year(filing_a)


@pytest.mark.parametrize(("members", "asked"), [(1500, False), (1501, True)])
def test_more_party_members_than_residents_are_asked_about(filing_a, members, asked):
    ProfileFactory(filing=filing_a, **FULL_PROFILE)
    PartyOrganisationFactory(filing=filing_a, members=members)
    assert odd(filing_a) == ["党员数不应多于总人口（党员数 1,501，总人口 1,500）"] * asked


def test_questions_lead_the_clerk_to_the_answer_and_nobody_else(
    as_user, clerk_a, district_reviewer, filing_a
):
    remark = RemarkFactory(filing=filing_a, section="profile", field="men")
    answer, page = (
        f"{reverse('surveys:answer', args=[filing_a.pk])}#q-{remark.pk}",
        ("reports:remarks", filing_a.pk),
    )
    told = [
        answer in as_user(user).get(reverse(page[0], args=page[1:])).content.decode()
        for user in (clerk_a, district_reviewer)
    ]
    assert told == [True, False]


def test_list_counts_odd_values_nobody_explained_and_leads_to_them(as_user, clerk_a, filing_a):
    ProfileFactory(
        filing=filing_a, **(FULL_PROFILE | {"men": 600, "women": 700, "low_income": 600})
    )
    page = as_user(clerk_a).get(reverse("surveys:work")).content.decode()
    check = reverse("surveys:check", args=[filing_a.pk])
    assert re.findall(r'href="([^"]+)"[^>]*>([^<]*2 处[^<]*)</a>', page) == [
        (check, "2 处"),
        (check, "说明 2 处异常"),
    ]
    assert "勾选育才社区" not in page
    for field, value in (("women", "700"), ("low_income", "600")):
        RemarkFactory(
            filing=filing_a, section="profile", field=field, value=value, kind="reason", text="属实"
        )
    page = as_user(clerk_a).get(reverse("surveys:work")).content.decode()
    assert "勾选育才社区" in page
