"""The rule book in and out: by command and as Excel in the back room."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import Workbook, load_workbook

from accounts.models import AuditEntry
from reports.models import Stale, Standard
from reports.models.standard import Force, Topic

pytestmark = pytest.mark.django_db

HEADER = "标准代码,名称,要求,类别,来源文件,效力,生效日期,失效日期,实际值公式,下限公式,所属标准代码,适用单位类型,地区明确"
AREA = "area,办公用房,不少于300平方米,用房,某文件,市县定,2022,2025-06,office_area,300,,社区、村,"


def load(*args):
    """What the command says."""
    out = io.StringIO()
    call_command("load_standards", *args, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def sheet(tmp_path):
    """`sheet(row, …)`: a file with these rows."""

    def sheet(*rows, header=HEADER, encoding="utf-8"):
        path = tmp_path / "rules.csv"
        path.write_text("\n".join([header, *rows]), encoding=encoding)
        return str(path)

    return sheet


def refused(path):
    """The sentences of a file that is not taken."""
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("load_standards", path, stderr=out)
    assert Standard.objects.count() == 0
    return [*out.getvalue().splitlines(), str(error.value)]


def test_whole_book_loads_and_loads_again_unchanged_and_is_sound():
    assert load() == "新增标准 193 条，变更 0 条，没有变化 0 条。\n"
    before = list(Standard.objects.order_by("pk").values())
    assert load() == "规则库没有变化（193 条标准）。\n"
    assert list(Standard.objects.order_by("pk").values()) == before
    entry = AuditEntry.objects.get()
    assert (entry.name, entry.verb, entry.what, entry.source) == (
        "系统",
        "新增标准",
        "规则库 193 条",
        "command",
    )
    check_soundness()


def check_soundness():
    """Every standard of the book, loaded, stands every check, and those the tests know are as they should be."""
    for standard in Standard.objects.all():
        standard.full_clean()
    assert Standard.objects.filter(force=Force.LAW).count() == 20
    assert Standard.objects.get(code="org_3plus1").children.count() == 4
    assert Standard.objects.get(code="police_eight_unified").children.count() == 8
    huanghua = Standard.objects.get(code="premises_area_300_huanghua")
    assert (huanghua.region_code, huanghua.kinds, huanghua.lower) == (
        "130983000000",
        ["community"],
        "300",
    )


def test_dry_run_writes_nothing():
    assert load("--dry-run") == "试运行，未写入：新增标准 193 条，变更 0 条，没有变化 0 条。\n"
    assert (Standard.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_row_is_read_in_the_words_of_the_office(sheet):
    load(sheet(AREA, encoding="gb18030"))
    area = Standard.objects.get()
    assert (area.topic, area.force, area.kinds, area.region_known) == (
        "premises",
        "city",
        ["community", "village"],
        True,
    )
    assert (str(area.effective_from), str(area.effective_to)) == ("2022-01-01", "2025-06-30")


def test_changed_row_is_in_the_trail_and_roll_ups_follow(sheet, round_2022):
    load(sheet(AREA))
    Stale.objects.all().delete()
    assert (
        load(sheet(AREA.replace("300,,", "500,,"))) == "新增标准 0 条，变更 1 条，没有变化 0 条。\n"
    )
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.what, entry.changes) == (
        "变更标准",
        "办公用房",
        {"下限公式": ["300", "500"]},
    )
    assert Stale.objects.count() == 3


def test_new_version_stands_beside_the_old(sheet):
    load(sheet(AREA, AREA.replace("2022,2025-06", "2025-07,").replace("300,,", "500,,")))
    assert list(Standard.objects.order_by("effective_from").values_list("lower", flat=True)) == [
        "300",
        "500",
    ]


def test_part_belongs_to_the_version_of_its_day(sheet):
    whole = "whole,整体,…,用房,某文件,市县定,{},,,,,"
    load(
        sheet(
            whole.format("2020-01-01,2021-12-31"),
            whole.format("2022-01-01,"),
            AREA.replace(",300,,", ",300,whole,"),
        )
    )
    assert str(Standard.objects.get(code="area").parent.effective_from) == "2022-01-01"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("用房,某", "房屋,某", "没有“房屋”这个词，可写：" + "、".join(Topic.labels) + "。"),
        ("2022,", "去年,", "日期“去年”读不懂，应写成 2026-01-01、2026-01 或 2026。"),
        ("office_area", "office", "没有叫“office”的指标，是不是“office_area（办公用房面积）”？"),
        ("300,,", "300,nothing,", "没有代码为“nothing”的标准；所属的标准请写在它的各项之前。"),
        ("社区、村,", "社区、村,大概", "“大概”应写成“是”或“否”。"),
    ],
)  # fmt: skip
def test_wrong_cell_named_by_line_and_column(sheet, old, new, sentence):
    column = {
        "房屋": "类别", "去年": "生效日期", "offi": "实际值公式", "300,": "所属标准代码", "社区、村": "地区明确",
    }  # fmt: skip
    label = next(label for mark, label in column.items() if new.startswith(mark))
    lines = refused(sheet(AREA.replace("area,", "first,", 1), AREA.replace(old, new, 1)))
    assert lines == [f"第 3 行 {label}：{sentence}", "共 1 处错误，没有写入任何标准。"]


def test_wrong_order_of_dates_named(sheet):
    lines = refused(sheet(AREA.replace("2022,2025-06", "2022,2021")))
    assert lines == ["第 2 行：失效日期不能早于生效日期。", "共 1 处错误，没有写入任何标准。"]


def test_missing_column_named(sheet):
    lines = refused(sheet("area,办公用房", header="标准代码,名称"))
    assert lines[0] == "第 1 行没有这些列名：要求、类别、来源文件、效力、生效日期。"


def test_strange_column_named(sheet):
    (line, _) = refused(sheet(AREA + ",x", header=HEADER + ",颜色"))
    assert line.startswith("第 1 行的“颜色”不是规则库的列名，可用：")


def test_row_wider_than_the_header_named(sheet):
    assert refused(sheet(AREA + ",a,b")) == ["第 2 行比表头多 2 列，请检查逗号和引号。"]


def test_other_file_refused(tmp_path):
    path = tmp_path / "rules.doc"
    assert refused(str(path)) == ["只读 .csv 和 .xlsx 文件，“rules.doc”不是；请另存为其中一种。"]
    assert refused(str(path.with_suffix(".csv"))) == [f"没有找到文件“{path.with_suffix('.csv')}”。"]


def workbook(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("rules.xlsx", out.getvalue())


def test_book_leaves_and_comes_back_as_excel(as_user, admin, sheet):
    load(sheet(AREA))
    client = as_user(admin)
    answer = client.post("/admin/reports/standard/export/", {"format": "0", **fields()})
    rows = [list(row) for row in load_workbook(io.BytesIO(answer.content)).active.values]
    assert rows[0][:4] == ["标准代码", "所属标准代码", "名称", "要求"]
    rows[1][rows[0].index("下限公式")] = "400"
    page = client.post(
        "/admin/reports/standard/import/",
        {"format": "0", "import_file": workbook(*rows), **fields()},
    )
    form = page.context["confirm_form"].initial
    client.post("/admin/reports/standard/process_import/", form)
    assert Standard.objects.get().lower == "400"
    entry = AuditEntry.objects.latest("pk")
    assert (entry.by, entry.verb, entry.source) == (admin, "变更标准", "admin")
    assert entry.changes == {"下限公式": ["300", "400"]}


def fields():
    """What the export and import forms send besides the file: every column of the book."""
    from reports.resources import NAMES

    return {"resource": "0", **{f"standardresource_{name}": "on" for name in NAMES}}


def test_wrong_formula_in_excel_stops_at_the_preview(as_user, admin):
    rows = [HEADER.split(","), AREA.replace("office_area", "office").split(",")]
    page = as_user(admin).post(
        "/admin/reports/standard/import/", {"format": "0", "import_file": workbook(*rows)}
    )
    (row,) = page.context["result"].invalid_rows
    assert row.error_dict == {
        "actual": ["没有叫“office”的指标，是不是“office_area（办公用房面积）”？"]
    }
    assert Standard.objects.count() == 0


def test_wrong_formula_in_the_form_is_refused(as_user, admin, sheet):
    load(sheet(AREA))
    standard = Standard.objects.get()
    form = {
        name: value
        for name, value in vars(standard).items()
        if value is not None and not name.startswith("_")
    }
    form |= {"kinds": "[]", "lower": "300 平米", "costs-TOTAL_FORMS": 0, "costs-INITIAL_FORMS": 0}
    page = as_user(admin).post(f"/admin/reports/standard/{standard.pk}/change/", form)
    assert list(page.context["errors"]) == [
        ["第 5 个字“平”附近不成算式，请检查括号、逗号和运算符。"]
    ]
    standard.refresh_from_db()
    assert standard.lower == "300"
