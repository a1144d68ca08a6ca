"""The rows of a sheet sorted by what they are: data, totals, and what is to be passed over."""

import re
from dataclasses import dataclass, field

from surveys.reading.labels import normal_label
from surveys.reading.layout import is_unit_word, raw_text, units_row
from surveys.reading.records import is_key

TOTAL = re.compile(r"^(总?合计|小计|总计|共计|累计|本页合计)|(合计|小计|总计)[:：]?$")
SUBTOTAL = re.compile(r"小计")
NOTE = re.compile(
    r"^[（(]?(注|备注|说明|附注|填表|填报|审核|制表|负责人|单位负责人|统计负责人|联系人|审批|经办|盖章)"
)
HEAVENLY = frozenset("甲乙丙丁戊己庚辛壬癸")


@dataclass
class SortedRows:
    """Row indexes of a sheet, 0-based: data in order, and total rows as (row, is a subtotal)."""

    data: list[int] = field(default_factory=list)
    totals: list[tuple[int, bool]] = field(default_factory=list)


def sort_rows(sheet, layout):
    """Go through the rows under the header once."""
    table, label_zone = SortedRows(), label_columns(layout)
    skipped = {tuple(row) for row in sheet.rows[layout.top : layout.first_row]}
    blank = ("",) * sheet.width
    skipped.add(blank)
    start = layout.first_row + (1 if units_row(sheet, layout) or numbers_row(sheet, layout) else 0)
    for at in range(start, len(sheet.rows)):
        row = sheet.rows[at]
        if tuple(row) in skipped:
            continue
        kind = row_kind(row, label_zone) if looks_special(row, label_zone) else "data"
        if kind == "data":
            table.data.append(at)
        elif kind != "note":
            table.totals.append((at, kind == "subtotal"))
    return table


def label_columns(layout):
    """Columns where 合计 and notes stand: up to the first number, the unit's columns among them."""
    numeric = [
        p.at
        for p in layout.places
        if p.target.section and p.target.name not in p.target.section.key
    ]
    unit = [p.at for p in layout.places if p.target.section is None]
    first = min(numeric, default=3)
    return sorted({*range(min(first, 8)), *unit, *[p.at for p in layout.places if is_key(p)]})


def looks_special(row, label_zone):
    """Cheap test before the exact one: a 计 in the labels, or a row that is almost empty."""
    if row.count("") >= len(row) - 1:
        return True
    first = True
    for at in label_zone:
        value = row[at]
        if type(value) is str and value:
            if "计" in value or (first and NOTE.match(value.strip())):
                return True
            first = False
    return False


def row_kind(row, label_zone):
    """data, total, subtotal or note."""
    labels = [
        normal_label(row[at]) for at in label_zone if type(row[at]) is str and row[at].strip()
    ]
    if any(TOTAL.search(label) for label in labels):
        return "subtotal" if any(SUBTOTAL.search(label) for label in labels) else "total"
    filled = [at for at, value in enumerate(row) if value != ""]
    if len(filled) == 1 and (filled[0] == 0 or filled[0] not in label_zone):
        return "note"
    if labels and NOTE.match(raw_text(row[filled[0]]).strip()) and len(filled) <= 3:
        return "note"
    return "data"


def numbers_row(sheet, layout):
    """The row of column numbers official forms have under the header: 甲 乙 1 2 3."""
    if layout.first_row >= len(sheet.rows):
        return False
    cells = [
        normal_label(raw_text(value)).removesuffix(".0") for value in sheet.rows[layout.first_row]
    ]
    cells = [cell for cell in cells if cell]
    digits = [cell for cell in cells if cell not in HEAVENLY]
    in_order = digits == [str(at + 1) for at in range(len(digits))]
    return (
        len(cells) >= 3
        and len(digits) >= 2
        and in_order
        and not all(is_unit_word(cell) for cell in cells)
    )
