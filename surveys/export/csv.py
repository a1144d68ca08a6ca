"""A table as comma-separated text for other programs;
with a mark by which Excel and WPS know it as UTF-8.
"""

import csv
from io import StringIO

from surveys.export.table import Partial

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(table, user, file):
    """One head line with units, then the rows as `user` may read them;
    returns the number of its rows.

    Unknown numbers are empty, sums leave them out;
    the number missing is said in the workbook and on the page.
    """
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow([formula_safe_value(csv_heading(column)) for column in table.columns])
    count = 0
    for row in table.read_by(user):
        lines.writerow([formula_safe_value(value) for value in row.cells])
        count += 1
    file.write(text.getvalue().encode("utf-8-sig"))
    return count


def csv_heading(column):
    label = "·".join([*column.groups, column.label])
    if column.unit:
        return f"{label}（{column.unit}）"
    return label


def formula_safe_value(value):
    """A value that no program takes for a formula: text that begins like one gets an apostrophe."""
    if isinstance(value, Partial):
        value = value.value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
