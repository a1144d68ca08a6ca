"""The workbook that was sent in, with the cells in question coloured and a comment on each."""

import re
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

MUST, ASK = PatternFill("solid", fgColor="F6B9B4"), PatternFill("solid", fgColor="FFE08A")
AUTHOR = "社区年报"
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")


def mark_workbook(content, findings, values):
    """The bytes of an .xlsx, each finding (sheet, cell, text,
    must it be decided) coloured and said.

    `values` are {(sheet, cell): text} to write into it first.
    """
    book = load_workbook(BytesIO(content))
    remove_marks(book)
    for (sheet, cell), value in values.items():
        if sheet in book.sheetnames:
            write_value(anchor_cell(book[sheet], cell), value)
    for sheet, cell, text, must in findings:
        if sheet in book.sheetnames:
            mark_cell(anchor_cell(book[sheet], cell), text, MUST if must else ASK)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def remove_marks(book):
    """Take off the marks of an earlier round: what was put right since is no longer coloured."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment and cell.comment.author == AUTHOR:
                    cell.comment, cell.fill = None, PatternFill()


def anchor_cell(sheet, address):
    """The cell of an address; of a merged area the one that holds its value."""
    for merged in sheet.merged_cells.ranges:
        if address in merged:
            return sheet.cell(merged.min_row, merged.min_col)
    return sheet[address]


def write_value(cell, value):
    """Write a number as a number; text is no formula, whatever it begins with."""
    if NUMBER.fullmatch(value):
        cell.value = float(value) if "." in value else int(value)
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) or None
    if cell.value is not None:
        cell.data_type = "s"


def mark_cell(cell, text, fill):
    """Colour a cell and comment on it; red stays red, and an earlier comment stays readable."""
    if cell.fill.fgColor.rgb != MUST.fgColor.rgb:
        cell.fill = fill
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if cell.comment:
        text = f"{cell.comment.text}\n{text}"
    cell.comment = Comment(text, AUTHOR, width=300, height=110)
