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
        write_table(document, block) if isinstance(block, list) else write_paragraph(
            document, block
        )
    out = BytesIO()
    document.save(out)
    return repack_package(out.getvalue())


def shape_markup(name):
    """The markup of a shape; a line `+ scale` stands for the part of that name, which several shapes share."""
    lines = (SHAPES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return "\n".join(
        shape_markup(f"parts/{line[2:]}") if line.startswith("+ ") else line for line in lines
    )


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
    if line.startswith("% "):
        document.add_paragraph(f"{{%p {line[2:]} %}}")
    elif line.startswith("@ "):
        document.add_paragraph(f"{{{{ 图_{line[2:]} }}}}", style=layout.FIGURE)
    else:
        mark = next((mark for mark in STYLES if line.startswith(mark)), "")
        text = line.removeprefix(mark).replace("//", "\n")
        document.add_paragraph(text, style=STYLES.get(mark))


def write_table(document, lines):
    """`| 名称 4 | 达标 2> |` heads a column four parts wide and one of two parts with numbers at the right."""
    heads = [cell.rsplit(" ", 1) for cell in markup_cells(lines[0])]
    widths = [int(width.rstrip(">")) for _, width in heads]
    rows = [
        tag_row(line, len(widths)) if line.startswith("|% ") else markup_cells(line)
        for line in lines[1:]
    ]
    made = layout.add_table(
        document, widths, [head.replace("（", "\n（") for head, _ in heads], rows
    )
    numbers = [at for at, (_, width) in enumerate(heads) if width.endswith(">")]
    for row in made.rows[1:]:
        for at in numbers:
            row.cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def markup_cells(line):
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def tag_row(line, columns):
    return [f"{{%tr {line[3:]} %}}"] + [""] * (columns - 1)
