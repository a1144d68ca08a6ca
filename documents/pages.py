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
        body = self.report.document.element.body
        found = [self.block(child) for child in body if child.tag in (qn("w:p"), qn("w:tbl"))]
        return [block for block in found if block]

    def block(self, element):
        if element.tag == qn("w:tbl"):
            rows = [
                [self.cell(cell) for cell in row.cells]
                for row in Table(element, self.report.document).rows
            ]
            return PageBlock("table", [], rows=rows)
        paragraph = Paragraph(element, self.report.document)
        text, style = paragraph.text, paragraph.style.name
        if found := CHART.search(text):
            return PageBlock(
                "chart", [], chart=chart_table(self.report, self.report.context.charts[found[1]])
            )
        if not text.strip():
            return None
        kind = KINDS.get(style) or (
            f"h{style[-1]}" if style in HEADINGS else "caption" if style in CAPTIONS else "p"
        )
        return PageBlock(kind, self.pieces(text), self.number(style))

    def cell(self, cell):
        """(pieces, whether it stands at the right)."""
        return self.pieces(cell.text), cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT

    def number(self, style):
        if style in CAPTIONS:
            self.captions[style] += 1
            return f"{CAPTIONS[style]}{self.captions[style]}　"
        if style not in HEADINGS:
            return ""
        level = [*HEADINGS].index(style)
        self.heads[level] += 1
        self.heads[level + 1 :] = [0] * (len(HEADINGS) - level - 1)
        at = self.heads[level]
        return HEADINGS[style].format(chinese_number(at) if level < 2 else at)

    def pieces(self, text):
        """The text cut at its figures."""
        made = MARK.split(text.replace("\n", ""))
        plain, keys, words = made[::3], made[1::3], made[2::3]
        found = [TextPiece(plain[0])]
        for key, said, rest in zip(keys, words, plain[1:], strict=True):
            found += [self.piece(key, said), TextPiece(rest)]
        return [piece for piece in found if piece.text]

    def piece(self, key, words):
        figure = self.report.context.figures[key]
        lacking = f"；{figure.missing}个{figure.of}缺数" if figure.missing else ""
        tip = f"{figure.label}：{figure.definition.rstrip('。')}{lacking}"
        return TextPiece(words, self.report.address(figure), tip)


def chart_table(report, chart):
    """A chart as rows of a table with bars: [(category, [(piece of a figure)], [(css, start, width)])] and its head."""
    largest = (
        100
        if chart.unit == "%"
        else max([sum(bar_values(chart, at)) for at in range(len(chart.categories))] or [0])
    )
    rows = [chart_row(report, chart, at, largest or 1) for at in range(len(chart.categories))]
    return {
        "title": chart.title,
        "unit": chart.unit,
        "names": [name for name, _ in chart.series],
        "rows": rows,
    }


def bar_values(chart, at):
    return [chart.value(figures[at]) or 0 for _, figures in chart.series]


def chart_row(report, chart, at, largest):
    cells = [
        TextPiece(chart.label(figures[at]), report.address(figures[at]))
        for _, figures in chart.series
    ]
    bars, start = [], 0
    for number, value in enumerate(bar_values(chart, at)):
        width = 100 * value / largest
        bars.append({"css": f"series-{number}", "start": f"{start:.1f}%", "width": f"{width:.1f}%"})
        start += width
    category = chart.categories[at]
    return {"label": str(getattr(category, "words", category)), "cells": cells, "bars": bars}
