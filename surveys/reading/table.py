"""The rows of a sheet sorted by what they are: data, totals, and what is to be passed over."""

import re
from dataclasses import dataclass, field

from surveys.reading.headers import raw_text
from surveys.reading.labels import normal_label
from surveys.reading.layout import units_row
from surveys.reading.quantities import is_unit_word
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
    sorted_rows, label_zone = SortedRows(), label_columns(layout)
    header = sheet.rows[layout.top : layout.first_row]
    skipped = {tuple(row) for row in header}
    blank = ("",) * sheet.width
    skipped.add(blank)
    start = layout.first_row
    if units_row(sheet, layout) or numbers_row(sheet, layout):
        start += 1
    for at in range(start, len(sheet.rows)):
        row = sheet.rows[at]
        if tuple(row) in skipped:
            continue
        kind = row_kind(row, label_zone) if looks_special(row, label_zone) else "data"
        if kind == "data":
            sorted_rows.data.append(at)
        elif kind != "note":
            sorted_rows.totals.append((at, kind == "subtotal"))
    return sorted_rows


def label_columns(layout):
    """Columns where 合计 and notes stand: up to the first number, the unit's columns among them."""
    naming, numeric = set(), []
    for column in layout.columns:
        if column.target.section is None or is_key(column):
            naming.add(column.at)
        else:
            numeric.append(column.at)
    first_number = min(numeric, default=3)
    return sorted(naming.union(range(min(first_number, 8))))


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
    texts = []
    for at in label_zone:
        if type(row[at]) is str:
            texts.append(row[at])
    labels = [normal_label(text) for text in texts if text.strip()]
    if any(TOTAL.search(label) for label in labels):
        is_subtotal = any(SUBTOTAL.search(label) for label in labels)
        return "subtotal" if is_subtotal else "total"
    filled = [at for at, value in enumerate(row) if value != ""]
    first = filled[0]
    if len(filled) == 1 and (first == 0 or first not in label_zone):
        return "note"
    if labels and len(filled) <= 3 and NOTE.match(raw_text(row[first]).strip()):
        return "note"
    return "data"


def numbers_row(sheet, layout):
    """The row of column numbers official forms have under the header: 甲 乙 1 2 3."""
    if layout.first_row >= len(sheet.rows):
        return False
    cells = []
    for value in sheet.rows[layout.first_row]:
        cell = normal_label(raw_text(value)).removesuffix(".0")
        if cell:
            cells.append(cell)
    digits = [cell for cell in cells if cell not in HEAVENLY]
    if len(cells) < 3 or len(digits) < 2:
        return False
    in_order = digits == [str(number) for number in range(1, len(digits) + 1)]
    return in_order and not all(is_unit_word(cell) for cell in cells)
