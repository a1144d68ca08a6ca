"""What a cell of the workbook looks like and may hold, by the kind of its field."""

from functools import cache
from unicodedata import east_asian_width

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

from surveys.fields import AmountField, CountField

FONT = "等线"
TEXT, COUNT, AMOUNT = "填写文字", "填写整数", "填写小数"
FORMATS = {TEXT: "@", COUNT: "#,##0", AMOUNT: "#,##0.00"}
HEADER, UNITS, KEY, TITLE, WORD, FAINT = "表头", "单位行", "固定", "标题", "说明", "标记"
LINE = Border(*[Side(style="thin", color="BFC5CC")] * 4)
GREY = PatternFill("solid", fgColor="F0F1F3")
BLUE = PatternFill("solid", fgColor="DCE6F2")


def style_of_field(field):
    """Whether a column holds whole numbers, amounts or text; dates are text,
    so that 2004-08 stays 2004-08.
    """
    if isinstance(field, CountField):
        return COUNT
    if isinstance(field, AmountField):
        return AMOUNT
    return TEXT


def add_styles(book):
    """The named styles of the workbook: what is white may be filled in, what is grey is locked."""
    for each in (TEXT, COUNT, AMOUNT):
        side = "left" if each == TEXT else "right"
        style = NamedStyle(
            each,
            font=Font(name=FONT, size=11),
            border=LINE,
            alignment=Alignment(horizontal=side, vertical="center", wrap_text=each == TEXT),
            number_format=FORMATS[each],
            protection=Protection(locked=False),
        )
        book.add_named_style(style)
    for style in fixed_styles():
        book.add_named_style(style)


def fixed_styles():
    """Headers, locked keys, and the words of the cover."""
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    left = Alignment(horizontal="left", vertical="center", wrap_text=True)
    yield NamedStyle(
        HEADER, font=Font(name=FONT, size=10, bold=True), fill=BLUE, border=LINE, alignment=middle
    )
    yield NamedStyle(
        UNITS,
        font=Font(name=FONT, size=9, color="5A6472"),
        fill=BLUE,
        border=LINE,
        alignment=middle,
    )
    yield NamedStyle(
        KEY,
        font=Font(name=FONT, size=11),
        fill=GREY,
        border=LINE,
        alignment=left,
        number_format=FORMATS[TEXT],
    )
    yield NamedStyle(
        TITLE, font=Font(name=FONT, size=16, bold=True), alignment=Alignment(vertical="center")
    )
    yield NamedStyle(
        WORD, font=Font(name=FONT, size=11), alignment=Alignment(vertical="top", wrap_text=True)
    )
    yield NamedStyle(FAINT, font=Font(name=FONT, size=8, color="9AA3AD"))


class Brush:
    """Makes the cells of one sheet. Text is typed as text: whatever it begins with,
    it is no formula.
    """

    def __init__(self, sheet):
        self.sheet = sheet
        self.style = cache(self._style)

    def _style(self, name):
        cell = WriteOnlyCell(self.sheet)
        cell.style = name
        return cell._style  # setting a name on every cell costs half of the writing time

    def cell(self, value, style, comment=""):
        cell = WriteOnlyCell(self.sheet)
        cell._style = self.style(style)
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub("", value) or None
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
        if comment:
            cell.comment = Comment(comment, "填报说明", width=220, height=60)
        return cell


def text_width(text):
    """How wide a text is, in digits; a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in str(text))
