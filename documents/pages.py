"""A report as blocks of a web page, read from the very document that is downloaded; each figure leads to its rows."""

from typing import NamedTuple

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from documents import layout
from documents.report import CHART
from documents.report_figure import MARK
from documents.wording import chinese_number

HEADINGS = {"Heading 1": "{}、", "Heading 2": "（{}）", "Heading 3": "{}.", "Heading 4": "（{}）"}
CAPTIONS = {layout.TABLE_CAPTION: "表", layout.FIGURE_CAPTION: "图"}
KINDS = {
    layout.TITLE: "title",
    layout.SUBTITLE: "subtitle",
    layout.NOTICE: "notice",
    layout.SMALL: "small",
    layout.SIGNED: "signed",
}


class TextPiece(NamedTuple):
    """A run of text; a figure in it has `href`, the address of its rows, and `tip`, what it means."""

    text: str
    href: str = ""
    tip: str = ""


class PageBlock(NamedTuple):
    """One thing below another: `kind` is title, h2 …, p, table, chart; `number` what Word would write before it."""

    kind: str
    pieces: list
    number: str = ""
    rows: list = ()
    chart: object = None


class ReportPage:
    """The blocks of one report."""

    def __init__(self, report):
        self.report = report
        self.heads, self.captions = [0] * len(HEADINGS), dict.fromkeys(CAPTIONS, 0)

    def blocks(self):
        """Every PageBlock, in the order of the document."""
        found = []
        for element in self.report.document.element.body:
            block = self.block(element)
            if block:
                found.append(block)
        return found

    def block(self, element):
        """The PageBlock of a paragraph or a table; None for what shows nothing."""
        if element.tag == qn("w:tbl"):
            return self.table_block(Table(element, self.report.document))
        if element.tag != qn("w:p"):
            return None
        paragraph = Paragraph(element, self.report.document)
        text, style = paragraph.text, paragraph.style.name
        found = CHART.search(text)
        if found:
            chart = self.report.context.charts[found[1]]
            return PageBlock("chart", [], chart=chart_table(self.report, chart))
        if not text.strip():
            return None
        return PageBlock(kind_of_style(style), self.pieces(text), self.number(style))

    def table_block(self, table):
        """The PageBlock of a table."""
        rows = []
        for row in table.rows:
            rows.append([self.cell(cell) for cell in row.cells])
        return PageBlock("table", [], rows=rows)

    def cell(self, cell):
        """(pieces, whether it stands at the right)."""
        return self.pieces(cell.text), cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT

    def number(self, style):
        """What Word would write before a heading or a caption of this style."""
        if style in CAPTIONS:
            self.captions[style] += 1
            return f"{CAPTIONS[style]}{self.captions[style]}　"
        if style not in HEADINGS:
            return ""
        level = list(HEADINGS).index(style)
        self.heads[level] += 1
        for below in range(level + 1, len(HEADINGS)):
            self.heads[below] = 0
        at = self.heads[level]
        return HEADINGS[style].format(chinese_number(at) if level < 2 else at)

    def pieces(self, text):
        """The text cut at its figures."""
        text = text.replace("\n", "")
        found, end = [], 0
        for mark in MARK.finditer(text):
            key, words = mark.groups()
            found.append(TextPiece(text[end : mark.start()]))
            found.append(self.piece(key, words))
            end = mark.end()
        found.append(TextPiece(text[end:]))
        return [piece for piece in found if piece.text]

    def piece(self, key, words):
        """The words of a figure, with the address of its rows and its meaning."""
        figure = self.report.context.figures[key]
        lacking = f"；{figure.missing}个{figure.of}缺数" if figure.missing else ""
        tip = f"{figure.label}：{figure.definition.rstrip('。')}{lacking}"
        return TextPiece(words, self.report.address(figure), tip)


def kind_of_style(style):
    """The kind of block that a style stands for."""
    if style in KINDS:
        return KINDS[style]
    if style in HEADINGS:
        return f"h{style[-1]}"
    return "caption" if style in CAPTIONS else "p"


def chart_table(report, chart):
    """A chart as rows of a table with bars: its head, and {label, cells, bars} of each row."""
    count = len(chart.categories)
    largest = 100
    if chart.unit != "%":
        largest = max((sum(chart.bars(at)) for at in range(count)), default=0) or 1
    return {
        "title": chart.title,
        "unit": chart.unit,
        "names": [name for name, _ in chart.series],
        "rows": [chart_row(report, chart, at, largest) for at in range(count)],
    }


def chart_row(report, chart, at, largest):
    """One category of a chart: its numbers, and its bars end to end in percent of the widest."""
    cells = []
    for _, figures in chart.series:
        figure = figures[at]
        cells.append(TextPiece(chart.label(figure), report.address(figure)))
    bars, start = [], 0
    for number, value in enumerate(chart.bars(at)):
        width = 100 * value / largest
        bars.append({"css": f"series-{number}", "start": f"{start:.1f}%", "width": f"{width:.1f}%"})
        start += width
    return {"label": chart.category_texts[at], "cells": cells, "bars": bars}
