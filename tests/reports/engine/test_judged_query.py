"""Judged communities by columns asked for by name, of a queryset and inside an area alike."""

from typing import NamedTuple

import pytest

from reports.engine.judged_query import JudgedQuery
from reports.engine.judging import MET, UNKNOWN, UNMET
from reports.engine.rules import rules_for
from surveys.models import Filing
from tests.factories import PremisesFactory


class Pair(NamedTuple):
    verdict: object
    gap: object


@pytest.fixture
def offices(filing_a, filing_b, office, saved):
    """One community misses 300 m² by 100, one has them, of one nothing is known."""
    PremisesFactory(filing=filing_a, area=200)
    PremisesFactory(filing=filing_b, area=300)
    saved()


@pytest.fixture(params=["of", "inside"])
def query(request, offices, office, root):
    if request.param == "of":
        return JudgedQuery.of(Filing.objects.communities(), rules_for([office]))
    return JudgedQuery.inside(root, rules_for([office]))


def test_rows_are_named(query, office, filing_a):
    missing = query.where(query.has_verdict(office, UNMET))
    (row,) = missing.rows(filing=query.FILING, gap=query.gap(office), must=query.required(office))
    assert (row.filing, row.gap, row.must) == (filing_a.pk, 100, 300)


def test_columns_may_be_nested(query, office, filing_b):
    columns = {office.pk: Pair(query.verdict(office), query.gap(office))}
    (row,) = query.where(query.has_verdict(office, MET)).rows(
        filing=query.FILING, standards=columns
    )
    assert row.standards == {office.pk: Pair(MET, 0)}


def test_groups_are_counted(query, office):
    (row,) = query.rows(
        met=query.count(office, MET), unmet=query.count(office, UNMET), of="COUNT(*)"
    )
    assert (row.met, row.unmet, row.of) == (1, 1, 3)


def test_worst_stand_first(query, office):
    rows = query.order_by(query.worst_first(office)).rows(verdict=query.verdict(office))
    assert [row.verdict for row in rows] == [UNMET, UNKNOWN, MET]


def test_rows_with_units_name_the_unit_and_the_one_above(query, office, filing_a):
    (row,) = query.where(query.is_judged(office)).rows_with_units(
        order="gap DESC, path", size=1, gap=query.gap(office)
    )
    assert (row.filing, row.name, row.above) == (filing_a.pk, filing_a.name, "骅东街道")


def test_conditions_on_no_standard_are_never_true(query):
    assert query.where(query.any_has([], MET)).rows(filing=query.FILING) == []
    assert query.number_with([], MET) == "0"
