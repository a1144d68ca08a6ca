"""A declared table as a Word document: title, who reports as of when, head, units, rows, notes, who answers for it."""

from reports.documents import layout
from reports.papers import blocks
from reports.templatetags.tables import number
from surveys.export.heads import heads
from surveys.export.table import Kind, Partial

WIDEST = 60  # digits that stand side by side on an upright page


def table_document(table, user):
    """The .docx of a surveys.export.Table as `user` may read it."""
    wide = sum(column.wide for column in table.columns) > WIDEST
    made = blocks.document(across=wide)
    blocks.line(made, table.title, layout.TITLE)
    blocks.line(made, "　　".join(table.subtitle), layout.SMALL)
    top, merged = head(table.columns)
    rows = [texts(row.cells, table) for row in table.read_by(user)]
    sides = [blocks.RIGHT if column.kind.numeric else blocks.LEFT for column in table.columns]
    widths = [column.wide for column in table.columns]
    blocks.table(made, widths, [*top, *rows], heads=len(top), sides=sides, wide=wide, merged=merged)
    for note in table.notes:
        blocks.line(made, f"注：{note}", layout.SMALL)
    if table.signed:
        blocks.line(made, "填表人：　　　　　　审核人：　　　　　　填表日期：　　　　年　　月　　日", layout.SMALL)
    return blocks.finished(made, table.title, table.area.name)


def head(columns):
    """(rows of texts, joined cells) of the head, the units below it where there are any."""
    rows, merged = [], []
    for at, cells in enumerate(heads(columns)):
        texts = [""] * len(columns)
        for each in cells:
            texts[each.at] = each.label
            if each.down > 1 or each.across > 1:
                merged.append((at, each.at, each.down, each.across))
        rows.append(texts)
    if any(column.unit for column in columns):
        rows.append([column.unit for column in columns])
    return rows, merged


def texts(cells, table):
    return [text(value, column.kind, table.unknown) for value, column in zip(cells, table.columns, strict=True)]


def text(value, kind, unknown):
    """One cell in words, as on the page."""
    if isinstance(value, str):
        return value
    known, missing = value if isinstance(value, Partial) else (value, 0)
    lacking = f"（缺{missing:,}）" if missing else ""
    if known is None:
        return f"{unknown}{lacking}" if kind.numeric else ""
    return f"{number(known, kind) if kind != Kind.TEXT else known}{lacking}"
