"""Files that lie about what they are, are damaged or hostile: a sentence each, never a dead process."""

import resource
import time
import zipfile
from io import BytesIO

import pytest

from surveys.reading import FindingKind, read_survey, workbook
from surveys.reading.guard import MB, Unreadable
from surveys.reading.workbook import open_workbook
from tests.large import many
from tests.surveys.reading import bombs
from tests.surveys.reading.conftest import DATA

pytestmark = pytest.mark.once
MESSY = (DATA / "survey_2022_29_messy_1.xlsx").read_bytes()
# Of each block: seeds beside each other, so that the usual ones are always the same.
MUTATIONS, long_mutations = many("damaged and rewritten workbooks", usual=25, long=500)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def with_part(name, content=b"x"):
    file = BytesIO(MESSY)
    with zipfile.ZipFile(file, "a") as package:
        package.writestr(name, content)
    return file.getvalue()


def utf16(text):
    return text.encode("utf-16-le")


LIES = [
    ("empty.xlsx", b"", "文件是空的"),
    ("large.xlsx", b"PK" + b"0" * 10 * MB, "超过上限 10 MB"),
    ("wps.et", OLE + b"\0" * 2000, "WPS 表格（.et）"),
    (
        "encrypted.xlsx",
        OLE + b"\0" * 1000 + utf16("EncryptedPackage") + b"\0" * 1000,
        "设了打开密码",
    ),
    ("letter.xls", OLE + b"\0" * 1000 + utf16("WordDocument") + b"\0" * 1000, "不是工作簿"),
    ("cut.xls", OLE + utf16("Workbook") + b"\0" * 100, "文件不完整"),
    ("page.xls", "<html><table><tr><td>社区</td></tr></table></html>".encode(), "网页表格（HTML）"),
    ("page.xls", "\ufeff<meta charset=utf-8><table>".encode(), "网页表格（HTML）"),
    (
        "old.xls",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "XML 表格 2003",
    ),
    ("list.xlsx", "社区,户数\n育才,967\n".encode("gb18030"), "文本表格（CSV）"),
    ("list.csv", "社区,户数\n育才,967\n".encode("utf-8-sig"), "文本表格（CSV）"),
    ("paper.xlsx", b"%PDF-1.7", "PDF"),
    ("photo.xlsx", b"\x89PNG\r\n", "图片"),
    ("pack.xlsx", b"Rar!\x1a", "RAR"),
    ("what.xlsx", bytes(range(256)), "认不出的文件类型"),
    ("cut.xlsx", MESSY[:20000], "文件不完整"),
    ("cut.xlsx", MESSY[:-40], "文件不完整"),
    ("calc.ods", zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
    (
        "binary.xlsb",
        zipped(xl__workbook_bin="x").replace(b"workbook_bin", b"workbook.bin"),
        "二进制工作簿",
    ),
    ("letter.docx", zipped(word="x"), "没有工作簿"),
    ("macro.xlsm", with_part("xl/vbaProject.bin"), "含有宏"),
    ("links.xlsx", with_part("xl/externalLinks/externalLink1.xml"), "引用了别的文件"),
    ("dtd.xlsx", with_part("xl/x.xml", b"<?xml version='1.0'?><!DOCTYPE x>"), "文档类型声明"),
    ("dtd.xlsx", with_part("xl/x.xml", "<!ENTITY x 'y'>".encode("utf-16")), "文档类型声明"),
]


@pytest.mark.parametrize(("name", "data", "sentence"), LIES)
def test_each_lie_about_the_format_has_its_own_sentence(name, data, sentence):
    with pytest.raises(Unreadable) as caught:
        open_workbook(data, name)
    assert sentence in caught.value.reason
    assert caught.value.expected


def test_file_that_cannot_be_read_is_one_finding(city_round, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    reading = read_survey(path, round=city_round)
    assert [(f.kind, f.reason) for f in reading.findings] == [(FindingKind.FILE, "文件是空的。")]


@pytest.mark.parametrize("bomb", bombs.BOMBS, ids=lambda bomb: bomb.__name__)
def test_bombs_end_in_a_sentence_quickly_and_in_little_memory(bomb):
    data = bomb()
    started, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable) as caught:
        open_workbook(data)
    assert caught.value.reason.endswith("。")
    assert time.process_time() - started < 4
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def test_million_rows_are_refused_with_limit_and_count():
    with pytest.raises(Unreadable) as caught:
        open_workbook(bombs.corner("A1000000"))
    assert "第 1,000,000 行还有内容，超过上限 100,000 行" in caught.value.reason


def test_styled_but_empty_cells_far_away_do_no_harm():
    rows = bombs.CELL.format(row=1, ref="A1") + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    [sheet] = open_workbook(bombs.package(bombs.sheet_xml(rows)))
    assert (sheet.rows, sheet.width) == ([[1.0]], 1)


def test_corner_that_walks_round_the_guard_dies_in_the_child_only(monkeypatch):
    monkeypatch.setattr("surveys.reading.guard.check_file", lambda data, name: {})
    with pytest.raises(Unreadable) as caught:
        open_workbook(bombs.corner())
    assert "很远的行或列" in caught.value.reason


def test_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(workbook, "SECONDS", 0.2)
    monkeypatch.setattr(workbook, "child_command", lambda: ["/bin/sleep", "20"])
    with pytest.raises(Unreadable) as caught:
        open_workbook(MESSY)
    assert "还没有读完" in caught.value.reason


def test_child_answers_nonsense(monkeypatch):
    monkeypatch.setattr(workbook, "child_command", lambda: ["/bin/echo", "x"])
    with pytest.raises(Unreadable) as caught:
        open_workbook(MESSY)
    assert caught.value.reason == "文件无法读取，可能已损坏。"


def test_errors_and_formulas_without_result_are_put_back():
    cells = '<c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>1+1</f><v></v></c><c r="C1"><f>1+1</f><v>2</v></c>'
    [sheet] = open_workbook(bombs.package(bombs.sheet_xml(f'<row r="1">{cells}</row>')))
    assert sheet.rows == [["#REF!", "公式没有结果", 2.0]]


def test_hidden_sheets_are_not_read():
    names = [sheet.name for sheet in open_workbook(MESSY)]
    assert "字典" not in names
    assert len(names) == 5


@long_mutations
@pytest.mark.parametrize("block", range(10))
def test_mutated_workbooks_end_in_a_reading(city_round, block):
    small = bombs.package(bombs.sheet_xml('<row r="1"><c r="A1" t="str"><v>社区</v></c></row>'))
    for seed in range(block * MUTATIONS, (block + 1) * MUTATIONS):
        data = bombs.mutated(MESSY if seed % 2 else small, seed)
        reading = read_survey(BytesIO(data), round=city_round)
        assert reading.sheets or reading.findings, seed
        assert all(finding.reason for finding in reading.findings)
