"""A shape's text made into the Word template that a bureau downloads, edits and sends back."""

from functools import cache
from io import BytesIO
from pathlib import Path

from docx.enum.text import WD_ALIGN_PARAGRAPH

from documents import layout
from documents.package import repack_package

SHAPES = Path(__file__).parent / "shapes"
STYLES = {
    "= ": layout.TITLE,
    "- ": layout.SUBTITLE,
    "! ": layout.NOTICE,
    "# ": "Heading 1",
    "## ": "Heading 2",
    "### ": "Heading 3",
    "~ ": layout.SMALL,
    "^ 图 ": layout.FIGURE_CAPTION,
    "^ ": layout.TABLE_CAPTION,
    "> ": layout.SIGNED,
}


@cache
def shipped_template(shape):
    """The .docx of a shipped shape, as bytes: the same bytes every time."""
    document = layout.blank_document()
    for block in markup_blocks(shape_markup(shape)):
        if isinstance(block, list):
            write_table(document, block)
        else:
            write_paragraph(document, block)
    out = BytesIO()
    document.save(out)
    return repack_package(out.getvalue())


def shape_markup(name):
    """The markup of a shape; a line `+ scale` stands for the part of that name."""
    found = []
    text = (SHAPES / f"{name}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("+ "):
            part = line.removeprefix("+ ")
            line = shape_markup(f"parts/{part}")
        found.append(line)
    return "\n".join(found)


def markup_blocks(text):
    """Lines of the markup put together: a paragraph is a text, a table the list of its lines."""
    found = []
    for line in text.splitlines():
        if line.startswith("  "):
            found[-1] += line.strip()
        elif line.startswith("|"):
            if not (found and isinstance(found[-1], list)):
                found.append([])
            found[-1].append(line)
        elif line:
            found.append(line)
    return found


def write_paragraph(document, line):
    """Add the paragraph that a line of the markup stands for."""
    if line.startswith("% "):
        tag = line.removeprefix("% ")
        document.add_paragraph(f"{{%p {tag} %}}")
    elif line.startswith("@ "):
        chart = line.removeprefix("@ ")
        document.add_paragraph(f"{{{{ 图_{chart} }}}}", style=layout.FIGURE)
    else:
        mark = next((mark for mark in STYLES if line.startswith(mark)), "")
        text = line.removeprefix(mark).replace("//", "\n")
        document.add_paragraph(text, style=STYLES.get(mark))


def write_table(document, lines):
    """Add a table; its first line names the columns.

    `| 名称 4 | 达标 2> |` heads a column four parts wide and one of two parts, whose numbers stand
    at the right.
    """
    names, widths, numbers = [], [], []
    for at, head in enumerate(markup_cells(lines[0])):
        name, width = head.rsplit(" ", 1)
        names.append(name.replace("（", "\n（"))
        widths.append(int(width.rstrip(">")))
        if width.endswith(">"):
            numbers.append(at)
    rows = [table_row(line, len(names)) for line in lines[1:]]
    table = layout.add_table(document, widths, names, rows)
    for row in table.rows[1:]:
        for at in numbers:
            row.cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def markup_cells(line):
    """The texts between the bars of a line."""
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def table_row(line, columns):
    """The texts of a row: its cells, or a tag that repeats or ends rows, in the first cell."""
    if not line.startswith("|% "):
        return markup_cells(line)
    tag = line.removeprefix("|% ")
    return [f"{{%tr {tag} %}}"] + [""] * (columns - 1)
