"""汇总表: sums say how many have not answered, subtotals agree with their communities, the file is the page."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from communities.models import Level
from reports.engine.area import Area
from reports.engine.saving import follow_save
from reports.engine.scope import Scope
from reports.engine.tallies import refresh_roll_ups
from reports.summary import SummaryTable
from surveys.export import Partial
from surveys.models import Status
from surveys.sections import all_sections
from tests.factories import FilingFactory, UnitFactory, WorkerFactory, stand


def address(filing, query=""):
    return reverse("reports:summary", args=[filing.pk]) + query


def section(name):
    return next(section for section in all_sections() if section.name == name)


def column(table, label):
    """{unit as it stands in its row: cell}"""
    at = [column.label for column in table.columns].index(label)
    return {row.cells[0].strip("　"): row.cells[at] for row in table.rows}


def test_sum_says_how_many_are_missing(root):
    refresh_roll_ups(root)
    assert column(SummaryTable(Area(root), None, Level.COMMUNITY).table(), "总户数") == {
        "黄骅市": Partial(2100, 1),
        "骅东街道": Partial(900, 1),
        "育才社区": 900,
        "东昊社区": None,
        "骅中街道": 1200,
        "平安社区": 1200,
    }


def test_rows_end_at_the_level_asked_for(root):
    refresh_roll_ups(root)
    table = SummaryTable(Area(root), None, Level.STREET).table()
    assert [(row.cells[0], row.rank) for row in table.rows] == [
        ("黄骅市", "sum"),
        ("　骅东街道", ""),
        ("　骅中街道", ""),
    ]


def test_approved_only_counts_approved_only(root, filing_b):
    stand(filing_b, Status.APPROVED)
    follow_save(root.round, [filing_b.pk])
    refresh_roll_ups(root)
    table = SummaryTable(Area(root, Scope(approved=True)), None, Level.COMMUNITY).table()
    assert column(table, "总户数") == {
        "黄骅市": 1200,
        "骅东街道": "—",
        "骅中街道": 1200,
        "平安社区": 1200,
    }
    left_out = "街道本级 2 份（共 2 份）、社区 2 份（共 3 份）"
    assert table.notes[0] == f"本表只含已审定的填报表；没有审定、没有计入的：{left_out}。"


def test_own_staff_of_a_street_stands_in_its_own_row(root, street_a):
    street = root.round.filings.get(unit=street_a)
    WorkerFactory(filing=street)
    follow_save(root.round, [street.pk])
    refresh_roll_ups(root)
    names = [
        row.cells[0]
        for row in SummaryTable(Area(root), section("workers"), Level.COMMUNITY).table().rows
    ]
    assert names[1:3] == ["　骅东街道", "　　骅东街道（本级）"]


@pytest.mark.parametrize("name", ["", *(section.name for section in all_sections())])
def test_file_holds_what_the_page_shows(page, root, name):
    shown = page(address(root, f"?section={name}&by={Level.COMMUNITY.value}"))
    file = page(address(root, f"?section={name}&by={Level.COMMUNITY.value}&format=xlsx"))
    sheet = load_workbook(BytesIO(file.content)).active
    assert sheet["A1"].value == shown.context["table"].title
    assert "育才社区" in shown.content.decode()
    assert any("育才社区" in str(row[0]) for row in sheet.values)


def test_what_means_nothing_is_left_out(page, root):
    assert page(address(root, "?section=nonsense&by=x&page=99&scope=?")).status_code == 200


@pytest.mark.parametrize("more", [0, 2])
def test_summary_asks_as_often_for_many_as_for_few(
    page, root, street_a, more, django_assert_num_queries, django_assert_max_num_queries
):
    street = root.round.filings.get(unit=street_a)
    for number in range(more):
        unit = UnitFactory(
            name=f"新{number}社区", level=Level.COMMUNITY, kind="community", parent=street_a
        )
        FilingFactory(round=root.round, unit=unit, parent=street)
    page(address(root))
    with django_assert_max_num_queries(12):
        page(address(root, "?section=institutions&by=5"))
