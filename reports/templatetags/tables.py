"""A declared table as the page shows it: the same head, rows and words as in the file."""

from functools import lru_cache
from itertools import repeat

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from surveys.export.heads import heading_rows
from surveys.export.table import ColumnKind, Partial
from surveys.number_text import format_number

register = template.Library()
PLACES = {ColumnKind.COUNT: 0, ColumnKind.NUMBER: 1, ColumnKind.MONEY: 2, ColumnKind.AREA: 2}


@register.simple_tag
def table_head(table):
    """The rows of the head; each sticks below the one above it."""
    rows = (head_row(level, row) for level, row in enumerate(heading_rows(table.columns)))
    return SafeString("".join(rows))  # every piece was escaped below


def head_row(level, row):
    cells = "".join(head_cell(head) for head in row)
    return format_html('<tr class="head{}">{}</tr>', level, SafeString(cells))


def head_cell(head):
    css = "first" if head.column and head.at == 0 else ""
    unit = (
        format_html(' <span class="unit">{}</span>', head.column.unit)
        if head.column and head.column.unit
        else ""
    )
    scope = "col" if head.column else "colgroup"
    words = '<th scope="{}" class="{}" rowspan="{}" colspan="{}">{}{}</th>'
    return format_html(words, scope, css, head.down, head.across, head.label, unit)


@register.simple_tag
def table_body(table, user):
    """The rows as this person may read them, at once: an include per cell would take longer than the database."""
    rows = (body_row(row, row.kinds(table.columns), table.unknown) for row in table.read_by(user))
    return SafeString("".join(rows))  # every piece was escaped below


def body_row(row, kinds, unknown):
    name = format_html('<a href="{}">{}</a>', row.href, row.cells[0]) if row.href else row.cells[0]
    given = zip(row.cells[1:], kinds[1:], row.links or repeat(""), strict=False)
    cells = "".join(
        linked(*each, href, unknown) if href else cell(*each, unknown) for *each, href in given
    )
    return format_html(
        '<tr class="{}"><th scope="row">{}</th>{}</tr>', row.rank, name, SafeString(cells)
    )


def linked(value, kind, href, unknown):
    """A cell that leads to the rows behind it."""
    return format_html(
        '<td class="{}"><a class="quiet" href="{}">{}</a></td>',
        side(kind),
        href,
        said(value, kind, unknown),
    )


@lru_cache(maxsize=8192)
def cell(value, kind, unknown):
    """One cell; a page of 3,000 has a few hundred different ones."""
    return format_html('<td class="{}">{}</td>', side(kind), said(value, kind, unknown))


def side(kind):
    return "n" if kind.numeric else ""


def said(value, kind, unknown):
    """What a cell says: a word, a number, that it is unknown, or a number with how many are left out of it."""
    if isinstance(value, str) or (value is None and not kind.numeric):
        return value or ""
    known, missing = value if isinstance(value, Partial) else (value, 0)
    if known is None:
        return format_html('<span class="blank">{}</span>', f"{unknown} {missing or ''}".strip())
    return (
        format_html("{} <small>缺{}</small>", number(known, kind), f"{missing:,}")
        if missing
        else number(known, kind)
    )


def number(value, kind):
    return (
        f"{value * 100:,.1f}%" if kind == ColumnKind.PERCENT else format_number(value, PLACES[kind])
    )
