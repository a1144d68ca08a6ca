"""How a sheet stands on screen and paper: widths, frozen part, protection, A4 landscape."""

from openpyxl.utils import get_column_letter

from surveys.workbook.cells import TEXT, text_width

NARROWEST, WIDEST = 7, 38
ONE_LINE = 8  # a label of four characters stays on one line; a longer one breaks in the middle
NOTE = 18  # room to write reasons in
ROW = 20  # points; a wrapped text still makes its row higher
A4 = 9  # the number Excel gives the paper


def column_width(label, words, least=0):
    """Wide enough for what stands in the column, and no wider: 25 columns must be readable on A4."""
    longest = max(map(text_width, words), default=0)
    line = text_width(label)
    if line > ONE_LINE:
        line = (line + 3) // 4 * 2  # half of it, in whole characters
    return min(max(NARROWEST, least, longest + 2, line + 1), WIDEST)


def written_value(value, places):
    """A value as it appears, for its width: numbers with thousands separators."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return f"{value:,.{places}f}"


def set_widths(sheet, labels, lines):
    """The width of every column; `lines` are tuples of words as they appear."""
    columns = zip(*lines, strict=True) if lines else [()] * len(labels)
    for at, (label, words) in enumerate(zip(labels, columns, strict=True), 1):
        least = NOTE if label == "备注" else 0
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = column_width(label, words, least)


def open_below(sheet, brush, kinds, keys):
    """Roster sheets: everything below the last line may be filled in, except the code."""
    styles = [TEXT] * (keys - 1) + kinds
    for at, style in enumerate(styles, 2):
        sheet.column_dimensions[get_column_letter(at)]._style = brush.style(style)


def protect_sheet(sheet):
    """Lock the sheet without a password: against slips, not against people.

    Sorting, filtering and formatting stay allowed.
    """
    guard = sheet.protection
    guard.sheet = True
    guard.formatCells = guard.formatColumns = guard.formatRows = False
    guard.sort = guard.autoFilter = guard.insertRows = False


def set_up_page(sheet, header, *, titles=""):
    """A4 landscape, as wide as the sheet, header lines repeated, pages numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.8, 0.8
    sheet.page_margins.header, sheet.page_margins.footer = 0.4, 0.4
    sheet.print_options.horizontalCentered = True
    sheet.sheet_format.defaultRowHeight = ROW
    sheet.print_title_rows = titles or None
    sheet.oddHeader.center.text = header.replace("&", "&&")
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
