"""What communities lack and what closing it costs: line by line, in sums, and never a nothing for an unknown."""

import pytest

from reports.engine.area import Area
from reports.engine.compliance import Verdict, binding_standards, judge_filings, without_parts
from reports.engine.saving import follow_save
from reports.engine.scope import Scope
from reports.engine.tallies import refresh_roll_ups, tallies_of
from reports.gaps import GapList, GapOrder, Prices, gap_sums
from surveys.models import Filing
from tests.factories import StandardFactory, UnitCostFactory, stand


def gaps(root, **chosen):
    standards = binding_standards(root.round, root)
    return GapList(
        root.round.filings.filter(level=5), standards, without_parts(standards), **chosen
    ).rows()


def test_list_goes_from_the_cheapest_with_the_cost_added_up(world):
    found = [
        (g.name, g.standard.code, g.gap, g.cost, g.cumulative)
        for g in gaps(world)
        if g.cost is not None
    ]
    assert found == [
        ("育才社区", "money", 20000, 20000, 20000),
        ("平安社区", "office", 100, 200000, 220000),
        ("育才社区", "office", 218, 436000, 656000),
    ]


def test_gap_without_a_price_has_an_unknown_cost_and_comes_after(world):
    found = [(g.name, g.standard.code, g.gap, g.price, g.cost, g.cumulative) for g in gaps(world)]
    assert found[3:5] == [
        ("育才社区", "size", 100, None, None, 656000),
        ("东昊社区", "size", 200, None, None, 656000),
    ]


def test_community_that_has_not_said_it_stands_last_without_a_gap(world):
    last = gaps(world)[-2:]
    assert {(g.name, g.standard.code, g.verdict, g.gap, g.cost) for g in last} == {
        ("东昊社区", "office", Verdict.UNKNOWN, None, None),
        ("东昊社区", "money", Verdict.UNKNOWN, None, None),
    }


@pytest.mark.parametrize(
    ("order", "first"),
    [(GapOrder.GAP, "育才社区"), (GapOrder.RESIDENTS, "平安社区"), (GapOrder.STREET, "育才社区")],
)
def test_order_is_the_one_asked_for(order, first, world):
    assert gaps(world, order=order)[0].name == first


def test_lines_and_sums_say_what_the_verdicts_say(world):
    standards = binding_standards(world.round, world)
    judged = judge_filings(list(world.round.filings.filter(level=5)), standards)
    lines = {
        (g.filing, g.standard.code): (g.verdict, g.actual, g.required, g.gap) for g in gaps(world)
    }
    bad = {
        (pk, code): (j.verdict, j.actual, j.required, j.gap)
        for pk, mine in judged.items()
        for code, j in mine.items()
        if j.verdict in (Verdict.UNMET, Verdict.UNKNOWN)
    }
    assert lines == bad
    sums = {
        s.standard.code: (s.met, s.unmet, s.unknown, s.gap)
        for s in gap_sums([Area(world)], standards)
    }
    assert sums == {
        t.standard.code: (t.met, t.unmet, t.unknown, t.gap) for t in tallies_of(world, standards)
    }


def test_sums_of_streets_add_up_to_the_citys_and_to_the_lines(world):
    standards, streets = (
        binding_standards(world.round, world),
        list(world.round.filings.filter(level=4).order_by("path")),
    )
    whole = {s.standard.code: s.cost for s in gap_sums([Area(world)], standards)}
    assert whole == {"office": 636000, "money": 20000, "size": None}
    parts = [
        (s.filing.name, s.standard.code, s.cost)
        for s in gap_sums([Area(street) for street in streets], standards)
        if s.cost is not None
    ]
    assert parts == [
        ("骅东街道", "money", 20000),
        ("骅东街道", "office", 436000),
        ("骅中街道", "money", 0),
        ("骅中街道", "office", 200000),
        ("骅中街道", "size", 0),
    ]


def test_street_with_a_price_of_its_own(world, office):
    UnitCostFactory(standard=office, region_code="130983002000", cost=5000, source="城区造价")
    standards, streets = (
        binding_standards(world.round, world),
        list(world.round.filings.filter(level=4).order_by("path")),
    )
    (city,) = gap_sums([Area(world)], standards, shown=[s for s in standards if s.code == "office"])
    assert (city.price, city.varies, city.cost) == (None, True, 936000)
    mine = [
        (s.price.yuan, s.cost)
        for s in gap_sums([Area(street) for street in streets], standards)
        if s.standard == office
    ]
    assert mine == [(2000, 436000), (5000, 500000)]
    assert {g.name: g.price for g in gaps(world) if g.standard == office and g.gap} == {
        "育才社区": 2000,
        "平安社区": 5000,
    }


def test_sum_says_how_many_gaps_have_no_price(world, size):
    UnitCostFactory(standard=size, region_code="130983001016", cost=10)
    (city,) = [
        s
        for s in gap_sums([Area(world)], binding_standards(world.round, world))
        if s.standard == size
    ]
    assert (city.gap, city.cost, city.unpriced) == (300, 1000, 1)


def test_approved_only_leaves_the_others_out(world, filing_b):
    stand(filing_b, "approved")
    follow_save(world.round, Filing.objects.filter(pk=filing_b.pk).values("pk"))
    refresh_roll_ups(world)
    (_, rooms, _) = gap_sums(
        [Area(world, Scope(approved=True))], binding_standards(world.round, world)
    )
    assert (rooms.standard.code, rooms.unmet, rooms.gap, rooms.cost) == ("office", 1, 100, 200000)


def test_two_standards_about_one_thing_are_paid_for_once(world, office):
    StandardFactory(
        code="more", actual="office_area", lower="350", unit="m²", gap_unit="m²", cost=2000
    )
    rooms = [
        (g.name, g.standard.code, g.cost, g.cumulative)
        for g in gaps(world)
        if g.standard.code in ("office", "more")
    ]
    assert rooms[:4] == [
        ("平安社区", "office", 200000, 20000),
        ("平安社区", "more", 300000, 320000),
        ("育才社区", "office", 436000, 320000),
        ("育才社区", "more", 536000, 856000),
    ]


def test_composite_without_a_price_costs_what_its_missing_parts_cost(world, office):
    whole = StandardFactory(
        code="whole", name="两有", actual="", lower="", unit="项", gap_unit="项"
    )
    StandardFactory(
        code="w1",
        actual="office_area",
        lower="100",
        unit="m²",
        gap_unit="m²",
        cost=10,
        parent=whole,
    )
    StandardFactory(
        code="w2", actual="funding_received", lower="40000", unit="元", gap_unit="元", parent=whole
    )
    (line,) = [g for g in gaps(world) if g.standard == whole and g.gap]
    assert (line.name, line.gap, line.price, line.cost) == ("育才社区", 2, None, 10180)


def test_price_is_read_once_for_all_standards(world, django_assert_num_queries):
    standards = binding_standards(world.round, world)
    with django_assert_num_queries(1):
        prices = Prices(standards)
        assert [prices.of(s, world.path) is None for s in standards] == [False, False, True]
