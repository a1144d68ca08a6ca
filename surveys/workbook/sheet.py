"""One section as a sheet: three locked keys, then its columns, units below the header,
lines filled in.
"""

from openpyxl.utils import get_column_letter

from surveys.workbook import layout
from surveys.workbook.cells import AMOUNT, HEADER, KEY, UNITS, Brush, style_of_field
from surveys.workbook.lists import rule_for, unit_rules

KEYS = ("区划代码", "街道", "单位（社区）")
FIRST = 3  # the first line of data, below header and units
SPARE = 200  # empty lines with drop-downs below a roster


def add_sheet(book, section, rows, lists, reporting, header):
    """Write a section's sheet.

    `rows` are (ReportingUnit, values); `reporting` are the units that may be chosen in new lines of
    a roster.
    """
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
    styles = [style_of_field(field) for field in fields]
    decimals = [2 if style == AMOUNT else 0 for style in styles]
    lines = []
    for unit, values in rows:
        words = map(layout.written_value, values, decimals)
        lines.append((unit.code, unit.street, unit.name, *words))
    layout.set_widths(sheet, labels, lines)
    if not section.single:
        layout.open_below(sheet, brush, styles, len(KEYS))
    layout.protect_sheet(sheet)
    layout.set_up_page(sheet, header, titles=f"1:{FIRST - 1}")
    in_sight = len(KEYS)
    if section.key and section.key[0] == section.own_columns[0].name:
        in_sight += 1  # a roster scrolls sideways with the person's name in sight
    sheet.freeze_panes = f"{get_column_letter(in_sight + 1)}{FIRST}"


def heading_hint(column, section):
    """A note at the header of a column that is filled in unlike the others."""
    field = section.field(column.name)
    if column.name == section.covers:
        return "多个社区用顿号隔开，如：育才社区、东昊社区。"
    if column.personal:
        return "“****”是隐去的数字：号码未变的不要动，变了的填完整号码。"
    hint = ""
    if field.help_text:
        hint = str(field.help_text).rstrip("。") + "。"
    if getattr(field, "unit", "") == "元":
        hint += "以元为单位，不是万元。"
    return hint


def write_heading(sheet, brush, section, fields):
    """The labels of the model, and right below them their units."""
    labels = [brush.cell(label, HEADER) for label in KEYS]
    units = [brush.cell(None, UNITS) for _ in KEYS]
    for column, field in zip(section.own_columns, fields, strict=True):
        hint = heading_hint(column, section)
        labels.append(brush.cell(str(field.verbose_name), HEADER, hint))
        units.append(brush.cell(getattr(field, "unit", "") or None, UNITS))
    sheet.row_dimensions[1].height = 34
    sheet.append(labels)
    sheet.append(units)


def write_lines(sheet, brush, fields, rows):
    """Grey cells say which unit, white ones are filled in."""
    styles = [style_of_field(field) for field in fields]
    for unit, values in rows:
        line = []
        for key in (unit.code, unit.street, unit.name):
            line.append(brush.cell(key or None, KEY))
        for value, style in zip(values, styles, strict=True):
            line.append(brush.cell(value, style))
        sheet.append(line)


def add_validations(sheet, section, fields, lists, reporting, last):
    """Drop-downs, bounds and hints; a roster has them on its spare lines too,
    and there the unit is chosen. Where nobody is left to fill in there is nothing to guide.
    """
    if not reporting:
        return
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
