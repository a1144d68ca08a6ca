"""What papers are put together from: title lines, headings, tables of many cells, in the layout of official documents.

A table is written as one piece of XML: cell by cell through python-docx a booklet of 230 communities takes minutes.
"""

from io import BytesIO
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
LEFT, RIGHT, CENTRE = "left", "right", "center"


def paper_document(*, across=False):
    """An empty document for forms and tables: the typefaces of official documents, narrower margins; `across` on its side."""
    made = layout.blank_document()
    layout.add_own_style(
        made, HEADING, layout.HEI, 12, align=0, line=layout.Pt(20), before=5, after=2
    )
    made.styles[HEADING].paragraph_format.keep_with_next = True
    section = made.sections[0]
    if across:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = (Mm(25), Mm(25)) if across else (Mm(20), Mm(20))
    section.top_margin, section.bottom_margin, section.footer_distance = Mm(25), Mm(23), Mm(12)
    return made


def finish_paper(made, title, author):
    """The file, the same bytes for the same contents."""
    properties = made.core_properties
    properties.title, properties.author, properties.last_modified_by = title, author, ""
    out = BytesIO()
    made.save(out)
    return repack_package(out.getvalue())


def add_line(made, text, style, *, new_page=False):
    paragraph = made.add_paragraph(without_control_characters(text), style=style)
    paragraph.paragraph_format.page_break_before = new_page or None
    return paragraph


def without_control_characters(text):
    return NOT_IN_XML.sub("", str(text))


def add_paper_table(made, widths, rows, *, heads=1, sides=None, wide=False, merged=()):
    """A bordered table of texts in small type; `widths` in shares, the first `heads` rows repeated on every page.

    `sides` say where each column stands. `merged` are (row, column, down, across) of cells joined in the head.
    """
    total = WIDE if wide else WIDTH
    sizes = [round(total * share / sum(widths)) for share in widths]
    sides = sides or [LEFT] * len(widths)
    head, small = (made.styles[name].style_id for name in (layout.HEAD, layout.SMALL_CELL))
    joined = joined_cells(merged)
    body = "".join(
        row_xml(
            texts,
            sizes,
            [CENTRE] * len(sizes) if at < heads else sides,
            head if at < heads else small,
            at < heads,
            joined,
            at,
        )
        for at, texts in enumerate(rows)
    )
    grid = "".join(f'<w:gridCol w:w="{size}"/>' for size in sizes)
    style = made.styles["Table Grid"].style_id
    properties = f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(sizes)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    made.element.body._insert_tbl(
        parse_xml(f"<w:tbl {nsdecls('w')}>{properties}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>")
    )


def joined_cells(merged):
    """{(row, column): (how many columns, "restart", "continue" or "")} of joined cells; 0 columns where it is covered."""
    found = {}
    for row, column, down, across in merged:
        for below in range(down):
            vertical = "" if down == 1 else "continue" if below else "restart"
            found[row + below, column] = (across, vertical)
            for beside in range(1, across):
                found[row + below, column + beside] = (0, "")
    return found


def row_xml(texts, sizes, sides, style, is_head, joined, at):
    cells = "".join(
        cell_xml(
            text,
            sizes[n : n + (joined.get((at, n), (1, ""))[0])],
            side,
            style,
            *joined.get((at, n), (1, "")),
        )
        for n, (text, side) in enumerate(zip(texts, sides, strict=True))
        if joined.get((at, n), (1, ""))[0]
    )
    return (
        f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if is_head else ''}</w:trPr>{cells}</w:tr>"
    )


def cell_xml(text, sizes, side, style, across, vertical):
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    merge = f'<w:vMerge w:val="{vertical}"/>' if vertical else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{sum(sizes)}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(without_control_characters(text))}</w:t></w:r></w:p></w:tc>'
    )
