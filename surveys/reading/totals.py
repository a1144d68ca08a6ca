"""Control totals: where a 合计 or 小计 row differs from the sum of the rows read, it is said."""

from decimal import Decimal

from surveys.fields import Quantity
from surveys.reading.cells import number_of, read_raw_cell
from surveys.reading.questions import CellQuestion
from surveys.reading.result import Finding, FindingKind
from surveys.reading.workbook import cell_address


def total_findings(group, sheet, table, kept):
    """Notes on the total cells of a group's quantities; `kept` are the positions of rows counted."""
    findings = []
    for column in group.stored_columns:
        name = column.target.name
        model_field = group.section.field(name)
        if not isinstance(model_field, Quantity):
            continue
        asked = set()
        for at in group.questions.get(name, {}):
            asked.add(table.data[at])
        numbers = {}
        for at in kept:
            numbers[table.data[at]] = group.values[name][at] or 0
        for row, start in total_spans(table):
            written = written_total(sheet.rows[row][column.at], model_field, column.scale)
            if written is None or any(start < at < row for at in asked):
                continue
            counted = [number for at, number in numbers.items() if start < at < row]
            added = Decimal(sum(counted)).normalize()
            if added != written:
                findings.append(total_finding(group, sheet, column, row, written, added))
    return findings


def total_spans(table):
    """Each total row with the row it counts from: a subtotal from the total row before it,
    a total from the top.
    """
    previous, first = -1, -1
    for row, is_subtotal in table.totals:
        yield row, previous if is_subtotal else first
        previous = row


def written_total(raw, model_field, scale):
    """The number in a total cell, None where it is text, a formula without result or empty."""
    unit, label = model_field.unit, str(model_field.verbose_name)
    value = read_raw_cell(lambda cell: number_of(cell, unit, label, {}, scale), raw)
    if value is None or type(value) is CellQuestion:
        return None
    return value.normalize()


def total_finding(group, sheet, column, row, written, added):
    label = column.label.replace("|", "")
    return Finding(
        FindingKind.NOTE,
        f"“{label}”写的合计是 {written:,f}，读到的各行相加是 {added:,f}",
        "核对各行或合计。",
        sheet=sheet.name,
        cell=cell_address(row, column.at),
        value=f"{written:f}",
        section=group.section.name,
        field=column.target.name,
    )
