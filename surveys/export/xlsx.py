"""A table as a workbook: written row by row,
so that a whole city takes no more memory than a street.
"""

import re
from functools import cache
from itertools import groupby, pairwise
from math import ceil

from surveys.export.heads import heading_rows
from surveys.export.table import ColumnKind, Partial, TableRow
from surveys.workbook.cells import text_width

FONT = "等线"
FORMATS = {
    ColumnKind.COUNT: "#,##0",
    ColumnKind.NUMBER: "#,##0.0",
    ColumnKind.MONEY: "#,##0.00",
    ColumnKind.AREA: "#,##0.00",
    ColumnKind.PERCENT: "0.0%",
}
FILLS = {"": "", "sub": "#EEF3F8", "sum": "#DCE6F2"}
# A carriage return is no control character and yet no text: offices' programs show it as _x000D_.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
NOT_IN_NAME = re.compile(r"[\[\]:*?/\\]")
SIGNATURES = "填表人：　　　　　　　审核人：　　　　　　　填表日期：　　　　年　　月　　日"
A4, HATCHED = 9, 14
ACROSS = 900  # pixels between the margins of A4 across, less what programs differ
# Digits a sheet of A4 across can hold and still be read; wider tables take several side by side.
PER_SHEET = 150


def write_xlsx(table, user, file):
    """Write the table as `user` may read it to an open binary file; returns the number of rows."""
    from xlsxwriter import Workbook  # heavy, and most commands write no file

    book = Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": table.title, "author": table.area.name})
    writer = SheetWriter(book, table)
    writer.write_top()
    count = writer.write_rows(table.read_by(user))
    writer.write_foot()
    book.close()
    return count


class SheetWriter:
    """One sheet, from the title to the line of signatures; `line` is where the next row goes."""

    def __init__(self, book, table):
        self.book = book
        self.table = table
        self.line = 0
        name = NOT_IN_NAME.sub(" ", table.title)
        self.sheet = book.add_worksheet(name[:31])
        self.style, self.hatched = cache(self._style), cache(self._hatched)
        self.last = len(table.columns) - 1
        self.wide = total_width(table.columns)
        self.parts = paper_parts(table.columns, table.fixed)  # side by side on paper
        for at, column in enumerate(table.columns):
            self.sheet.set_column(at, at, column.wide)

    def _style(self, **properties):
        """One format a combination: a workbook may hold few."""
        usual = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        return self.book.add_format({**usual, **properties})

    def write_top(self):
        """The title, what is said below it, and the heads."""
        align = "left"
        if len(self.parts) == 1:
            align = "center"
        self.across(self.table.title, 30, font_size=16, bold=True, align=align)
        self.across("　　".join(self.table.subtitle), 18, font_size=10)
        top = heading_rows(self.table.columns)
        first = self.line
        for row in top:
            self.write_head(row)
        self.write_units()
        self.set_up(first)

    def text(self, line, at, text, style):
        """A text, or a cell that is really empty:
        a formula of the reader's counts what holds an empty text.
        """
        if text:
            self.sheet.write_string(line, at, cell_safe_text(text), style)
        else:
            self.sheet.write_blank(line, at, None, style)

    def across(self, text, height, **properties):
        """A line over the whole width of the table."""
        text, style = cell_safe_text(text), self.style(**properties)
        self.sheet.set_row(self.line, height)
        if self.last:
            self.sheet.merge_range(self.line, 0, self.line, self.last, text, style)
        else:
            self.sheet.write_string(self.line, 0, text, style)
        self.line += 1

    def write_head(self, row):
        """One row of the head; its headings are joined over the columns and rows they cover."""
        style = self.style(
            bold=True,
            border=1,
            border_color="#8FA1B3",
            bg_color="#DCE6F2",
            align="center",
            text_wrap=True,
        )
        self.sheet.set_row(self.line, head_height(row))
        for at in range(self.last + 1):
            self.sheet.write_blank(self.line, at, None, style)
        for head in row:
            last_row = self.line + head.down - 1
            for at, across in self.pieces(head):
                self.sheet.write_string(self.line, at, cell_safe_text(head.label), style)
                if head.down > 1 or across > 1:
                    # merge_range would write the rows below too early for a sheet that keeps none
                    # in memory.
                    self.sheet.merge.append([self.line, at, last_row, at + across - 1])
        self.line += 1

    def write_units(self):
        """The units right below the head, where there are any."""
        if not any(column.unit for column in self.table.columns):
            return
        style = self.style(
            font_size=9, font_color="#4A5B6C", border=1, border_color="#8FA1B3", align="center"
        )
        for at, column in enumerate(self.table.columns):
            self.text(self.line, at, column.unit, style)
        self.line += 1

    def set_up(self, first):
        """Head in sight and on every page; A4 across, as many sheets wide as it takes to be read."""
        self.sheet.freeze_panes(self.line, self.table.fixed)
        self.sheet.repeat_rows(first, self.line - 1)
        self.sheet.set_paper(A4)
        if self.wide > 90:
            self.sheet.set_landscape()
        self.spread()
        self.sheet.repeat_columns(0, self.table.fixed - 1)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.center_horizontally()
        title = self.table.title.replace("&", "&&")
        self.sheet.set_footer(f"&L&9{title}&R&9第 &P 页，共 &N 页")

    def spread(self):
        """As wide as the paper; what could not be read so, in parts side by side,
        each under its own heads.
        """
        if len(self.parts) == 1:
            self.sheet.fit_to_pages(1, 0)
            return
        # Offices' programs leave breaks out of account where a table is fitted to its pages.
        kept = self.table.columns[: self.table.fixed]
        widths = []
        for first, last in self.parts:
            widths.append(printed_width([*kept, *self.table.columns[first:last]]))
        scale = 100 * ACROSS // max(widths)
        self.sheet.set_print_scale(max(10, min(100, scale)))
        self.sheet.set_v_pagebreaks([first for first, _ in self.parts[1:]])

    def pieces(self, head):
        """[(at, across)] of a head over columns that come on several sheets: one for each."""
        cuts = []
        for first, _ in self.parts[1:]:
            if head.at < first < head.at + head.across:
                cuts.append(first)
        ends = [head.at, *cuts, head.at + head.across]
        return [(at, end - at) for at, end in pairwise(ends)]

    def write_rows(self, rows):
        """Write the rows below each other; returns how many they are."""
        first, styles_of = self.line, cache(self.row_styles)
        write_number, write_text = self.sheet.write_number, self.text
        for row in rows:
            line, styles = self.line, styles_of(row.rank, row.kind)
            for at, (value, (kind, style)) in enumerate(zip(row.cells, styles, strict=True)):
                if isinstance(value, str):
                    write_text(line, at, value, style)
                elif value is None or isinstance(value, Partial):
                    self.write_unsure(at, value, kind, row.rank, style)
                else:
                    write_number(line, at, value, style)
            self.line += 1
        return self.line - first

    def row_styles(self, rank, kind):
        """(kind, style) of each cell of a row."""
        kinds = TableRow((), rank, kind=kind).kinds(self.table.columns)
        styles = []
        for each in kinds:
            styles.append((each, self.cell_style(each, rank)))
        return styles

    def cell_style(self, kind, rank="", **more):
        """The format of a cell; `more` properties come before the usual ones."""
        look = {"border": 1, "border_color": "#BFC5CC", "bold": rank != ""}
        if kind.numeric:
            look.update(num_format=FORMATS[kind], align="right")
        else:
            look.update(num_format="@", align="left", indent=1, text_wrap=True)
        if FILLS[rank]:
            look["bg_color"] = FILLS[rank]
        look.update(more)
        return self.style(**look)

    def write_unsure(self, at, value, kind, rank, style):
        """An unknown number is said; a sum that lacks some says how many, and stays a number."""
        if not kind.numeric and value is None:
            self.sheet.write_blank(self.line, at, None, style)
            return
        known, missing = value or Partial(None, 0)
        if known is None:
            text = self.table.unknown
            if missing:
                text = f"{self.table.unknown} {missing:,}"
            self.sheet.write_string(self.line, at, text, self.hatched(kind, rank))
            return
        if missing:
            number_format = f'{FORMATS[kind]}"（缺{missing}）"'
            style = self.cell_style(kind, rank, num_format=number_format, shrink=True)
        self.sheet.write_number(self.line, at, known, style)

    def _hatched(self, kind, rank):
        """Unknown: by a pattern, so that it is seen on paper too."""
        look = {
            "pattern": HATCHED,
            "fg_color": "#D5DDE5",
            "bg_color": "#FFFFFF",
            "font_color": "#556170",
        }
        return self.cell_style(kind, rank, **look)

    def write_foot(self):
        for note in self.table.notes:
            self.across(f"注：{note}", 16, font_size=9, font_color="#4A5B6C")
        if self.table.signed:
            self.across(SIGNATURES, 26)


def head_height(row):
    """The height in points that a row of the head needs, so that all its labels can be read."""
    if not any(head.column for head in row):
        return 20
    lines = 1
    for head in row:
        if head.column and head.down == 1:
            lines = max(lines, ceil(text_width(head.label) / head.column.wide))
    return max(32, 14 * lines + 4)


def paper_parts(columns, fixed):
    """[(first, last + 1)] of the columns beside the fixed ones that come on one sheet.

    A sheet takes as many whole groups as it holds.
    """
    room = paper_room(columns, fixed)
    parts = []
    start = fixed
    for first, last in column_groups(columns, fixed):
        if first > start and total_width(columns[start:last]) > room:
            parts.append((start, first))
            start = first
    return [*parts, (start, max(start, len(columns)))]


def column_groups(columns, fixed):
    """[(first, last + 1)] of neighbouring columns under one head, beside the fixed ones.

    The columns of a group wider than a sheet stand each for itself.
    """
    room = paper_room(columns, fixed)

    def heading(at):
        return columns[at].groups[:1] or at

    groups = []
    for _, neighbours in groupby(range(fixed, len(columns)), heading):
        run = list(neighbours)
        first, last = run[0], run[-1] + 1
        if total_width(columns[first:last]) <= room:
            groups.append((first, last))
        else:
            for at in run:
                groups.append((at, at + 1))
    return groups


def paper_room(columns, fixed):
    """The digits a sheet has left beside the fixed columns."""
    return PER_SHEET - total_width(columns[:fixed])


def total_width(columns):
    return sum(column.wide for column in columns)


def printed_width(columns):
    """How wide these print; a digit takes 7 pixels, but 9 where the usual fonts are missing."""
    return sum(9 * column.wide + 5 for column in columns)


def cell_safe_text(text):
    """A text as a cell can hold it; it is written as text,
    so whatever it begins with is no formula.
    """
    return NOT_IN_XML.sub("", text)[:32_767]
