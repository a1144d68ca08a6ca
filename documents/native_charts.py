"""Charts as parts of a .docx: real, editable charts with their workbook inside, as Word itself writes them."""

from datetime import datetime
from io import BytesIO
from xml.sax.saxutils import escape

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.enum.chart import XL_CHART_TYPE
from xlsxwriter import Workbook

WIDTH, ROW, LEAST = Mm(156), Mm(6.5), Mm(56)
COLOURS = ["2F5D8A", "B7791F", "A33B3B", "7A869A"]
FONT = "仿宋"
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - the same bytes for the same numbers
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
INLINE = """
<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
  xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
  xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
  xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
  xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
  <wp:inline distT="0" distB="0" distL="0" distR="0">
    <wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>
    <wp:docPr id="{number}" name="图表 {number}" descr="{title}"/><wp:cNvGraphicFramePr/>
    <a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
      <c:chart r:id="{rid}"/>
    </a:graphicData></a:graphic>
  </wp:inline>
</w:drawing>"""


def chart_drawing(document, chart, number):
    """Put the chart's parts into the document's package; return the element that shows it."""
    package, main = document.part.package, document.part
    book_name = PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx")
    book = Part(book_name, CONTENT_TYPE.SML_SHEET, chart_workbook(chart), package)
    name = PackURI(f"/word/charts/chart{number}.xml")
    part = Part(name, CONTENT_TYPE.DML_CHART, chart_xml(chart, "rId1"), package)
    part.load_rel(RELATIONSHIP_TYPE.PACKAGE, book, "rId1")
    rid = main.relate_to(part, RELATIONSHIP_TYPE.CHART)
    rows = len(chart.categories) if chart.name != "经费" else 0
    height = max(LEAST, Mm(24) + ROW * rows)
    title = escape(chart.title, {'"': "&quot;"})
    xml = INLINE.format(width=WIDTH, height=height, number=number, rid=rid, title=title)
    return parse_xml(xml)


def chart_type(chart):
    if chart.stacked:
        return XL_CHART_TYPE.BAR_STACKED
    return XL_CHART_TYPE.COLUMN_CLUSTERED if chart.unit == "万元" else XL_CHART_TYPE.BAR_CLUSTERED


def chart_xml(chart, rid):
    """The chart part: python-pptx writes series and axes, here come font, colours, labels and the workbook."""
    data = CategoryChartData(number_format="General")
    data.categories = chart.category_texts
    for name, figures in chart.series:
        data.add_series(name, [chart.value(figure) for figure in figures])
    root = etree.fromstring(ChartXmlWriter(chart_type(chart), data).xml.encode())
    for at, series in enumerate(root.iter(f"{{{C}}}ser")):
        paint_series(series, COLOURS[at % len(COLOURS)], stacked=chart.stacked)
    finish_chart(root, chart)
    external = etree.SubElement(root, f"{{{C}}}externalData")
    external.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", rid)
    etree.SubElement(external, f"{{{C}}}autoUpdate").set("val", "0")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def chart_element(xml):
    return etree.fromstring(f'<root xmlns:c="{C}" xmlns:a="{A}">{xml}</root>')[0]


def paint_series(series, colour, *, stacked):
    """One colour, and its numbers: beside the bars, or in white on stacked ones, where nought says nothing."""
    for old in series.findall(f"{{{C}}}invertIfNegative"):
        series.remove(old)
    before = series.find(f"{{{C}}}cat")
    for xml in (
        f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr>',
        '<c:invertIfNegative val="0"/>',
        data_labels("0;;", "FFFFFF") if stacked else data_labels("General", "000000"),
    ):
        before.addprevious(chart_element(xml))


def data_labels(form, colour):
    """The numbers of a series, in the schema's order."""
    off = "".join(
        f'<c:{name} val="0"/>'
        for name in ("showCatName", "showSerName", "showPercent", "showBubbleSize")
    )
    text = (
        '<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1050"><a:solidFill>'
        f'<a:srgbClr val="{colour}"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
    return (
        f'<c:dLbls><c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>{text}'
        f'<c:showLegendKey val="0"/><c:showVal val="1"/>{off}</c:dLbls>'
    )


def finish_chart(root, chart):
    """Font and size of all text, gaps, a legend where there is more than one series, the first bar on top."""
    for old in root.findall(f"{{{C}}}txPr"):
        root.remove(old)
    root.append(
        chart_element(
            '<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1050"><a:latin typeface="Times New Roman"/>'
            f'<a:ea typeface="{FONT}"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
        )
    )
    if chart_type(chart) != XL_CHART_TYPE.COLUMN_CLUSTERED:
        scaling = root.find(f".//{{{C}}}catAx/{{{C}}}scaling")
        for old in list(scaling):
            scaling.remove(old)
        scaling.append(chart_element('<c:orientation val="maxMin"/>'))
        root.find(f".//{{{C}}}valAx/{{{C}}}crosses").set("val", "max")
    for lines in root.iter(f"{{{C}}}majorGridlines"):
        lines.append(
            chart_element(
                '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr>'
            )
        )
    if chart.unit == "人":
        root.find(f".//{{{C}}}valAx").append(
            chart_element(f'<c:majorUnit val="{axis_step(chart)}"/>')
        )
    if chart.unit == "%":
        root.find(f".//{{{C}}}valAx/{{{C}}}scaling").append(chart_element('<c:max val="100"/>'))
    root.find(f"{{{C}}}chart/{{{C}}}autoTitleDeleted").set("val", "1")
    for axis in root.iter(f"{{{C}}}barChart"):
        for old in axis.findall(f"{{{C}}}gapWidth"):
            axis.remove(old)
        axis.findall(f"{{{C}}}ser")[-1].addnext(chart_element('<c:gapWidth val="60"/>'))
    if len(chart.series) > 1:
        area = root.find(f".//{{{C}}}plotArea")
        area.addnext(
            chart_element('<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>')
        )


def axis_step(chart):
    """Between the lines of an axis of people: whole people, some five to ten lines."""
    longest = max(sum(chart.bars(at)) for at in range(len(chart.categories)))
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        if longest <= 8 * step:
            return step
    return 1000


def chart_workbook(chart):
    """The sheet behind the chart, laid out as its formulas say: categories in A, a series a column."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"created": EPOCH})
    sheet = book.add_worksheet()
    sheet.write_column(1, 0, chart.category_texts)
    for at, (name, figures) in enumerate(chart.series, start=1):
        sheet.write(0, at, name)
        for row, figure in enumerate(figures, start=1):
            if figure.known:
                sheet.write_number(row, at, chart.value(figure))
    book.close()
    return out.getvalue()
