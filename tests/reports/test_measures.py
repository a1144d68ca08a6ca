"""Measures are counted from records: known, zero and unknown stay three things."""

import pytest

from party.models import Coverage
from reports.engine.measure_counting import count_measures
from reports.models import Measures
from surveys.models import Filing
from tests.factories import (
    EquipmentFactory,
    FundLineFactory,
    InstitutionFactory,
    PartyOrganisationFactory,
    PremisesFactory,
    ProfileFactory,
    WorkerFactory,
)


@pytest.fixture
def measured(round_2022):
    def measured(filing):
        count_measures(Filing.objects.filter(round=round_2022))
        return Measures.objects.get(filing=filing)

    return measured


def test_measures_of_an_empty_filing_are_unknown(measured, filing_a):
    row = measured(filing_a)
    assert (row.communities, row.streets) == (1, 0)
    assert (row.residents, row.premises, row.party_branches, row.funding_received) == (None,) * 4


def test_measures_of_a_profile_keep_zero_and_blank_apart(measured, filing_a):
    ProfileFactory(filing=filing_a, residents=3583, low_income=0)
    row = measured(filing_a)
    assert (row.residents, row.low_income_households, row.households) == (3583, 0, None)


def test_sum_over_rows_is_unknown_when_one_is(measured, filing_a):
    PremisesFactory(filing=filing_a, name="一楼", area=30, tenure="owned")
    PremisesFactory(filing=filing_a, name="二楼", area=None, tenure="rented")
    row = measured(filing_a)
    assert (row.premises, row.premises_owned, row.office_area, row.premises_below_50) == (
        2,
        1,
        None,
        1,
    )
    assert row.premises_area_unknown == 1


def test_rooms_that_do_not_exist_count_nothing(measured, filing_a):
    PremisesFactory(filing=filing_a, tenure="none")
    row = measured(filing_a)
    assert (row.premises, row.office_area) == (0, 0)


def test_joint_branch_counts_at_its_host_only(measured, filing_a, round_2022, neighbour_a):
    other = round_2022.filings.get(unit=neighbour_a)
    branch = PartyOrganisationFactory(filing=filing_a, form="joint_branch", members=58, groups=3)
    Coverage.objects.bulk_create(
        Coverage(organisation=branch, filing=filing) for filing in (filing_a, other)
    )
    host, guest = measured(filing_a), measured(other)
    assert (host.party_branches, host.party_members, host.party_groups) == (1, 58, 3)
    assert (guest.party_branches, guest.party_members, guest.serving_branches) == (0, 0, 1)
    assert host.joint_branch_units == 2


def test_street_staff_do_not_count_in_communities(measured, filing_a):
    WorkerFactory(filing=filing_a, employment="temporary", pay=0)
    WorkerFactory(filing=filing_a.parent, employment="established")
    row, street = measured(filing_a), measured(filing_a.parent)
    assert (row.staff_in_community, row.staff_temporary_unpaid, row.staff_established) == (1, 1, 0)
    assert (street.staff_in_community, street.staff_established) == (0, 1)


def test_stage_of_an_institution_is_its_rank(measured, filing_a):
    InstitutionFactory(filing=filing_a, category="police_room", stage="plaque")
    InstitutionFactory(filing=filing_a, category="service_centre", stage="")
    row = measured(filing_a)
    assert (row.police_room_stage, row.service_centre_stage, row.plaque_only) == (2, None, 1)


def test_six_items_are_unknown_until_all_are_said(measured, filing_a):
    EquipmentFactory(
        filing=filing_a, phones=1, televisions=0, cabinets=2, desks=1, computers=None, wall_rules=1
    )
    assert measured(filing_a).six_items is None


def test_years_since_an_election_count_months(measured, filing_a):
    InstitutionFactory(filing=filing_a, category="residents_committee", elected_on="2018-06")
    assert measured(filing_a).committee_term_years == pytest.approx(4.5)


def test_refresh_of_one_filing_leaves_the_others(measured, filing_a, filing_b):
    FundLineFactory(filing=filing_a, received=1600)
    measured(filing_a)
    FundLineFactory(filing=filing_b, received=1500)
    count_measures([filing_a.pk])
    assert Measures.objects.get(filing=filing_b).funding_received is None
