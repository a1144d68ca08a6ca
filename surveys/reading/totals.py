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
    for place in group.stored:
        name = place.target.name
        model_field = group.section.field(name)
        if not isinstance(model_field, Quantity):
            continue
        asked = {table.data[at] for at in group.questions.get(name, {})}
        numbers = {table.data[at]: group.columns[name][at] for at in kept}
        for row, start in total_spans(table):
            written = written_total(sheet.rows[row][place.at], model_field, place.scale)
            if written is None or any(start < at < row for at in asked):
                continue
            added = Decimal(
                sum(value or 0 for at, value in numbers.items() if start < at < row)
            ).normalize()
            if added != written:
                findings.append(total_finding(group, sheet, place, row, written, added))
    return findings


def total_spans(table):
    """Each total row with the row it counts from: a subtotal from the total row before it, a total from the top."""
    previous, first = -1, -1
    for row, is_subtotal in table.totals:
        yield row, previous if is_subtotal else first
        previous = row


def written_total(raw, model_field, scale):
    """The number in a total cell, None where it is text, a formula without result or empty."""
    label = str(model_field.verbose_name)
    value = read_raw_cell(lambda cell: number_of(cell, model_field.unit, label, {}, scale), raw)
    return None if value is None or type(value) is CellQuestion else value.normalize()


def total_finding(group, sheet, place, row, written, added):
    return Finding(
        FindingKind.NOTE,
        f"“{place.label.replace('|', '')}”写的合计是 {written:,f}，读到的各行相加是 {added:,f}",
        "核对各行或合计。",
        sheet=sheet.name,
        cell=cell_address(row, place.at),
        value=f"{written:f}",
        section=group.section.name,
        field=place.target.name,
    )
