"""Verdicts of filings, roll-ups of areas, and that the two never differ."""

import pytest

from reports.engine.compliance import binding_standards, judge_filings, reporting_progress
from reports.engine.saving import follow_save
from reports.engine.tallies import (
    judge_area,
    mark_all_stale,
    refresh_roll_ups,
    stored_totals,
    tallies_of,
)
from reports.models import Stale, Standard, Tally
from surveys.models import Filing
from tests.factories import (
    FundLineFactory,
    PremisesFactory,
    ProfileFactory,
    stand,
)
from tests.rounds import filing_of_last_year


def standard(code, **values):
    given = {
        "name": code,
        "statement": "…",
        "topic": "premises",
        "source": "测试",
        "force": "city",
        **values,
    }
    return Standard.objects.create(code=code, **given)


@pytest.fixture
def office():
    return standard("office", actual="office_area", lower="300", gap_unit="m²")


@pytest.fixture
def size():
    return standard("size", actual="households", lower="100", upper="700")


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)


@pytest.fixture
def current(root):
    """The stored roll-ups of the whole round, brought up to date."""

    def current(standards):
        refresh_roll_ups(root)
        return tallies_of(root, standards)

    return current


@pytest.fixture
def verdicts(round_2022, root):
    def verdicts(filing):
        follow_save(round_2022, [each.pk for each in round_2022.filings.all()])
        return judge_filings([filing], binding_standards(round_2022, root))[filing.pk]

    return verdicts


@pytest.mark.parametrize(
    ("area", "verdict", "gap"),
    [(299.5, "unmet", 0.5), (300, "met", 0), (301, "met", 0), (None, "unknown", None)],
)
def test_minimum_around_the_threshold(verdicts, office, filing_a, area, verdict, gap):
    PremisesFactory(filing=filing_a, area=area)
    judgment = verdicts(filing_a)["office"]
    assert (judgment.verdict, judgment.actual, judgment.required, judgment.gap) == (
        verdict,
        area,
        300,
        gap,
    )


@pytest.mark.parametrize(("households", "gap"), [(99, 1), (100, 0), (700, 0), (701, 1)])
def test_range_gap_counts_from_the_nearer_bound(verdicts, size, filing_a, households, gap):
    ProfileFactory(filing=filing_a, households=households)
    assert verdicts(filing_a)["size"].gap == gap


def test_observed_standard_never_passes_or_fails(verdicts, filing_a):
    standard("seen", actual="residents")
    ProfileFactory(filing=filing_a, residents=5)
    judgment = verdicts(filing_a)["seen"]
    assert (judgment.verdict, judgment.actual, judgment.gap) == ("not_applicable", 5, None)


def test_rule_for_other_kinds_does_not_apply(verdicts, filing_a):
    standard("villages", actual="households", lower="1", kinds=["village"])
    assert verdicts(filing_a)["villages"].verdict == "not_applicable"


def test_rule_of_one_street_binds_only_that_street(verdicts, filing_a, filing_b):
    standard("local", actual="households", lower="1", region_code="130983001000")
    ProfileFactory(filing=filing_a, households=5)
    assert (verdicts(filing_a)["local"].verdict, verdicts(filing_b)["local"].verdict) == (
        "met",
        "not_applicable",
    )


def test_rule_of_another_province_does_not_bind(round_2022, root):
    standard("elsewhere", actual="households", lower="1", region_code="230000000000")
    standard("nowhere", actual="households", lower="1", region_known=False)
    assert binding_standards(round_2022, root) == []


def test_composite_needs_all_its_parts(verdicts, filing_a):
    whole = standard("whole")
    standard("rooms", actual="premises", lower="1", parent=whole)
    standard("people", actual="residents", lower="1", parent=whole)
    PremisesFactory(filing=filing_a)
    found = verdicts(filing_a)
    assert (found["whole"].verdict, found["whole"].actual, found["whole"].required) == (
        "unknown",
        1,
        2,
    )
    ProfileFactory(filing=filing_a, residents=0)
    assert (verdicts(filing_a)["whole"].verdict, verdicts(filing_a)["whole"].gap) == ("unmet", 1)


def test_part_nobody_can_measure_keeps_the_whole_unknown(verdicts, filing_a):
    whole = standard("whole")
    standard("rooms", actual="premises", lower="1", parent=whole)
    standard("unnamed", parent=whole, why_not="原文未列明")
    PremisesFactory(filing=filing_a)
    assert verdicts(filing_a)["whole"].verdict == "unknown"


def test_tallies_equal_a_count_of_the_verdicts(
    current, verdicts, office, round_2022, root, filing_a, filing_b
):
    PremisesFactory(filing=filing_a, area=100)
    PremisesFactory(filing=filing_b, area=400)
    verdicts(filing_a)
    (tally,) = current([office])
    assert (tally.met, tally.unmet, tally.unknown, tally.gap, tally.actual, tally.rate) == (
        1,
        1,
        1,
        200,
        500,
        0.5,
    )
    below = Tally.objects.filter(filing__parent=root, direct=False).values_list("filing", "met")
    assert dict(below) == {filing_a.parent_id: 0, filing_b.parent_id: 1}


def test_tallies_follow_a_save_at_the_next_reading(
    current, verdicts, office, round_2022, root, filing_a
):
    verdicts(filing_a)
    assert [tally.met for tally in current([office])] == [0]
    PremisesFactory(filing=filing_a, area=300)
    follow_save(round_2022, [filing_a.pk])
    assert [stale.filing_id for stale in Stale.objects.all()] == [filing_a.parent_id]
    assert [tally.met for tally in current([office])] == [1]


def test_tallies_follow_a_changed_rule(current, verdicts, office, root, filing_a):
    PremisesFactory(filing=filing_a, area=100)
    verdicts(filing_a)
    assert current([office])[0].met == 0
    Standard.objects.filter(pk=office.pk).update(lower="50")
    mark_all_stale()
    assert current([office])[0].met == 1


def test_rule_of_the_city_is_judged_on_its_sums(round_2022, root, filing_a, filing_b):
    standard("average", level=2, actual="social_organisations / communities", lower="10")
    for filing in Filing.objects.communities():
        ProfileFactory(filing=filing, social_organisations=9)
    follow_save(round_2022, [filing.pk for filing in round_2022.filings.all()])
    refresh_roll_ups(root)
    judgment = judge_area(root, binding_standards(round_2022, root))["average"]
    assert (judgment.verdict, judgment.actual, judgment.gap) == ("unmet", 9, 1)


def test_rule_of_the_city_is_unknown_while_a_community_is(round_2022, root, filing_a):
    standard("average", level=2, actual="social_organisations / communities", lower="10")
    ProfileFactory(filing=filing_a, social_organisations=90)
    follow_save(round_2022, [filing.pk for filing in round_2022.filings.all()])
    refresh_roll_ups(root)
    assert judge_area(root, binding_standards(round_2022, root))["average"].verdict == "unknown"


def test_totals_and_progress_of_an_area(round_2022, root, filing_a, filing_b):
    FundLineFactory(filing=filing_a, received=1600)
    FundLineFactory(filing=filing_b, received=1400)
    stand(filing_b, "submitted")
    follow_save(round_2022, [filing.pk for filing in round_2022.filings.all()])
    refresh_roll_ups(root)
    assert stored_totals(root, ["communities", "streets", "funding_received"]) == {
        "streets": 2,
        "communities": 3,
        "funding_received": 3000,
    }
    assert reporting_progress(root) == {"expected": 3, "draft": 2, "submitted": 1, "approved": 0}


def test_page_of_filings_is_judged_in_one_query(
    verdicts, office, size, round_2022, root, django_assert_num_queries
):
    filings = list(Filing.objects.communities())
    verdicts(filings[0])
    bound = binding_standards(round_2022, root)
    with django_assert_num_queries(1):
        assert len(judge_filings(filings, bound)) == 3


def test_tallies_follow_a_change_of_the_year_before(current, round_2022, root, filing_a):
    rule = standard("growth", actual="funding_budgeted - last_year(funding_budgeted)", lower="0")
    before = filing_of_last_year(filing_a)
    FundLineFactory(filing=filing_a, budgeted=100)
    follow_save(round_2022, [filing_a.pk])
    assert (current([rule])[0].met, current([rule])[0].unknown) == (0, 3)
    FundLineFactory(filing=before, budgeted=90)
    follow_save(before.round, [before.pk])
    assert current([rule])[0].met == 1
