"""透视表: what is grouped by what is chosen in the address; cells, totals and means say what is unknown."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from reports.engine.measures import all_measures
from reports.engine.saving import follow_save
from reports.pivot import DIMENSIONS, Pivot, PivotMethod
from surveys.export import Partial
from surveys.models import Status
from tests.factories import stand


def pivot(root, rows, columns=None, how=PivotMethod.SUM, names=("households",), **more):
    measures = [all_measures()[name] for name in names]
    return Pivot([root], DIMENSIONS[rows], DIMENSIONS.get(columns), measures, how, **more)


def cells(made):
    return [list(row.cells) for row in made.table().rows]


def test_sums_by_street(root):
    assert cells(pivot(root, "street")) == [
        ["骅东街道", Partial(900, 1)],
        ["骅中街道", 1200],
        ["合计", Partial(2100, 1)],
    ]


def test_means_are_over_those_who_answered(root):
    assert cells(pivot(root, "street", how=PivotMethod.MEAN))[-1] == ["合计", Partial(1050, 1)]


def test_share_of_unknown(root):
    found = cells(pivot(root, "street", how=PivotMethod.UNKNOWN))
    assert found == [["骅东街道", 0.5], ["骅中街道", 0], ["合计", pytest.approx(1 / 3)]]


def test_by_size_class_across_status(root, filing_b):
    stand(filing_b, Status.APPROVED)
    follow_save(root.round, [filing_b.pk])
    made = pivot(root, "size", "status")
    heads = [column.groups for column in made.table().columns[1:]]
    assert heads == [("填报中",), ("已审定",), ("合计",)]
    assert cells(made) == [
        ["500–999 户", 900, "", 900],
        ["1,000–1,999 户", "", 1200, 1200],
        ["户数缺数", Partial(None, 1), "", Partial(None, 1)],
        ["合计", Partial(900, 1), 1200, Partial(2100, 1)],
    ]


def test_approved_only(root, filing_b):
    stand(filing_b, Status.APPROVED)
    assert cells(pivot(root, "street", approved=True)) == [["骅中街道", 1200], ["合计", 1200]]


def address(root, query=""):
    return reverse("reports:pivot", args=[root.pk]) + query


def test_address_says_the_whole_table(page, root):
    query = "?rows=governance&columns=size&values=households&values=office_area&how=mean"
    shown, file = page(address(root, query)), page(address(root, f"{query}&format=xlsx"))
    sheet = load_workbook(BytesIO(file.content)).active
    assert sheet["A1"].value == shown.context["title"]
    assert "社区平均" in shown.context["title"]


def test_too_many_columns_are_refused_with_a_sentence(page, root):
    query = "&".join(f"values={name}" for name in all_measures())
    shown = page(address(root, f"?columns=size&{query}&format=xlsx"))
    assert "请少选几个指标" in shown.content.decode()


def test_what_means_nothing_is_left_out(page, root):
    assert page(address(root, "?rows=x&columns=y&values=z&how=w&page=99")).status_code == 200


@pytest.mark.parametrize("rows", DIMENSIONS)
def test_every_dimension_as_rows_and_as_columns(page, root, rows):
    assert page(address(root, f"?rows={rows}")).status_code == 200
    assert page(address(root, f"?rows=governance&columns={rows}")).status_code == 200


def test_pivot_asks_seldom(page, root, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page(address(root, "?rows=street&columns=round"))
