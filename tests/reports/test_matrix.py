"""The matrix at every level: rates of upper units from the roll-ups, gaps of communities, better or worse than before."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from communities.models import Kind, Level
from reports.engine.saving import follow_save
from surveys.models import Filing
from tests.factories import (
    FilingFactory,
    StandardFactory,
    UnitFactory,
    stand,
)
from tests.rounds import last_year, report_households


@pytest.fixture
def root(round_2022):
    StandardFactory(code="size", lower="1000", upper="3000", gap_unit="户")
    StandardFactory(
        code="office",
        name="办公用房",
        actual="office_area",
        lower="300",
        unit="m²",
        gap_unit="m²",
        force="city",
    )
    return round_2022.filings.get(parent=None)


@pytest.fixture
def matrix(as_user, district_reviewer):
    def matrix(filing, query=""):
        return as_user(district_reviewer).get(reverse("reports:matrix", args=[filing.pk]) + query)

    return matrix


def rates(page):
    """{unit: [(met, unmet) of each column]}"""
    return {
        line.name: [(cell.tally.met, cell.tally.unmet) for cell in line.cells]
        for line in page.context["page"].lines
    }


def names(page):
    return [line.filing.name for line in page.context["page"].lines]


def run_itself(root, households):
    """A community that the county runs without a street."""
    unit = UnitFactory(
        parent=root.unit,
        level=Level.COMMUNITY,
        kind=Kind.COMMUNITY,
        name="直属社区",
        code="130983100001",
    )
    report_households(FilingFactory(round=root.round, unit=unit, parent=root), households)


def test_streets_show_how_many_communities_meet_each_standard(matrix, root, filing_a, filing_b):
    report_households(filing_a, 900, 82)
    report_households(filing_b, 1200, 300)
    page = matrix(root, "?level=4")
    assert rates(page) == {"骅东街道": [(0, 1), (0, 1)], "骅中街道": [(1, 0), (1, 0)]}
    assert [
        (cell.tally.met, cell.tally.unmet, cell.tally.gap)
        for cell in page.context["table"].foot.cells
    ] == [
        (1, 1, 218),
        (1, 1, 100),
    ]


def test_communities_an_area_runs_itself_are_a_line_of_their_own(matrix, root, filing_a):
    report_households(filing_a, 900)
    run_itself(root, 1500)
    page = matrix(root, "?level=4&show=size")
    assert rates(page) == {"黄骅市直管社区": [(1, 0)], "骅东街道": [(0, 1)], "骅中街道": [(0, 0)]}
    assert f"/matrix/{root.pk}/?level=5&amp;street=own&amp;show=size" in page.content.decode()
    assert names(matrix(root, "?level=5&street=own&show=size")) == ["直属社区"]


def test_city_starts_with_the_units_below_and_a_district_with_its_communities(matrix, root):
    assert matrix(root).context["form"].row_level == Level.COMMUNITY
    root.unit.__class__.objects.filter(pk=root.unit_id).update(level=Level.CITY)
    Filing.objects.filter(pk=root.pk).update(level=Level.CITY)
    assert matrix(root).context["form"].row_level == Level.STREET
    assert matrix(root, "?verdict=unmet").context["form"].row_level == Level.COMMUNITY


def test_streets_are_sorted_by_their_rate(matrix, root, filing_a, filing_b):
    report_households(filing_a, 1200)
    report_households(filing_b, 900)
    assert names(matrix(root, "?level=4&by=size")) == ["骅中街道", "骅东街道"]
    assert names(matrix(root, "?level=4&by=total")) == ["骅中街道", "骅东街道"]
    assert names(matrix(root, "?level=4&by=office")) == ["骅东街道", "骅中街道"]


def test_communities_are_sorted_by_how_many_standards_they_miss(matrix, root, filing_a, filing_b):
    report_households(filing_a, 1200, 82)
    report_households(filing_b, 900, 82)
    assert names(matrix(root, "?by=total"))[:2] == ["平安社区", "育才社区"]


def test_rates_and_gaps_stand_beside_the_round_before(matrix, root, filing_a, filing_b):
    last_year(root.round, 育才=900, 平安=1200)
    report_households(filing_a, 950)
    report_households(filing_b, 900)
    (middle, east) = matrix(root, "?level=4&show=size").context["page"].lines
    assert (east.cells[0].arrow.words, middle.cells[0].arrow.words) == (
        "与上期持平",
        "比上期低 100.0 个百分点",
    )
    lines = {
        line.filing.name: line.arrows for line in matrix(root, "?show=size").context["page"].lines
    }
    assert {
        name: {code: t.words for code, t in found.items()} for name, found in lines.items()
    } == {
        "育才社区": {"size": "缺口比上期少 50 户"},
        "东昊社区": {},
        "平安社区": {"size": "上期达标，本期未达标"},
    }


def test_standard_that_took_anothers_place_is_compared_with_it_and_marked(matrix, root, filing_a):
    StandardFactory(
        code="law_old",
        upper="700",
        statement="100至700户",
        effective_to="2021-12-31",
        successor="law_new",
    )
    StandardFactory(code="law_new", lower="1000", upper="3000", effective_from="2022-01-01")
    last_year(root.round, 育才=1200)
    report_households(filing_a, 1200)
    page = matrix(root, "?show=law_new")
    assert [line.arrows["law_new"].words for line in page.context["page"].lines if line.arrows] == [
        "上期未达标，本期达标"
    ]
    assert "上期按：100至700户" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?show=size&verdict=met", ["平安社区"]),
        ("?show=size&verdict=unknown", ["东昊社区"]),
        ("?verdict=met", ["平安社区"]),
        ("?verdict=na", []),
        ("?size=700-1000", ["育才社区"]),
        ("?size=3000-", []),
        ("?size=unknown", ["东昊社区"]),
        ("?governance=big_community", ["东昊社区"]),
        ("?kind=village", []),
        ("?state=approved", ["平安社区"]),
        ("?scope=approved", ["平安社区"]),
        ("?show=office&least=80&most=300", ["育才社区"]),
        ("?show=office&least=100&per=share", ["平安社区"]),
        ("?least=nonsense", ["育才社区", "东昊社区", "平安社区"]),
    ],
)
def test_communities_are_chosen(matrix, root, filing_a, filing_b, query, found):
    report_households(filing_a, 900, 82)
    report_households(filing_b, 1200, 300)
    stand(filing_b, "approved")
    root.round.filings.filter(name="东昊社区").update(governance="big_community")
    assert names(matrix(root, query)) == found


def test_force_chooses_the_columns(matrix, root):
    assert [head["standard"].code for head in matrix(root, "?force=city").context["heads"]] == [
        "office"
    ]


def test_matrix_of_approved_filings_only(matrix, root, filing_a, filing_b):
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    stand(filing_b, "approved")
    follow_save(root.round, [filing_b.pk])
    page = matrix(root, "?level=4&show=size&scope=approved")
    cells = {line.name: line.cells[0].bound for line in page.context["page"].lines}
    assert cells == {"骅东街道": False, "骅中街道": True}
    assert page.context["heads"][0]["tally"].met == 1


def sheet(answer):
    return [
        [c for c in row if c is not None]
        for row in load_workbook(BytesIO(answer.content)).active.values
    ]


def test_matrix_of_communities_as_a_workbook(matrix, root, filing_a):
    report_households(filing_a, 900, 82)
    rows = sheet(matrix(root, "?show=office&format=xlsx"))
    assert rows[0] == ["黄骅市2022年度“办公用房”达标矩阵"]
    assert ["育才社区", "骅东街道", "填报中", 82, 300, "未达标", 218] in rows
    assert ["东昊社区", "骅东街道", "填报中", "—", 300, "数据缺失"] in rows


def test_matrix_of_streets_as_a_workbook(matrix, root, filing_a, filing_b):
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    rows = sheet(matrix(root, "?level=4&show=size&format=xlsx"))
    assert ["骅东街道", "黄骅市", 0, 0, 1, 1, 0, 100] in rows
    assert ["黄骅市合计", 0.5, 1, 1, 1, 0.5, 100] in rows


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("query", "count"),
    [("?level=4", 10), ("?level=4&by=size", 10), ("", 12), ("?verdict=unmet", 12)],
)
def test_matrix_costs_the_same_at_any_number_of_rows(
    as_user, district_reviewer, root, filing_a, query, count, rows, django_assert_num_queries
):
    last_year(root.round, 育才=900)
    report_households(filing_a, 900)
    for at in range(rows - 1):
        unit = UnitFactory(
            parent=root.unit, level=Level.STREET, kind=Kind.STREET, code=f"13098302{at}000"
        )
        FilingFactory(round=root.round, unit=unit, parent=root)
    client, address = as_user(district_reviewer), reverse("reports:matrix", args=[root.pk]) + query
    client.get(address)
    with django_assert_num_queries(count):
        client.get(address)
