"""A declared table as the page shows it: the same head, rows and words as in the file.

Built at once: an include per cell would take longer than the database. Every piece is escaped by `format_html`.
"""

from functools import lru_cache
from itertools import repeat

from django.utils.html import format_html
from django.utils.safestring import SafeString

from surveys.export.heads import heading_rows
from surveys.export.table import ColumnKind, Partial
from surveys.number_text import format_number

DECIMAL_PLACES = {
    ColumnKind.COUNT: 0,
    ColumnKind.NUMBER: 1,
    ColumnKind.MONEY: 2,
    ColumnKind.AREA: 2,
}


def table_head_html(table):
    """The rows of the head; each sticks below the one above it."""
    rows = []
    for level, heads in enumerate(heading_rows(table.columns)):
        rows.append(head_row_html(level, heads))
    return SafeString("".join(rows))


def head_row_html(level, heads):
    cells = "".join(head_cell_html(head) for head in heads)
    return format_html('<tr class="head{}">{}</tr>', level, SafeString(cells))


def head_cell_html(head):
    css, scope, unit = "", "colgroup", ""
    if head.column:
        scope = "col"
        if head.at == 0:
            css = "first"
        if head.column.unit:
            unit = format_html(' <span class="unit">{}</span>', head.column.unit)
    cell = '<th scope="{}" class="{}" rowspan="{}" colspan="{}">{}{}</th>'
    return format_html(cell, scope, css, head.down, head.across, head.label, unit)


def table_body_html(table, user):
    """The rows as this person may read them."""
    rows = []
    for row in table.read_by(user):
        rows.append(body_row_html(row, row.kinds(table.columns), table.unknown))
    return SafeString("".join(rows))


def body_row_html(row, kinds, unknown):
    first, *values = row.cells
    name = first
    if row.href:
        name = format_html('<a href="{}">{}</a>', row.href, first)
    links = row.links or repeat("")
    cells = []
    # The links begin with the cell after the name, as they are read beside the values.
    for value, kind, href in zip(values, kinds[1:], links, strict=False):
        if href:
            cells.append(linked_cell_html(value, kind, href, unknown))
        else:
            cells.append(value_cell_html(value, kind, unknown))
    body = SafeString("".join(cells))
    return format_html('<tr class="{}"><th scope="row">{}</th>{}</tr>', row.rank, name, body)


def linked_cell_html(value, kind, href, unknown):
    """A cell that leads to the rows behind it."""
    text = cell_text_html(value, kind, unknown)
    cell = '<td class="{}"><a class="quiet" href="{}">{}</a></td>'
    return format_html(cell, cell_css(kind), href, text)


@lru_cache(maxsize=8192)
def value_cell_html(value, kind, unknown):
    """One cell; a page of 3,000 has a few hundred different ones."""
    text = cell_text_html(value, kind, unknown)
    return format_html('<td class="{}">{}</td>', cell_css(kind), text)


def cell_css(kind):
    return "n" if kind.numeric else ""


def cell_text_html(value, kind, unknown):
    """A word, a number, that it is unknown, or a number with how many communities are left out of
    it.
    """
    if isinstance(value, str) or (value is None and not kind.numeric):
        return value or ""
    known, missing = value, 0
    if isinstance(value, Partial):
        known, missing = value
    if known is None:
        words = f"{unknown} {missing or ''}".strip()
        return format_html('<span class="blank">{}</span>', words)
    number = format_cell_number(known, kind)
    if missing:
        return format_html("{} <small>缺{}</small>", number, f"{missing:,}")
    return number


def format_cell_number(value, kind):
    """A number as a column of this kind shows it."""
    if kind == ColumnKind.PERCENT:
        return f"{value * 100:,.1f}%"
    return format_number(value, DECIMAL_PLACES[kind])
