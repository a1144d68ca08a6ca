"""What papers are put together from: title lines, headings, tables in the official layout.

A table is written as one piece of XML: cell by cell through python-docx a booklet of 230
communities takes minutes.
"""

from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape

from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from documents import layout
from documents.package import repack_package
from surveys.export.xlsx import NOT_IN_XML

WIDTH, WIDE = 9638, 14003  # twentieths of a point between the margins, upright and across
HEADING = "分节标题"


class JoinedCell(NamedTuple):
    """How a cell of a head is joined: over how many columns, and its place in a vertical join.

    A cell that is covered by the one at its left has 0 columns.
    """

    across: int = 1
    vertical: str = ""


SINGLE_CELL = JoinedCell()
LEFT, RIGHT, CENTRE = "left", "right", "center"
HEAD_ROW = "<w:tblHeader/>"


def paper_document(*, across=False):
    """An empty document for forms and tables, with narrower margins; `across` on its side."""
    document = layout.blank_document()
    form = {"align": 0, "line": layout.Pt(20), "before": 5, "after": 2}
    layout.add_own_style(document, HEADING, layout.HEI, 12, **form)
    document.styles[HEADING].paragraph_format.keep_with_next = True
    section = document.sections[0]
    margin = Mm(20)
    if across:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        margin = Mm(25)
    section.left_margin, section.right_margin = margin, margin
    section.top_margin, section.bottom_margin = Mm(25), Mm(23)
    section.footer_distance = Mm(12)
    return document


def finish_paper(made, title, author):
    """The file: the same bytes for the same contents."""
    properties = made.core_properties
    properties.title, properties.author, properties.last_modified_by = title, author, ""
    out = BytesIO()
    made.save(out)
    return repack_package(out.getvalue())


def add_line(made, text, style, *, new_page=False):
    """Add a paragraph of one style."""
    paragraph = made.add_paragraph(without_control_characters(text), style=style)
    paragraph.paragraph_format.page_break_before = new_page or None
    return paragraph


def without_control_characters(text):
    """The text without what XML cannot hold."""
    return NOT_IN_XML.sub("", str(text))


def add_paper_table(made, widths, rows, *, heads=1, sides=None, wide=False, merged=()):
    """A bordered table of texts in small type; the first `heads` rows are repeated on every page.

    `widths` are shares. `sides` say where each column stands. `merged` are (row, column, down,
    across) of cells joined in the head.
    """
    total = WIDE if wide else WIDTH
    sizes = [round(total * share / sum(widths)) for share in widths]
    sides = sides or [LEFT] * len(widths)
    centred = [CENTRE] * len(widths)
    styles = made.styles
    head, body = styles[layout.HEAD].style_id, styles[layout.SMALL_CELL].style_id
    joined = joined_cells(merged)
    parts = []
    for at, texts in enumerate(rows):
        spans = [joined.get((at, column), SINGLE_CELL) for column in range(len(texts))]
        if at < heads:
            parts.append(table_row_xml(texts, sizes, centred, head, spans, HEAD_ROW))
        else:
            parts.append(table_row_xml(texts, sizes, sides, body, spans))
    made.element.body._insert_tbl(parse_xml(table_xml(made, sizes, "".join(parts))))


def table_xml(made, sizes, rows):
    """The XML of a table of these rows."""
    style = made.styles["Table Grid"].style_id
    grid = "".join(f'<w:gridCol w:w="{size}"/>' for size in sizes)
    return (
        f"<w:tbl {nsdecls('w')}>"
        f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(sizes)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def joined_cells(merged):
    """{(row, column): JoinedCell} of the cells that are joined with others."""
    found = {}
    for row, column, down, across in merged:
        for below in range(down):
            vertical = ""
            if down > 1:
                vertical = "continue" if below else "restart"
            found[row + below, column] = JoinedCell(across, vertical)
            for beside in range(1, across):
                found[row + below, column + beside] = JoinedCell(0)
    return found


def table_row_xml(texts, sizes, sides, style, spans, repeated=""):
    """The XML of a row; `repeated` marks a head that stands on every page."""
    cells = []
    for at, (text, side, span) in enumerate(zip(texts, sides, spans, strict=True)):
        if span.across:
            width = sum(sizes[at : at + span.across])
            cells.append(table_cell_xml(text, width, side, style, span))
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def table_cell_xml(text, width, side, style, span):
    """The XML of a cell."""
    columns = f'<w:gridSpan w:val="{span.across}"/>' if span.across > 1 else ""
    rows = f'<w:vMerge w:val="{span.vertical}"/>' if span.vertical else ""
    said = escape(without_control_characters(text))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{columns}{rows}'
        '<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{said}</w:t></w:r></w:p></w:tc>'
    )
