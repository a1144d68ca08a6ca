"""The bureau's own items in Excel: a sheet of the workbook, read like any other, marked where a cell is wrong."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from surveys.actions import check_workbook, undo_upload
from surveys.extras import LABEL
from surveys.models import ExtraRecord, Round
from surveys.workbook.write import write_workbook
from tests.roles import signed_in
from tests.surveys.extras.books import answered_by_book, received


@pytest.fixture
def items(asked):
    return {
        "count": asked("电梯数", unit="部", highest=500, hint="含加装的", section="profile"),
        "yes": asked("充电棚", kind="yes_no"),
        "choice": asked("投放方式", kind="choice", words=["定时定点", "随时投放"]),
        "amount": asked("物业费", kind="amount", unit="元"),
        "date": asked("消防演练", kind="date"),
        "text": asked("急盼", kind="text"),
    }


ANSWERS = {
    "电梯数": "12部",
    "充电棚": "√",
    "投放方式": "随时投放",
    "物业费": "2万",
    "消防演练": "2022.11",
    "急盼": "电梯",
}


def book_of(round, unit):
    file = BytesIO()
    write_workbook(round=Round.objects.get(pk=round.pk), unit=unit, file=file)
    return load_workbook(file)


def test_sheet_has_labels_units_lists_and_bounds(items, round_2022, street_a):
    sheet = book_of(round_2022, street_a)[LABEL]
    assert [cell.value for cell in sheet[1]][3:] == [*ANSWERS, "备注"]
    assert [cell.value for cell in sheet[2]][3:] == ["部", None, None, "元", None, None, None]
    assert (sheet["D1"].comment.text, sheet["G1"].comment.text) == (
        "含加装的。",
        "以元为单位，不是万元。",
    )
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert (rules["D3"].type, rules["D3"].formula1, rules["D3"].formula2) == ("whole", "0", "500")
    assert {rules["E3"].type, rules["F3"].type} == {"list"}


def test_sheet_is_read_like_any_other(items, round_2022, street_a, filing_a):
    answered_by_book(round_2022, street_a, ANSWERS)
    record = ExtraRecord.objects.get(filing=filing_a)
    found = {kind: getattr(record, extra.column) for kind, extra in items.items()}
    assert found == {
        "count": 12,
        "yes": True,
        "choice": 2,
        "amount": 20000,
        "date": "2022-11",
        "text": "电梯",
    }


def test_nothing_changes_where_nothing_was_touched(items, round_2022, street_a):
    answered_by_book(round_2022, street_a, ANSWERS)
    file = BytesIO()
    book_of(round_2022, street_a).save(file)
    _, found = check(round_2022, street_a, file)
    assert (found["extras"].new, found["extras"].changed, found["extras"].same) == ([], [], 1)


def check(round, unit, file):
    round = Round.objects.select_related("unit").get(pk=round.pk)
    return check_workbook(round=round, unit=unit, name="a.xlsx", content=file.getvalue())


def test_wrong_cells_are_named_and_marked(items, round_2022, street_a, clerk_a):
    answers = {"电梯数": 501, "投放方式": "有时", "消防演练": "去年"}
    upload = received(round_2022, street_a, answers)[0]
    found = [each for each in upload.findings if each["sheet"] == LABEL and each["kind"] == "cell"]
    assert [(each["cell"], each["reason"], each["expected"]) for each in found] == [
        ("D3", "超出合理范围", "电梯数应在 0 到 500 部之间。"),
        ("F3", "不在“投放方式”的选项里：有时", "填：定时定点、随时投放。"),
        ("H3", "不是日期：去年", "写成 2004、2004-08 或 2004-08-15。"),
    ]
    marked = signed_in(clerk_a).get(reverse("surveys:marked", args=[upload.pk]))
    sheet = load_workbook(BytesIO(marked.content))[LABEL]
    assert [bool(sheet[cell].comment) for cell in ("D3", "E3", "F3", "H3")] == [
        True,
        False,
        True,
        True,
    ]


def test_an_older_workbook_without_the_sheet_is_taken_as_it_is(
    round_2022, street_a, asked, filing_a
):
    file = BytesIO()
    book_of(round_2022, street_a).save(file)
    asked("电梯数")
    reading, found = check(round_2022, street_a, file)
    assert ("extras" in found, reading.undecided) == (False, [])


def test_answers_by_book_can_be_undone(items, round_2022, street_a):
    upload = answered_by_book(round_2022, street_a, ANSWERS)
    undo_upload(upload=upload)
    assert not ExtraRecord.objects.exists()
