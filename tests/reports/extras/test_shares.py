"""An item in % is never added up: an area's value is the mean of its communities, wherever it is shown or judged."""

import pytest
from django.urls import reverse

from communities.models import Level
from documents.report import Report
from reports.engine.area import Area
from reports.engine.compliance import Verdict, binding_standards
from reports.engine.tallies import judge_area, refresh_roll_ups, stored_totals
from reports.pivot.dimensions import DIMENSIONS
from reports.pivot.table import Pivot, PivotMethod
from reports.summary import SummaryTable
from surveys.actions.hooks import saved
from surveys.export import ColumnKind, Partial
from surveys.extras import answer_measures, round_section
from surveys.models import Extra, ExtraRecord, Filing, Status
from tests.documents.reading import body
from tests.factories import StandardFactory, stand


@pytest.fixture
def county_filing(round_2022, county):
    return Filing.objects.select_related("round__unit", "previous__round").get(
        round=round_2022, unit=county
    )


@pytest.fixture
def green(asked):
    return asked("绿化率", kind="amount", unit="％")


@pytest.fixture
def said(green, round_2022):
    """`said(20, 30, 70)`: what the communities of 骅东街道 (two) and of 骅中街道 (one) answer."""

    def write(*values):
        filings = round_2022.filings.communities().order_by("path")
        for filing, value in zip(filings, values, strict=True):
            ExtraRecord.objects.update_or_create(filing=filing, defaults={green.column: value})
        saved(Extra.objects.get().round, [filing.pk for filing in filings])

    return write


@pytest.fixture
def page(bureau, county_filing):
    """`page("trend", values="q_1")`: what the county's page shows."""

    def read(name, *more, **query):
        return bureau.get(reverse(f"reports:{name}", args=[county_filing.pk, *more]), query).context

    return read


@pytest.fixture
def rows(page):
    """The same as {first cell of a row of its table: the others}."""
    return lambda name, **query: cells(page(name, **query)["table"])


def cells(table):
    return {row.cells[0].strip("　"): row.cells[1:] for row in table.rows}


def test_full_width_sign_is_kept_as_the_plain_one(green):
    assert (Extra.objects.get().unit, Extra.objects.get().is_share) == ("%", True)


def test_value_of_an_area_is_the_mean_of_its_communities_and_not_of_means(
    green, said, county_filing
):
    said(20, 30, 70)
    refresh_roll_ups(county_filing)
    streets = Filing.objects.filter(parent=county_filing).order_by("path")
    assert [
        stored_totals(each, [green.code])[green.code] for each in (*streets, county_filing)
    ] == [
        25,
        70,
        40,
    ]


def test_overview_shows_the_mean_of_those_who_answered(page, said):
    said(20, None, 70)
    figure = dict(page("overview")["figures"])["本期补充"][0]
    assert (figure.label, figure.value, figure.unit, figure.missing) == (
        "绿化率（平均）",
        45,
        "%",
        1,
    )


def test_approved_figures_are_the_mean_of_approved_filings(page, said, filing_a):
    said(20.5, 30, 70)
    stand(filing_a, Status.APPROVED)
    saved(Extra.objects.get().round, [filing_a.pk])
    figure = dict(page("overview", scope="approved")["figures"])["本期补充"][0]
    assert (figure.value, figure.missing) == (20.5, 0)


def test_summary_table_holds_means_and_says_so(said, county_filing):
    said(20, 30, None)
    refresh_roll_ups(county_filing)
    section = round_section(county_filing.round, "extras")
    table = SummaryTable(Area(county_filing), section, Level.COMMUNITY).table()
    assert cells(table) == {
        "黄骅市": [3, Partial(25, 1)],
        "骅东街道": [2, 25],
        "育才社区": ["", 20],
        "东昊社区": ["", 30],
        "骅中街道": [1, Partial(None, 1)],
        "平安社区": ["", None],
    }
    assert "“绿化率”，上级单位为填报了该项的社区的平均数。" in table.notes


def test_trend_and_comparison_show_the_mean(rows, green, said, county_filing):
    said(20, 30, 70)
    streets = list(
        Filing.objects.filter(parent=county_filing).order_by("path").values_list("pk", flat=True)
    )
    assert rows("trend", values=green.code)["绿化率（平均）"] == ["%", 40]
    compared = rows("units", units=[*streets])
    assert (compared["绿化率（平均）"], "每万人绿化率" in compared) == (["%", 25, 70], False)


@pytest.mark.parametrize(
    ("how", "label"), [(PivotMethod.SUM, "绿化率（平均）"), (PivotMethod.MEAN, "绿化率")]
)
def test_pivot_shows_the_mean_in_its_total_too(how, label, green, said, county_filing):
    said(20, 30, 70)
    (measure,) = answer_measures(green)
    table = Pivot([county_filing], DIMENSIONS["street"], None, [measure], how).table()
    assert ([column.label for column in table.columns[1:]], table.columns[1].kind) == (
        [label],
        ColumnKind.NUMBER,
    )
    assert cells(table) == {"骅东街道": [25], "骅中街道": [70], "合计": [40]}


def test_models_are_compared_by_percent_as_answered(page, said, filing_a):
    said(20, 30, 70)
    Filing.objects.communities().update(governance="traditional")
    Filing.objects.filter(pk=filing_a.pk).update(governance="big_community")
    saved(Extra.objects.get().round, [*Filing.objects.communities().values_list("pk", flat=True)])
    found = page("models", match="none")["table"]
    row = next(row for row in found.rows if row.cells[0] == "绿化率")
    assert (row.cells[1:], row.kind) == (["%", 50, 20], ColumnKind.NUMBER)


def test_page_of_the_item_says_the_mean(page, green, said):
    said(20, None, 70)
    shown = page("measure", green.code)
    assert (shown["word"], shown["total"], shown["unsaid"]) == ("平均", 45, 1)


def test_report_says_the_mean(said, county_filing):
    said(20, 31, 70.5)
    report = Report(county_filing)
    assert "绿化率|3|0|平均40.5%|—" in body(report.file())
    assert report.context.figures["补充项·绿化率"].value == 40.5


def test_standard_of_an_area_judges_the_mean(green, said, county_filing):
    said(20, 30, 70)
    StandardFactory(code="green", level=3, kinds=[], actual=green.code, lower="41", unit="%")
    refresh_roll_ups(county_filing)
    judgment = judge_area(county_filing, binding_standards(county_filing.round, county_filing))[
        "green"
    ]
    assert (judgment.verdict, judgment.actual, judgment.gap) == (Verdict.UNMET, 40, 1)
