"""Stored roll-ups of everything and of approved filings only equal a full recount at any moment."""

from functools import reduce
from itertools import product

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from reports.engine.compliance import Verdict, binding_standards, judge_filings
from reports.engine.measure_counting import count_measures
from reports.engine.saving import follow_save
from reports.engine.tallies import (
    judge_area,
    mark_all_stale,
    plus_known,
    refresh_roll_ups,
    stored_missing,
    stored_totals,
    tallies_of,
)
from reports.models import AreaMeasures, Measures, Stale, Standard
from residents.models import Profile
from surveys.actions.handing_in import move_filing
from surveys.actions.hooks import saved
from surveys.models import Status
from surveys.workflow import FilingPlace, FilingRole, Step
from tests.factories import ProfileFactory, stand
from tests.large import examples
from tests.rounds import last_year

NAMES = ["households", "residents", "communities"]
APPROVE = Step("approve", FilingPlace.ABOVE, FilingPlace.APPROVED, FilingRole.DESK_REVIEWER)


def standard(code, **values):
    given = {
        "name": code,
        "statement": "…",
        "topic": "scale",
        "source": "测试",
        "force": "city",
        **values,
    }
    return Standard.objects.create(code=code, **given)


@pytest.fixture
def rules(db):
    whole = standard("whole")
    return [
        standard("size", actual="households", lower="1000", upper="3000"),
        standard("growth", actual="residents - last_year(residents)", lower="0"),
        whole,
        standard("part", actual="residents", lower="3000", parent=whole),
        standard("average", level=2, actual="households / communities", lower="1000"),
    ]


@pytest.fixture
def root(round_2022, units):
    """Last year's round stands behind this year's."""
    before = last_year(round_2022)
    for round in (before, round_2022):
        follow_save(round, round.filings.values("pk"))
    return round_2022.filings.get(parent=None)


def recount(area, standards, *, approved):
    """What the roll-ups must say, from the verdicts of the communities one by one."""
    filings = area.round.filings.within(area)
    communities = list(filings.filter(level=5, **{"status": Status.APPROVED} if approved else {}))
    judgments = judge_filings(communities, standards)
    counts = {
        each.code: [
            sum(mine[each.code].verdict == verdict for mine in judgments.values())
            for verdict in Verdict
        ]
        for each in standards
        if each.level == 5 and communities
    }
    gaps = {
        code: add(m[code].gap for m in judgments.values() if m[code].verdict == "unmet")
        for code in counts
    }
    chosen = filings.filter(status=Status.APPROVED) if approved else filings
    rows = list(Measures.objects.filter(filing__in=chosen).values(*NAMES))
    return counts, gaps, {name: add(row[name] for row in rows) for name in NAMES}


def add(values):
    return reduce(plus_known, values, None)


def stored(area, standards, *, approved):
    found = tallies_of(area, standards, approved=approved)
    counts = {t.standard.code: [t.met, t.unmet, t.unknown, t.not_applicable] for t in found}
    return (
        counts,
        {t.standard.code: t.gap for t in found},
        stored_totals(area, NAMES, approved=approved),
    )


def save(filing, values):
    """As a clerk's save does: the records, then everyone who asked is told."""
    Profile.objects.update_or_create(filing=filing, defaults=values)
    saved(filing.round, [filing.pk])


def change(root, step):
    kind, year, at, value = step
    round = root.round if year else root.previous.round
    if kind == "read":
        return refresh_roll_ups(round.filings.filter(level__lt=5).order_by("path")[at % 3])
    if kind == "rule":
        Standard.objects.filter(code="size").update(lower=str(value or 1000))
        return mark_all_stale()
    filing = round.filings.filter(level=5).order_by("path")[at]
    if kind == "save":
        return save(filing, {"households": value, "residents": value and 3 * value})
    stand(filing, kind)
    return saved(round, [filing.pk])


STEPS = st.tuples(
    st.sampled_from(["save", "approved", "returned", "submitted", "read", "rule"]),
    st.booleans(),
    st.integers(0, 2),
    st.one_of(st.none(), st.integers(800, 3200)),
)


@examples("sequences of edits and approvals, recounted", usual=15, long=500)
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_roll_ups_equal_a_recount_after_any_edits_approvals_and_returns(root, rules, steps):
    with transaction.atomic():
        for step in steps:
            change(root, step)
        refresh_roll_ups(root)
        standards = binding_standards(root.round, root)
        for area, approved in product(root.round.filings.filter(level__lt=5), (False, True)):
            assert stored(area, standards, approved=approved) == recount(
                area, standards, approved=approved
            )
        transaction.set_rollback(True)


def test_approval_marks_the_street_stale(root, filing_a, district_reviewer):
    refresh_roll_ups(root)
    stand(filing_a, Status.SUBMITTED)
    approval = {
        "status": Status.APPROVED,
        "approved_at": filing_a.submitted_at,
        "approved_by": district_reviewer,
    }
    move_filing(filing_a, filing_a.version, APPROVE, district_reviewer, "审定", **approval)
    stale = Stale.objects.filter(filing__round=root.round)
    assert [each.filing_id for each in stale] == [filing_a.parent_id]


def test_nothing_approved_has_no_figures(root, rules, filing_a):
    ProfileFactory(filing=filing_a, households=1200)
    follow_save(root.round, [filing_a.pk])
    refresh_roll_ups(root)
    standards = binding_standards(root.round, root)
    assert tallies_of(root, standards, approved=True) == []
    assert stored_totals(root, NAMES, approved=True) == dict.fromkeys(NAMES)
    assert stored_missing(root, NAMES, approved=True) == dict.fromkeys(NAMES, 0)
    assert judge_area(root, standards, approved=True) == {}
    assert stored_totals(root, NAMES) == {"households": 1200, "residents": None, "communities": 3}


def test_average_of_the_city_over_approved_filings_only(root, rules, filing_a, filing_b):
    ProfileFactory(filing=filing_a, households=1200)
    stand(filing_a, Status.APPROVED)
    follow_save(root.round, [filing_a.pk, filing_b.pk])
    refresh_roll_ups(root)
    standards = binding_standards(root.round, root)
    assert judge_area(root, standards, approved=True)["average"].actual == 1200
    assert judge_area(root, standards)["average"].verdict == "unknown"
    assert stored_missing(root, ["households"]) == {"households": 2}


def test_approved_row_goes_when_the_last_one_is_returned(root, filing_a):
    stand(filing_a, Status.APPROVED)
    count_measures([filing_a.pk])
    saved(root.round, [filing_a.pk])
    refresh_roll_ups(root)
    assert AreaMeasures.objects.filter(approved=True).count() == 2
    stand(filing_a, Status.RETURNED)
    saved(root.round, [filing_a.pk])
    refresh_roll_ups(root)
    assert AreaMeasures.objects.filter(approved=True).count() == 0
