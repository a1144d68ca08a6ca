"""What communities score: shares, all or nothing, composites, what is unknown, what does not bind."""

from datetime import date

import pytest

from reports.engine.area import Area
from reports.engine.compliance import binding_standards
from reports.models import Scheme, Standard
from reports.rating.items import schemes_near
from reports.rating.rating import rating_of
from reports.rating.scoring import mark_standard, places_of, score_of
from tests.factories import StandardFactory
from tests.rounds import open_year


def rated(filing):
    """{name: Rated} of the communities below."""
    scheme, _ = schemes_near(filing)
    return {
        row.name: row
        for row in rating_of(Area(filing), binding_standards(filing.round, filing), scheme, []).rows
    }


def points(row):
    return [each and each.earned / 100 for each in row.score.marks]


def test_points_follow_the_share_reached(book, measured, weigh):
    weigh()
    found = rated(measured)
    assert {name: points(row) for name, row in found.items()} == {
        "育才社区": [
            20,
            30,
            5,
            10,
        ],  # half the rooms; all the money; twice too large; one of two parts
        "平安社区": [40, 0, 10, 10],  # money short by a fifth, all or nothing
        "东昊社区": [0, 0, 10, 0],
    }
    assert {name: (row.score.value, row.place, row.stars) for name, row in found.items()} == {
        "育才社区": (65, 1, 2),
        "平安社区": (60, 2, 2),
        "东昊社区": (10, 3, 0),
    }


def test_unknown_left_out_raises_the_score_and_is_counted(book, measured, weigh):
    weigh(unknown="left_out", least_known=10)
    row = rated(measured)["东昊社区"]
    assert (row.score.earned, row.score.counted, row.score.value) == (1000, 1000, 100)
    assert (row.score.known_share, row.score.lacking, row.place) == (0.1, 3, 1)


def test_community_with_too_little_data_has_no_place(book, measured, weigh):
    weigh(unknown="left_out", least_known=11)
    row = rated(measured)["东昊社区"]
    assert (row.place, row.stars) == (None, None)


@pytest.mark.parametrize(("unknown", "counted"), [("zero", 2000), ("left_out", 1000)])
def test_composite_with_an_unknown_part_counts_as_its_parts(
    unknown, counted, book, measured, weigh
):
    Standard.objects.filter(code="both-1").update(actual="volunteers")
    weigh((("both", 20, "share"),), unknown=unknown)
    score = rated(measured)["平安社区"].score
    assert (score.earned, score.counted, score.known) == (1000, counted, 1000)


def test_standard_that_does_not_bind_is_in_neither_sum(book, measured, weigh):
    Standard.objects.filter(code="money").update(applies_when="households > 1000")
    weigh()
    row = rated(measured)["平安社区"]
    assert (row.score.marks[1], row.score.counted, row.score.value) == (None, 7000, 85.71)


def test_scheme_goes_on_with_what_took_a_standards_place(book, measured, weigh):
    Standard.objects.filter(code="office").update(
        effective_to=date(2021, 12, 31), successor="rooms"
    )
    StandardFactory(
        code="rooms",
        name="新用房",
        actual="office_area",
        lower="600",
        effective_from=date(2022, 1, 1),
    )
    weigh()
    assert points(rated(measured)["平安社区"])[0] == 30


def test_standard_nobody_judges_is_left_out(book, measured, weigh):
    Standard.objects.filter(code="money").update(effective_to=date(2021, 12, 31))
    weigh()
    assert rated(measured)["平安社区"].score.counted == 7000


def test_new_version_of_a_standard_changes_the_later_round_only(book, measured, weigh, county):
    weigh((("office", 40, "share"),))
    Standard.objects.filter(code="office").update(effective_to=date(2022, 12, 31))
    StandardFactory(
        code="office", actual="office_area", lower="900", effective_from=date(2023, 1, 1)
    )
    later = open_year(county, 2023)
    assert rated(measured)["平安社区"].score.value == 100
    assert rated(later.filings.get(parent=None))["平安社区"].score.value == 50


def test_version_of_a_scheme_in_force_on_the_day_of_the_round_counts(book, measured, weigh, county):
    weigh()
    late = {"name": "新办法", "stars": [60], "unit": county}
    for since in (date(2022, 12, 31), date(2023, 1, 1)):
        Scheme.objects.create(effective_from=since, **late)
    assert schemes_near(measured)[0].effective_from == date(2022, 12, 31)


def test_nearest_scheme_around_counts(weigh, round_2022, city, street_a, filing_a, filing_b):
    own = weigh(unit=street_a)
    whole = Scheme.objects.create(unit=city, name="市", effective_from=date(2020, 1, 1), stars=[60])
    assert (schemes_near(filing_a)[0], schemes_near(filing_b)[0]) == (own, whole)
    assert schemes_near(round_2022.filings.get(parent=None)) == (whole, [own])


def test_half_a_hundredth_rounds_up_and_lines_score_of():
    marks = [
        mark_standard(2.5, 0.114, 1, leaves_out=False),
        mark_standard(10, 1 / 3, 1, leaves_out=False),
    ]
    score = score_of(marks, 0)
    assert ([each.earned for each in marks], score.earned, score.value) == ([29, 333], 362, 28.96)


def test_equal_scores_share_a_place():
    assert places_of([60, 80, 60, 50]) == [2, 1, 2, 4]


def test_nothing_that_counts_is_no_score():
    score = score_of([None, mark_standard(5, 0, 0, leaves_out=True)], 0)
    assert (score.value, score.is_ranked) == (None, False)
