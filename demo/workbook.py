"""A survey workbook of made-up figures, as plain as a clerk types it."""

from openpyxl import Workbook


def write_workbook(path, sheets):
    """`sheets` is {name: [head, row, …]}."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
