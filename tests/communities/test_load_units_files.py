"""`manage.py load_units FILE`: the files people have, and the ones that cannot be read."""

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from communities.models import Unit

LINE = "130983001030,新苑社区,5,130983001"


def run(path, capsys, **options):
    call_command("load_units", str(path), **options)
    return capsys.readouterr().out


def refusal(path, **options):
    with pytest.raises(CommandError) as raised:
        call_command("load_units", str(path), **options)
    return str(raised.value)


@pytest.fixture
def workbook(tmp_path):
    def write(*rows):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "units.xlsx")
        return tmp_path / "units.xlsx"

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_offices_use(encoding, list_file, street_a, capsys):
    assert run(list_file(LINE, encoding=encoding), capsys) == "新增 1，变更 0，未变 0\n"
    assert Unit.objects.by_code("130983001030").name == "新苑社区"


def test_second_run_says_nothing_changed(list_file, street_a, capsys):
    path = list_file(LINE)
    run(path, capsys)
    assert run(path, capsys) == "新增 0，变更 0，未变 1\n"


def test_dry_run_says_so(list_file, street_a, capsys):
    assert run(list_file(LINE), capsys, dry_run=True) == "试运行，未写入：新增 1，变更 0，未变 0\n"
    assert street_a.children.count() == 0


def test_xlsx_with_numbers_as_codes_and_a_level_in_words(workbook, street_a, capsys):
    path = workbook(
        ["名称", "备注", "区划代码", "上级代码", "层级", "类型", "设立日期"],
        ["新苑社区", "某注", 130983001030, 130983001000.0, "社区", "居委会", "2020.8"],
        [None] * 7,
    )
    assert run(path, capsys) == "新增 1，变更 0，未变 0\n"
    unit = Unit.objects.by_code("130983001030")
    assert (unit.kind, unit.opened_on.isoformat(), unit.parent) == (
        "community",
        "2020-08-01",
        street_a,
    )


def test_header_of_the_statistical_files(list_file, street_a, capsys):
    path = list_file(LINE + ",类似居委会", header=["code", "name", "level", "parent_code", "kind"])
    assert run(path, capsys) == "新增 1，变更 0，未变 0\n"


def test_errors_are_listed_with_their_lines(list_file, street_a, capsys):
    path = list_file(LINE, "13098300103,乙,9,130983001", "130983001031,,5,130983001")
    assert refusal(path) == "共 2 处错误，没有写入任何单位。"
    assert capsys.readouterr().err.splitlines() == [
        "第 3 行：层级“9”不认识，应为 1 省、2 市、3 区县、4 街道、5 社区、6 网格。",
        "第 4 行：没有写名称。",
    ]
    assert street_a.children.count() == 0


def test_under_a_unit_by_the_short_form_of_its_code(list_file, street_a, capsys):
    assert (
        run(list_file("130983001030,新苑社区,5,"), capsys, under="130983001")
        == "新增 1，变更 0，未变 0\n"
    )
    assert refusal(list_file(LINE), under="110101") == "系统里没有代码为 110101 的单位。"


def test_missing_and_doubled_columns_are_named(list_file, db):
    expected = "第 1 行没有这些列名：层级、上级代码。表头应为：区划代码、名称、层级、上级代码。"
    assert refusal(list_file(header=["代码", "名称"])) == expected
    doubled = list_file(header=["代码", "名称", "名称", "层级", "上级代码"])
    assert refusal(doubled) == "第 1 行有重复的列：名称；每列只留一个。"


def test_files_that_are_something_else(tmp_path, db):
    fake, torn = tmp_path / "假.xlsx", tmp_path / "乱.csv"
    fake.write_text("<html>")
    torn.write_bytes(b"\xff\xff\xff,\x80")
    assert (
        refusal(tmp_path / "units.doc")
        == "只读 .csv 和 .xlsx 文件，“units.doc”不是；请另存为其中一种。"
    )
    assert refusal(tmp_path / "无.csv") == f"没有找到文件“{tmp_path / '无.csv'}”。"
    assert refusal(fake) == "“假.xlsx”不是 .xlsx 工作簿（可能加了密或只改了扩展名）；请重新另存。"
    assert refusal(torn) == "文字编码不是 UTF-8 或 GB18030；请用表格软件另存为“CSV UTF-8”。"


def test_zip_that_is_no_workbook(tmp_path, db):
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("a.txt", "a")
    assert (
        refusal(tmp_path / "a.xlsx")
        == "“a.xlsx”不是完好的 .xlsx 工作簿；请用表格软件打开后重新保存。"
    )


def test_xlsx_too_large_is_refused_before_it_is_opened(workbook, monkeypatch, db):
    monkeypatch.setattr("communities.files.MAX_UNZIPPED", 1_000)
    assert refusal(workbook(["代码"])) == ".xlsx 文件过大；请只留需要的工作表，或另存为 .csv。"


def test_xlsx_with_too_many_rows(workbook, monkeypatch, street_a):
    monkeypatch.setattr("communities.files.MAX_XLSX_ROWS", 1)
    path = workbook(
        ["代码", "名称", "层级", "上级代码"], ["130983001030", "甲社区", 5, "130983001"]
    )
    assert refusal(path) == ".xlsx 最多读 1 行；更大的名录请另存为 .csv。"
