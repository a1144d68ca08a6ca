"""One section as a sheet: three locked keys, then its columns, units below the header, lines filled in."""

from openpyxl.utils import get_column_letter

from surveys.workbook import layout
from surveys.workbook.cells import AMOUNT, HEADER, KEY, UNITS, Brush, style_of_field
from surveys.workbook.lists import rule_for, unit_rules

KEYS = ("区划代码", "街道", "单位（社区）")
FIRST = 3  # the first line of data, below header and units
SPARE = 200  # empty lines with drop-downs below a roster


def add_sheet(book, section, rows, lists, reporting, header):
    """`rows` are (place, values); `reporting` the places that may be chosen in new lines of a roster."""
    sheet = book.create_sheet(section.label)
    fields = [section.field(column.name) for column in section.own_columns]
    brush = Brush(sheet)
    set_up_sheet(sheet, brush, section, fields, rows, header)
    write_heading(sheet, brush, section, fields)
    write_lines(sheet, brush, fields, rows)
    add_validations(sheet, section, fields, lists, reporting, FIRST - 1 + len(rows))


def set_up_sheet(sheet, brush, section, fields, rows, header):
    """All that a streamed sheet wants to know before its first line."""
    labels = [*KEYS, *(str(field.verbose_name) for field in fields)]
    places = [2 if style_of_field(field) == AMOUNT else 0 for field in fields]
    lines = [
        (place.code, place.street, place.name, *map(layout.written_value, values, places))
        for place, values in rows
    ]
    layout.set_widths(sheet, labels, lines)
    if not section.single:
        layout.open_below(sheet, brush, [style_of_field(field) for field in fields], len(KEYS))
    layout.protect_sheet(sheet)
    layout.set_up_page(sheet, header, titles=f"1:{FIRST - 1}")
    # A roster scrolls sideways with the person's name in sight.
    beside = len(KEYS) + (section.key[:1] == (section.own_columns[0].name,))
    sheet.freeze_panes = f"{get_column_letter(beside + 1)}{FIRST}"


def heading_hint(column, section):
    """A note at the header of a column that is filled in unlike the others."""
    field = section.field(column.name)
    if column.name == section.covers:
        return "多个社区用顿号隔开，如：育才社区、东昊社区。"
    if column.personal:
        return "“****”是隐去的数字：号码未变的不要动，变了的填完整号码。"
    money = "以元为单位，不是万元。" if getattr(field, "unit", "") == "元" else ""
    counted = f"{str(field.help_text).rstrip('。')}。" if field.help_text else ""
    return counted + money


def write_heading(sheet, brush, section, fields):
    """The labels of the model, and right below them their units."""
    labels = [
        brush.cell(str(field.verbose_name), HEADER, heading_hint(column, section))
        for column, field in zip(section.own_columns, fields, strict=True)
    ]
    units = [getattr(field, "unit", "") or None for field in fields]
    sheet.row_dimensions[1].height = 34
    sheet.append([*(brush.cell(label, HEADER) for label in KEYS), *labels])
    sheet.append([brush.cell(unit, UNITS) for unit in [None] * len(KEYS) + units])


def write_lines(sheet, brush, fields, rows):
    """Grey cells say which unit, white ones are filled in."""
    kinds = [style_of_field(field) for field in fields]
    for place, values in rows:
        keys = [brush.cell(value or None, KEY) for value in (place.code, place.street, place.name)]
        sheet.append([*keys, *(brush.cell(*pair) for pair in zip(values, kinds, strict=True))])


def add_validations(sheet, section, fields, lists, reporting, last):
    """Drop-downs, bounds and hints; a roster has them on its spare lines too, and there the unit is chosen."""
    end = last if section.single else last + SPARE
    for at, field in enumerate(fields, len(KEYS) + 1):
        if rule := rule_for(field, lists):
            attach_rule(sheet, rule, get_column_letter(at), FIRST, end)
    if not section.single:
        for letter, rule in unit_rules(reporting, lists, last + 1).items():
            attach_rule(sheet, rule, letter, last + 1, end)


def attach_rule(sheet, rule, letter, first, last):
    rule.add(f"{letter}{first}:{letter}{last}")
    sheet.data_validations.append(rule)
