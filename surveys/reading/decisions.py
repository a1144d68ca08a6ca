"""What people decided about cells in question: data, named by cell (`社区基本情况!C22`)."""

import re
from dataclasses import dataclass, field

from surveys.reading.result import Finding, FindingKind
from surveys.reading.workbook import cell_position

PLACE = re.compile(r"(.+)!\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", re.S)


@dataclass
class Decisions:
    """Decisions by sheet: replaced cells, rows given a unit, rows and cells left out."""

    given: dict
    sheets: dict = field(default_factory=dict)
    used: set = field(default_factory=set)

    def __post_init__(self):
        for place, decision in self.given.items():
            found = PLACE.fullmatch(str(place))
            if found and isinstance(decision, dict):
                sheet, letters, number = found.groups()
                cell = cell_position(letters + number)
                self.sheets.setdefault(sheet, {})[cell] = (place, decision)

    def of(self, sheet):
        """{(row, column): (place, decision)} of a sheet."""
        return self.sheets.get(sheet, {})

    def write_values(self, sheet):
        """Put decided values where the sheet is read, and blank the cells left out;
        rows are looked up later.
        """
        for (row, column), (place, decision) in self.of(sheet.name).items():
            if row < len(sheet.rows) and column < sheet.width and "value" in decision:
                self.used.add(place)
                sheet.rows[row][column] = raw_value(decision["value"])

    def unused(self):
        """Decisions that named nothing in this workbook: worth saying,
        for a moved row takes its cell along.
        """
        for place in self.given:
            if place not in self.used:
                reason = f"决定“{place}”在本文件里没有用上"
                yield Finding(FindingKind.NOTE, reason, "核对工作表名和单元格。")


def raw_value(value):
    """A decided value as the reader would have met it in the cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return float(value)
    return str(value)
