"""Staged plans: who comes first, how far the money goes, and a budget that no year crosses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.engine.area import Area
from reports.engine.compliance import binding_standards
from reports.gaps.plan import (
    Candidate,
    PlanOrder,
    candidates_in_order,
    make_plan,
    spread_over_years,
)
from reports.models import Standard

names = st.sampled_from(["骅东街道", "骅中街道", "骅西街道"])
fens = st.integers(0, 10_000_000)
people = st.none() | st.integers(0, 9_000).map(float)
candidates = st.lists(
    st.builds(Candidate, st.integers(1, 999), st.just("社区"), names, people, fens, st.just(1))
)


@given(candidates, st.integers(0, 40), st.integers(1, 10), fens, st.sampled_from(PlanOrder))
def test_no_year_ever_spends_more_than_its_budget(found, need, count, limit, first):
    years, beyond = spread_over_years(candidates_in_order(found, first), need, count, limit, met=0)
    assert len(years) == count
    assert max(year.fen for year in years) <= limit
    assert all(year.fen == sum(step.fen for step in year.steps) for year in years)
    done = [step for year in years for step in year.steps]
    assert len(done) <= need
    assert sorted(done + beyond, key=repr) == sorted(
        candidates_in_order(found, first)[: len(done) + len(beyond)], key=repr
    )


@given(candidates, st.integers(0, 40), st.integers(1, 10), fens)
def test_nobody_is_left_out_whom_a_year_could_have_paid(found, need, count, limit):
    years, beyond = spread_over_years(
        candidates_in_order(found, PlanOrder.COST), need, count, limit, met=0
    )
    assert all(year.fen + each.fen > limit for year in years for each in beyond)


@given(candidates, st.integers(0, 40), st.integers(1, 10))
def test_without_a_budget_the_target_is_reached_as_far_as_there_are_communities(found, need, count):
    years, beyond = spread_over_years(
        candidates_in_order(found, PlanOrder.COST), need, count, None, met=0
    )
    assert sum(len(year.steps) for year in years) == min(need, len(found))
    assert beyond == []


@pytest.fixture
def plan(world):
    def made(*codes, **wish):
        standards = [s for s in binding_standards(world.round, world) if s.code in codes]
        return make_plan(Area(world), standards, **wish)

    return made


def steps(plan):
    return [(year, step.name, step.yuan) for year, step in plan.steps]


def test_plan_takes_the_cheapest_first(plan):
    found = plan("office", share=0.6, years=2)
    assert (found.bound, found.met, found.unknown, found.target) == (3, 0, 1, 2)
    assert steps(found) == [(1, "平安社区", 200000), (2, "育才社区", 436000)]
    assert [year.met for year in found.years] == [1, 2]
    assert (found.yuan, found.short) == (636000, 0)


def test_plan_within_a_budget_says_what_it_cannot_pay(plan):
    found = plan("office", share=0.6, years=2, budget=250000)
    assert steps(found) == [(1, "平安社区", 200000)]
    assert [(each.name, each.yuan) for each in found.beyond] == [("育才社区", 436000)]
    assert (found.target, found.reached, found.short) == (2, 1, 1)


def test_plan_of_two_standards_closes_all_gaps_of_a_community(plan):
    found = plan("office", "money", share=0.6, years=1)
    assert steps(found) == [(1, "平安社区", 200000), (1, "育才社区", 456000)]


@pytest.mark.parametrize(
    ("first", "name"), [("cost", "平安社区"), ("residents", "平安社区"), ("street", "育才社区")]
)
def test_plan_begins_with_whom_it_was_asked_to(first, name, plan):
    assert plan("office", first=first).steps[0][1].name == name


def test_plan_does_not_count_a_gap_without_a_price_as_free(plan):
    found = plan("size", share=1)
    assert [each.name for each in found.unpriced] == ["育才社区", "东昊社区"]
    assert (found.steps, found.short, found.yuan) == ([], 2, 0)


def test_plan_that_is_reached_already_costs_nothing(plan, world):
    Standard.objects.filter(code="office").update(lower="10")
    found = plan("office", share=0.5)
    assert (found.met, found.short, found.steps, found.yuan) == (2, 0, [], 0)


def test_plan_without_standards_is_empty(plan):
    found = plan()
    assert (found.bound, found.rate(0), found.steps) == (0, None, [])
