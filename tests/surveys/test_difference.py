from decimal import Decimal

import pytest

from surveys.difference import workbook_differences
from surveys.reading.result import Finding, FindingKind
from tests.factories import (
    GridFactory,
    PartyOrganisationFactory,
    PremisesFactory,
    ProfileFactory,
    WorkerFactory,
)
from tests.surveys.readings import reading


def difference(*args, **options):
    """The only section's difference."""
    (found,) = workbook_differences(reading(*args, **options)).values()
    return found


def changes(found):
    return [each.fields for each in found.changed]


def test_difference_sorts_rows_into_new_changed_same_and_absent(filing_a):
    for name, households in (("一", 10), ("二", 20), ("三", 30)):
        GridFactory(filing=filing_a, name=name, households=households)
    rows = [(filing_a, "一", 10), (filing_a, "二", 25), (filing_a, "四", 40)]
    found = difference("grids", ["name", "households"], *rows)
    assert found.counts == {"new": 1, "changed": 1, "same": 1, "absent": 1}
    assert changes(found) == [{"households": (20, 25)}]
    assert [each.values for each in found.new] == [("四", 40)]


def test_difference_looks_only_at_filings_of_the_file(filing_a, filing_b):
    GridFactory(filing=filing_b, name="一")
    assert difference("grids", ["name"], (filing_a, "一")).counts == {
        "new": 1,
        "changed": 0,
        "same": 0,
        "absent": 0,
    }


def test_difference_leaves_fields_alone_that_the_file_does_not_carry(filing_a):
    ProfileFactory(filing=filing_a, households=100, residents=300)
    assert changes(difference("profile", ["households"], (filing_a, 120))) == [
        {"households": (100, 120)}
    ]


@pytest.mark.parametrize(("ours", "expected"), [(False, []), (True, [{"households": (100, None)}])])
def test_blank_cell_clears_only_in_our_own_template(filing_a, ours, expected):
    ProfileFactory(filing=filing_a, households=100)
    assert changes(difference("profile", ["households"], (filing_a, None), ours=ours)) == expected


def test_cell_in_question_clears_nothing(filing_a):
    ProfileFactory(filing=filing_a, households=100, residents=300)
    asked = Finding(
        FindingKind.CELL, "读不懂", sheet="表", cell="C2", section="profile", field="households"
    )
    rows = [(filing_a, None, None)]
    found = difference("profile", ["households", "residents"], *rows, findings=[asked], ours=True)
    assert changes(found) == [{"residents": (300, None)}]


def test_amounts_are_compared_to_the_cent(filing_a):
    PremisesFactory(filing=filing_a, area=Decimal("80.10"))
    rows = [(filing_a, "办公用房", 80.1)]
    assert difference("premises", ["name", "area"], *rows).same == 1


def test_masked_number_of_the_stored_one_changes_nothing(filing_a):
    WorkerFactory(filing=filing_a, name="王芳", phone="13800001234")
    rows = [(filing_a, "王芳", "138****1234")]
    found = difference("workers", ["name", "phone"], *rows)
    assert (found.same, found.findings) == (1, [])


def test_masked_number_of_another_is_not_stored_but_said(filing_a):
    WorkerFactory(filing=filing_a, name="王芳", phone="13800001234")
    found = difference("workers", ["name", "phone"], (filing_a, "王芳", "139****1234"))
    assert (found.same, [each.reason for each in found.findings]) == (
        1,
        ["联系电话带有 *，与系统中的不符，未采用"],
    )


def test_masked_number_of_a_new_person_is_not_stored_but_said(filing_a):
    found = difference("workers", ["name", "phone"], (filing_a, "王芳", "139****1234"))
    assert [each.values for each in found.new] == [("王芳", "")]
    assert [each.value for each in found.findings] == ["139****1234"]


def test_person_of_a_unique_name_may_correct_the_birth(filing_a):
    WorkerFactory(filing=filing_a, name="王芳", born="1970")
    found = difference("workers", ["name", "born"], (filing_a, "王芳", "1971-03"))
    assert changes(found) == [{"born": ("1970", "1971-03")}]


def test_people_of_one_name_are_told_apart_by_birth(filing_a):
    WorkerFactory(filing=filing_a, name="王芳", born="1970", post="主任")
    rows = [(filing_a, "王芳", "1985", "委员"), (filing_a, "王芳", "1970", "书记")]
    found = difference("workers", ["name", "born", "post"], *rows)
    assert changes(found) == [{"post": ("主任", "书记")}]
    assert [each.values for each in found.new] == [("王芳", "1985", "委员")]


def test_row_that_could_mean_two_people_is_asked_about(filing_a):
    for born in ("1970", "1985"):
        WorkerFactory(filing=filing_a, name="王芳", born=born)
    found = difference("workers", ["name", "post"], (filing_a, "王芳", "委员"))
    assert found.counts == {"new": 0, "changed": 0, "same": 0, "absent": 2}
    assert [(each.kind, each.place, each.reason) for each in found.findings] == [
        (FindingKind.ROW, "表!A2", "本单位有不止一位“王芳”，分不清是哪一位")
    ]


def test_two_rows_of_one_record_are_taken_together(filing_a):
    rows = [(filing_a, "一", 10, None), (filing_a, "一", None, 30)]
    found = difference("grids", ["name", "households", "residents"], *rows)
    assert [each.values for each in found.new] == [("一", 10, 30)]


def test_covered_communities_always_include_the_host(filing_a, filing_b):
    PartyOrganisationFactory(filing=filing_a, name="甲").covers.add(filing_a)
    rows = [(filing_a, "甲", (filing_b.pk,)), (filing_a, "乙", ())]
    found = difference("party", ["name", "covers"], *rows)
    assert changes(found) == [
        {"covers": ((filing_a.pk,), tuple(sorted([filing_a.pk, filing_b.pk])))}
    ]
    assert [each.covers for each in found.new] == [frozenset({filing_a.pk})]


def test_blank_covered_communities_say_nothing(filing_a, filing_b):
    PartyOrganisationFactory(filing=filing_a, name="甲").covers.add(filing_a, filing_b)
    assert difference("party", ["name", "covers"], (filing_a, "甲", ())).same == 1


def test_difference_costs_one_query_a_section(filing_a, filing_b, django_assert_num_queries):
    rows = [(filing, f"{n}网格", n) for filing in (filing_a, filing_b) for n in range(50)]
    with django_assert_num_queries(1):
        difference("grids", ["name", "households"], *rows)
