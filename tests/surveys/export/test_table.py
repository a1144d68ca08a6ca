"""One declaration, three ways out: page, workbook, comma-separated text; and who may read the people in it."""

from io import BytesIO

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from openpyxl import load_workbook

from accounts.models import AuditEntry
from surveys.export import ColumnKind, Partial, Table, TableColumn, TableRow, download_table
from surveys.export.heads import heading_rows

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")']
COLUMNS = [
    TableColumn("单位"),
    TableColumn("总人口", "人", ColumnKind.COUNT, groups=("人口",)),
    TableColumn("男性比例", "", ColumnKind.PERCENT, groups=("人口",)),
    TableColumn("姓名", "", ColumnKind.NAME),
    TableColumn("联系电话", "", ColumnKind.PHONE),
]


@pytest.fixture
def table(filing_a):
    rows = [
        TableRow(["育才社区", 3456, 0.4567, "张三丰", "13812345678"]),
        TableRow(["东昊社区", None, None, "", None]),
        TableRow(["合计", Partial(3456.0, 1), Partial(None, 2), "", ""], rank="sum"),
    ]
    return Table("人口：汇总/表", COLUMNS, rows, filing_a, notes=["缺数不计入合计"], signed=True)


def taken(table, user, kind="xlsx"):
    request = RequestFactory().get("/", {"format": kind})
    request.user = user
    return download_table(request, table)


def sheet(answer):
    return load_workbook(BytesIO(answer.content)).active


def test_workbook_says_what_the_table_is(table, clerk_a):
    rows = [[cell.value for cell in row] for row in sheet(taken(table, clerk_a)).rows]
    assert rows[0][0] == "人口：汇总/表"
    assert (
        rows[1][0]
        == "填报单位：育才社区　　统计时点：2022 年 12 月 31 日　　数据范围：全部数据（含填报中、未审定）"
    )
    assert rows[2:5] == [
        ["单位", "人口", None, "姓名", "联系电话"],
        [None, "总人口", "男性比例", None, None],
        [None, "人", None, None, None],
    ]
    assert [row[0] for row in rows[-2:]] == [
        "注：缺数不计入合计",
        "填表人：　　　　　　　审核人：　　　　　　　填表日期：　　　　年　　月　　日",
    ]


def test_workbook_keeps_numbers_as_numbers_and_says_what_is_unknown(table, clerk_a):
    made = sheet(taken(table, clerk_a))
    assert [[cell.value for cell in row] for row in made.iter_rows(6, 8)] == [
        ["育才社区", 3456, 0.4567, "张三丰", "13812345678"],
        ["东昊社区", "缺数", "缺数", None, None],
        ["合计", 3456, "缺数 2", None, None],
    ]
    assert [made["B6"].number_format, made["C6"].number_format] == ["#,##0", "0.0%"]
    assert made["B8"].number_format == '#,##0"（缺1）"'


def test_workbook_is_set_up_for_paper(table, clerk_a):
    made = sheet(taken(table, clerk_a))
    assert (made.freeze_panes, made.print_title_rows, made.page_setup.paperSize) == (
        "B6",
        "$3:$5",
        9,
    )
    merged = {str(area) for area in made.merged_cells.ranges}
    assert merged >= {"A1:E1", "A2:E2", "A3:A4", "B3:C3", "D3:D4", "E3:E4"}


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_stays_text(text, filing_a, clerk_a):
    def table():
        return Table("表", [TableColumn("单位")], [TableRow([text])], filing_a)

    cells = [cell for row in sheet(taken(table(), clerk_a)).rows for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}
    assert text.strip() in [str(cell.value).strip() for cell in cells]
    written = taken(table(), clerk_a, "csv").content.decode("utf-8-sig").split("\n", 1)[1]
    assert written.lstrip('"')[0] == "'"


def test_csv_is_known_as_utf8_and_has_bare_numbers(table, clerk_a):
    answer = taken(table, clerk_a, "csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "单位,人口·总人口（人）,人口·男性比例,姓名,联系电话",
        "育才社区,3456,0.4567,张三丰,13812345678",
        "东昊社区,,,,",
        "合计,3456,,,",
    ]


def test_people_are_masked_for_who_only_looks(table, viewer):
    made = sheet(taken(table, viewer))
    assert [made["D6"].value, made["E6"].value] == ["张**", "138****5678"]


def test_people_are_named_for_clerks_and_reviewers_of_the_area(table, district_reviewer):
    assert sheet(taken(table, district_reviewer))["D6"].value == "张三丰"


def test_download_is_in_the_trail_with_who_and_whether_people_are_named(table, viewer, clerk_a):
    taken(table, clerk_a)
    taken(table, viewer, "csv")
    lines = (
        AuditEntry.objects.filter(verb="下载表格")
        .order_by("pk")
        .values_list("verb", "what", "name", "path")
    )
    assert list(lines) == [
        ("下载表格", "人口：汇总/表.xlsx（3 行，含人员姓名）", "骅东填报员", table.area.path),
        ("下载表格", "人口：汇总/表.csv（3 行，姓名已隐去）", "黄骅查看员", table.area.path),
    ]


def test_file_has_its_chinese_name(table, clerk_a):
    assert "filename*=utf-8''%E4%BA%BA%E5%8F%A3" in taken(table, clerk_a)["Content-Disposition"]


def test_page_shows_the_same_and_escapes(filing_a, viewer):
    rows = [TableRow(["<b>社区", Partial(1234.0, 2), None, "张三", ""], href="/x/")]
    table = Table("表", COLUMNS, rows, filing_a)
    page = Template('{% include "parts/_declared.html" with table=table user=user only %}')
    html = page.render(Context({"table": table, "user": viewer}))
    assert '<a href="/x/">&lt;b&gt;社区</a></th><td class="n">1,234 <small>缺2</small></td>' in html
    assert '<td class="n"><span class="blank">缺数</span></td><td class="">张**</td>' in html


def test_heads_join_neighbours_under_one_heading_only():
    columns = [
        TableColumn("甲"),
        TableColumn("乙", groups=("组",)),
        TableColumn("丙"),
        TableColumn("丁", groups=("组",)),
    ]
    first, second = heading_rows(columns)
    assert [(h.label, h.at, h.down, h.across) for h in first] == [
        ("甲", 0, 2, 1),
        ("组", 1, 1, 1),
        ("丙", 2, 2, 1),
        ("组", 3, 1, 1),
    ]
    assert [(h.label, h.at) for h in second] == [("乙", 1), ("丁", 3)]


def test_wide_table_prints_in_parts_each_under_its_own_heads(table, clerk_a):
    groups = {"人口": 4, "用房": 8, "经费": 12}
    columns = [
        TableColumn("甲", "", ColumnKind.COUNT, 14, (group,))
        for group, number in groups.items()
        for _ in range(number)
    ]
    table.columns, table.rows = [TableColumn("单位", width=26), *columns], []
    made = sheet(taken(table, clerk_a))
    assert [each.id for each in made.col_breaks.brk] == [5, 13, 21]
    assert [cell.value for cell in made[3] if cell.value] == [
        "单位",
        "人口",
        "用房",
        "经费",
        "经费",
    ]
    assert made.page_setup.scale == 69
