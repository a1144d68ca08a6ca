"""The rule book out to Excel and back in: shown before it is written, all or nothing, the own area only."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from reports.engine.tallies import refresh_roll_ups
from reports.models import Stale, Standard
from tests.factories import StandardFactory, stand


def text(answer):
    return answer.content.decode()


@pytest.fixture
def sheet(as_user, district_reviewer):
    """`sheet(change)`: the downloaded workbook as a file, after `change(worksheet, {label: column})`."""

    def sheet(change=lambda rows, at: None):
        book = load_workbook(
            io.BytesIO(as_user(district_reviewer).get(reverse("rulebook:workbook")).content)
        )
        rows = book.active
        change(rows, {cell.value: cell.column for cell in rows[1]})
        out = io.BytesIO()
        book.save(out)
        return SimpleUploadedFile("标准库.xlsx", out.getvalue())

    return sheet


def put(line, label, value):
    return lambda rows, at: rows.cell(line, at[label], value)


def test_book_goes_out_and_comes_back_unchanged(sheet, send, office):
    StandardFactory(code="national")
    assert "规则库没有变化（2 条标准）。" in text(send("take_in", {"file": sheet()}))
    assert AuditEntry.objects.get().what == "标准库.xlsx（2 行）"


def test_change_is_shown_first_and_written_when_confirmed(sheet, send, office):
    shown = send("take_in", {"file": sheet(put(2, "下限公式", "200"))})
    assert "下限公式：300 → 200" in text(shown)
    office.refresh_from_db()
    assert office.lower == "300"
    send("take_in", {"table": shown.context["text"], "confirm": 1})
    office.refresh_from_db()
    assert (office.lower, office.revision) == ("200", 1)
    line = AuditEntry.objects.get(verb="变更标准")
    assert (line.source, line.changes) == ("workbook", {"下限公式": ["300", "200"]})


def test_only_the_rounds_concerned_are_rolled_up_anew(sheet, send, office, measured):
    refresh_roll_ups(measured.filings.get(parent=None))
    Standard.objects.filter(pk=office.pk).update(effective_from="2023-01-01")
    shown = send("take_in", {"file": sheet(put(2, "下限公式", "200"))})
    send("take_in", {"table": shown.context["text"], "confirm": 1})
    assert (Standard.objects.get().lower, Stale.objects.count()) == ("200", 0)


def test_row_of_another_area_refuses_the_whole_sheet(sheet, send, office):
    StandardFactory(code="national", name="国家标准", position=9)

    def both(rows, at):
        rows.cell(2, at["下限公式"], "200")
        rows.cell(3, at["下限公式"], "1")

    answer = send("take_in", {"file": sheet(both)})
    assert answer.status_code == 422
    assert "第 3 行：“国家标准”不是您这个地区的标准" in text(answer).replace(" __all__", "")
    assert Standard.objects.get(code="office").lower == "300"


def test_standard_is_not_carried_into_the_own_area(sheet, send, office):
    StandardFactory(code="national", name="国家标准", position=9)
    answer = send("take_in", {"file": sheet(put(3, "适用地区代码", "130983000000"))})
    assert "“国家标准”不是您这个地区的标准" in text(answer)


def test_approved_verdicts_stand_against_a_sheet_too(sheet, send, office, measured, filing_a):
    stand(filing_a, "approved")
    answer = send("take_in", {"file": sheet(put(2, "下限公式", "200"))})
    assert "已有审定的结果，下限公式不能再改；要改请出新版本。" in text(answer)


def test_wrong_cell_is_named_by_line_and_column(sheet, send, office):
    answer = send("take_in", {"file": sheet(put(2, "下限公式", "300 平米"))})
    assert "第 2 行 下限公式：第 5 个字“平”附近不成算式，请检查括号、逗号和运算符。" in text(answer)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.pdf", b"%PDF", "只读 .xlsx 和 .csv 文件"),
        ("x.xlsx", b"no", "“"),
        (None, b"", "请先选一个 .xlsx 文件。"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(name, content, sentence, send, office):
    data = {"file": SimpleUploadedFile(name, content)} if name else {}
    assert sentence in text(send("take_in", data))
