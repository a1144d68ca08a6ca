"""A declared table as a Word document: title, who reports as of when, head, units, rows, notes, who answers for it."""

from documents import layout
from documents.papers import blocks
from reports.table_html import format_cell_number
from surveys.export.heads import heading_rows
from surveys.export.table import ColumnKind, Partial

# Digits side by side on an upright page, and at most on one that lies across.
WIDEST, ROOM = 90, 160
SIGNATURES = "填表人：　　　　　　审核人：　　　　　　填表日期：　　　　年　　月　　日"


def table_document(table, user):
    """The .docx of a surveys.export.Table as `user` may read it."""
    wide = sum(column.wide for column in table.columns) > WIDEST
    made = blocks.paper_document(across=wide)
    blocks.add_line(made, table.title, layout.TITLE)
    blocks.add_line(made, "　　".join(table.subtitle), layout.SMALL)
    rows = [row_texts(row, table) for row in table.read_by(user)]
    for part, columns in enumerate(columns_by_page(table)):
        if part:
            blocks.add_line(made, f"（续表 {part}）", blocks.HEADING)
        write_table_part(made, table, columns, rows, wide=wide)
    for note in table.notes:
        blocks.add_line(made, f"注：{note}", layout.SMALL)
    if table.signed:
        blocks.add_line(made, SIGNATURES, layout.SMALL)
    return blocks.finish_paper(made, table.title, table.area.name)


def columns_by_page(table):
    """The columns that stand on one page side by side, by number; the fixed ones come again on every one."""
    fixed = list(range(table.fixed))
    room = ROOM - sum(table.columns[at].wide for at in fixed)
    part, used = [], 0
    for at in range(table.fixed, len(table.columns)):
        wide = table.columns[at].wide
        if part and used + wide > room:
            yield fixed + part
            part, used = [], 0
        part, used = [*part, at], used + wide
    yield fixed + part


def write_table_part(made, table, numbers, rows, *, wide):
    """Write the columns with these numbers as one table."""
    columns = [table.columns[at] for at in numbers]
    top, merged = head_rows(columns)
    own = []
    for row in rows:
        own.append([row[at] for at in numbers])
    sides = []
    for column in columns:
        side = blocks.RIGHT if column.kind.numeric else blocks.LEFT
        sides.append(side)
    widths = [column.wide for column in columns]
    rows, form = [*top, *own], {"sides": sides, "wide": wide, "merged": merged}
    blocks.add_paper_table(made, widths, rows, heads=len(top), **form)


def head_rows(columns):
    """(rows of texts, joined cells) of the head, the units below it where there are any."""
    rows, merged = [], []
    for at, cells in enumerate(heading_rows(columns)):
        texts = [""] * len(columns)
        for each in cells:
            texts[each.at] = each.label
            if each.down > 1 or each.across > 1:
                merged.append((at, each.at, each.down, each.across))
        rows.append(texts)
    units = [column.unit for column in columns]
    if any(units):
        rows.append(units)
    return rows, merged


def row_texts(row, table):
    """The cells of one row in words."""
    texts = []
    for value, kind in zip(row.cells, row.kinds(table.columns), strict=True):
        texts.append(declared_cell_text(value, kind, table.unknown))
    return texts


def declared_cell_text(value, kind, unknown):
    """One cell in words, as on the page."""
    if isinstance(value, str):
        return value
    known, missing = value if isinstance(value, Partial) else (value, 0)
    lacking = f"（缺{missing:,}）" if missing else ""
    if known is None:
        return f"{unknown}{lacking}" if kind.numeric else ""
    return f"{format_cell_number(known, kind) if kind != ColumnKind.TEXT else known}{lacking}"
