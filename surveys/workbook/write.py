"""The survey workbook of one unit: cover, a sheet per section, hidden lists."""

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from surveys.extras import round_sections
from surveys.workbook.cells import add_styles
from surveys.workbook.cover import write_cover
from surveys.workbook.lists import Lists
from surveys.workbook.marker import marker_for
from surveys.workbook.places import reporting_units
from surveys.workbook.rows import sheet_rows, stored_records
from surveys.workbook.sheet import add_sheet


def write_workbook(*, round, unit, file, sections=None, show_personal=False):
    """Write the pre-filled workbook of `unit` in `round` to `file`, a path or an open binary file.

    What was submitted or approved may not be changed and is left out; the cover names it.
    `sections`: only these, in this order; all by default. Telephone numbers are masked unless
    `show_personal`. The number of queries does not depend on how many communities there are.
    """
    book, lists, marker = Workbook(write_only=True), Lists(), marker_for(round, unit)
    add_styles(book)
    book.custom_doc_props.append(StringProperty(name="survey-template", value=str(marker)))
    inside = reporting_units(round, unit)
    closed = [reporting.name for reporting in inside if not reporting.is_open]
    write_cover(book, round, unit, marker, closed)
    open_units = [reporting for reporting in inside if reporting.is_open]
    named = {reporting.filing: reporting.name for reporting in inside}
    for section in sections or round_sections(round):
        asked = [reporting for reporting in open_units if reporting.level in section.levels]
        records = stored_records(section, round, unit, named)
        rows = list(sheet_rows(section, asked, records, show_personal=show_personal))
        header = f"{unit.name} {round.title} {section.label}"
        add_sheet(book, section, rows, lists, asked, header)
    lists.write(book, marker)
    book.save(file)
