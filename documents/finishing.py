"""What can be set only once a template is filled: small tables kept on one page, air below tables, Chinese quotes."""

import re

from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

SMALL = 13  # rows; a longer table may run on to the next page, which repeats its head
AIR = Pt(6)
# Signs that Western and Chinese typefaces both have: Word takes the Western, narrow ones unless it is told.
SHARED = re.compile("[“”‘’—…·≥×÷]")


def finish_document(document):
    """Put the finishing touches to a filled document."""
    for element in document.element.body.iter(qn("w:tbl")):
        table = Table(element, document)
        if len(table.rows) <= SMALL:
            keep_table_together(table)
        below = element.getnext()
        if below is not None and below.tag == qn("w:p"):
            Paragraph(below, document).paragraph_format.space_before = AIR
    for text in document.element.body.iter(qn("w:t")):
        if SHARED.search(text.text or ""):
            set_chinese_typeface(text.getparent())


def keep_table_together(table):
    """No page ends within the table: each row but the last stays with the next."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def set_chinese_typeface(run):
    """Shared signs of this run in the Chinese typeface."""
    faces = run.get_or_add_rPr().get_or_add_rFonts()
    faces.set(qn("w:hint"), "eastAsia")
