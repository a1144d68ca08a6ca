"""A unit over its rounds: each round by its own standards, what is unknown said, every value leading to its rows."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from reports.trend import Series
from reports.trend.chart import axis_ends, short_period, trend_chart
from surveys.export import ColumnKind, Partial
from surveys.models import Status
from tests.factories import stand
from tests.rounds import report_households


@pytest.fixture
def trend(as_user, district_reviewer):
    client = as_user(district_reviewer)
    return lambda filing, query="": client.get(reverse("reports:trend", args=[filing.pk]) + query)


@pytest.fixture
def reported(before, root, wider, community_a, community_b):
    for round, households in ((before, 900), (root.round, 950)):
        report_households(round.filings.get(unit=community_a), households)
        report_households(round.filings.get(unit=community_b), 1200)
    return root


def rows(page):
    return {row.cells[0]: row.cells[2:] for row in page.context["table"].rows}


def test_trend_judges_each_round_by_the_version_of_its_day(trend, reported):
    found = rows(trend(reported, "?standards=size&values=households"))
    assert found == {
        "达标率": [0.5, 1.0],
        "社区规模达标率": [0.5, 1.0],
        "总户数": [Partial(2100, 1), Partial(2150, 1)],
    }


def test_trend_says_where_the_version_changed(trend, reported, wider, size):
    page = trend(reported)
    (change,) = page.context["changes"]
    assert (change.renewed, change.added, change.dropped) == ([(size, wider)], [], [])
    assert [len(chart.breaks) for chart in page.context["charts"] if chart.label == "达标率"] == [1]


def test_trend_of_a_standard_goes_on_with_its_successor(trend, reported, wider, size):
    type(size).objects.filter(pk=wider.pk).update(code="size_2022", name="新规模")
    type(size).objects.filter(pk=size.pk).update(successor="size_2022")
    page = trend(reported, "?standards=size")
    assert rows(page)["新规模达标率"] == [0.5, 1.0]
    (change,) = page.context["changes"]
    assert (change.renewed, change.added, change.dropped) == ([(size, wider)], [], [])


def test_trend_of_a_community_says_the_verdict(trend, reported, filing_a):
    found = rows(trend(filing_a, "?standards=size&values=households"))
    assert found == {
        "达标率": [0, 1],
        "社区规模": ["✗ 900 户，差 100 户", "✓ 950 户"],
        "总户数": [900, 950],
    }


def test_trend_of_approved_filings_only(trend, reported, filing_b):
    stand(filing_b, Status.APPROVED)
    found = rows(trend(reported, "?scope=approved&values=households"))
    assert found == {"达标率": ["—", 1.0], "总户数": ["—", 1200]}


def test_trend_leads_to_the_rows_behind_each_value(trend, reported):
    page = trend(reported, "?standards=size&values=households&scope=approved").content.decode()
    assert f'{reverse("reports:measure", args=[reported.pk, "households"])}?scope=approved"' in page
    assert f'{reverse("reports:matrix", args=[reported.pk])}?show=size&amp;scope=approved"' in page


def test_trend_shows_some_measures_where_nothing_means_anything(trend, reported):
    assert len(rows(trend(reported, "?values=x&standards=y"))) == 1
    assert len(rows(trend(reported))) == 7


def test_trend_as_a_workbook(trend, reported):
    answer = trend(reported, "?values=households&format=xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    found = [[cell.value for cell in row] for row in sheet.rows]
    assert found[2] == ["指标", "计量单位", "2021年度", "2022年度"]
    assert found[3:5] == [["达标率", "%", 0.5, 1], ["总户数", "户", 2100, 2150]]
    assert sheet["C4"].number_format == "0.0%"


@pytest.mark.parametrize("query", ["", "?standards=size&values=service_centre_stage"])
def test_trend_asks_seldom(trend, reported, filing_a, query, django_assert_max_num_queries):
    for filing in (reported, filing_a):
        trend(filing)
        with django_assert_max_num_queries(12):
            trend(filing, query)


def made(numbers, kind=ColumnKind.COUNT):
    return Series("户数", "户", kind, [], numbers, [""] * len(numbers), frozenset({2}))


def test_line_stops_where_a_round_is_unknown():
    chart = trend_chart(
        made([1, 2, None, 4, Partial(5, 1)]), ["2018", "2019", "2020", "2021", "2022"]
    )
    assert [len(run.split()) for run in chart.runs] == [2, 2]
    assert [point.hollow for point in chart.points] == [False, False, False, True]


def test_line_of_nothing_known_is_none():
    assert trend_chart(made([None, None, None]), ["2020", "2021", "2022"]) is None


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [
        (0, 97, (0, 100)),
        (0, 100, (0, 100)),
        (0, 101, (0, 200)),
        (0, 0, (0, 1)),
        (-3, 5, (-5, 5)),
        (0, 43_046, (0, 80_000)),
    ],
)
def test_axis_ends_on_round_numbers(low, high, ends):
    assert axis_ends(low, high) == ends


@pytest.mark.parametrize(
    ("period", "name"), [("2022", "2022"), ("2022Q3", "22年3季"), ("2022M05", "22年5月")]
)
def test_round_has_a_short_name(period, name):
    assert short_period(period) == name
