"""Workbooks of own items, filled in and sent back."""

from io import BytesIO

from openpyxl import load_workbook

from surveys.actions import apply_upload
from surveys.extras import LABEL
from surveys.models import Round
from surveys.workbook.write import write_workbook
from tests.surveys.readings import received_upload


def answered_by_book(round, unit, answers):
    """The workbook of a unit come back with {label: what stands in the first community's line}, applied."""
    upload, reading = received(round, unit, answers)
    apply_upload(upload=upload, reading=reading)
    return upload


def received(round, unit, answers):
    """The same before it is applied: (upload, reading)."""
    round, file = Round.objects.select_related("unit").get(pk=round.pk), BytesIO()
    write_workbook(round=round, unit=unit, file=file)
    book = load_workbook(file)
    columns = {cell.value: cell.column for cell in book[LABEL][1]}
    for label, text in answers.items():
        book[LABEL].cell(3, columns[label], text)
    file = BytesIO()
    book.save(file)
    return received_upload(round=round, unit=unit, name="a.xlsx", content=file.getvalue())
