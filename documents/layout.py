"""GB/T 9704 as a Word document without text: page, fonts, heading numbers, page numbers; templates are written into it."""

from functools import cache
from io import BytesIO

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

SONG, HEI, KAI, FANG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
LATIN = "Times New Roman"
# What stands in where an office has not bought the typeface; Word, WPS and LibreOffice read the list.
FALLBACKS = {
    SONG: "方正小标宋_GBK,小标宋,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    HEI: "SimHei,华文黑体,Noto Sans CJK SC",
    KAI: "楷体,KaiTi,华文楷体,STKaiti,Noto Serif CJK SC",
    FANG: "仿宋,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC",
}
# (style, shown name, typeface, size in points, heading level, bold)
HEADINGS = [
    ("Heading 1", HEI, False),
    ("Heading 2", KAI, False),
    ("Heading 3", FANG, True),
    ("Heading 4", FANG, False),
]
NUMBERS = [
    ("chineseCountingThousand", "%1、"),
    ("chineseCountingThousand", "（%2）"),
    ("decimal", "%3."),
    ("decimal", "（%4）"),
]
TITLE, SUBTITLE, NOTICE, ANNEX = "公文标题", "副标题行", "数据说明", "附件标题"
TABLE_CAPTION, FIGURE_CAPTION, CELL, SMALL_CELL, HEAD = "表题", "图题", "表格", "小表格", "表头"
SIGNED, SMALL, FIGURE = "落款", "注释", "图"
CAPTIONS = [("表", TABLE_CAPTION), ("图", FIGURE_CAPTION)]
LINE = Pt(28)


LEFT, RIGHT, CENTER = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER
# {style: (typeface, size in points, its paragraph)}
OWN = {
    TITLE: (SONG, 22, {"align": CENTER, "line": Pt(36), "after": 10}),
    SUBTITLE: (KAI, 16, {"align": CENTER, "after": 14}),
    NOTICE: (
        KAI,
        14,
        {"indent": 2, "align": WD_ALIGN_PARAGRAPH.JUSTIFY, "line": Pt(24), "after": 12},
    ),
    TABLE_CAPTION: (HEI, 12, {"align": CENTER, "line": Pt(24), "before": 6, "after": 3}),
    FIGURE_CAPTION: (HEI, 12, {"align": CENTER, "line": Pt(24), "after": 6}),
    ANNEX: (HEI, 16, {"align": LEFT, "after": 6}),
    CELL: (FANG, 10.5, {"align": LEFT, "line": Pt(16)}),
    SMALL_CELL: (FANG, 9, {"align": LEFT, "line": Pt(12)}),
    HEAD: (HEI, 10.5, {"align": CENTER, "line": Pt(16)}),
    SIGNED: (FANG, 16, {"align": RIGHT}),
    SMALL: (FANG, 10.5, {"align": LEFT, "line": Pt(16), "before": 3}),
    FIGURE: (FANG, 11, {"align": CENTER, "before": 6}),
}


def blank_document():
    """An empty document in the layout, with all styles a template may use."""
    return Document(BytesIO(blank_document_bytes()))


@cache
def blank_document_bytes():
    """The same as a file: making the styles takes longer than most papers do, opening them does not."""
    document, file = Document(), BytesIO()
    for each in list(document.element.body):
        if each.tag != qn("w:sectPr"):
            document.element.body.remove(each)
    set_page(document)
    set_font_table(document)
    define_styles(document)
    number_headings(document)
    number_pages(document)
    document.save(file)
    return file.getvalue()


def set_page(document):
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)


def set_font_table(document):
    """The typefaces with their stand-ins, in the font table."""
    part = next(
        part
        for part in document.part.package.iter_parts()
        if str(part.partname) == "/word/fontTable.xml"
    )
    made = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    part._blob = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{made}</w:fonts>'.encode()


def set_typeface(style, name, size, *, bold=False):
    style.font.name, style.font.size, style.font.bold, style.font.italic = (
        LATIN,
        Pt(size),
        bold,
        False,
    )
    properties = style.element.get_or_add_rPr()
    faces = properties.get_or_add_rFonts()
    for theme in [key for key in faces.attrib if "Theme" in key or "theme" in key]:
        del faces.attrib[theme]
    for slot, face in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", name), ("cs", LATIN)):
        faces.set(qn(f"w:{slot}"), face)
    for colour in properties.findall(qn("w:color")):
        properties.remove(colour)


def set_paragraph(style, *, indent=0, align=None, line=LINE, before=0, after=0):
    """Exact line height; first line indented by `indent` characters."""
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, line
    form.alignment, form.widow_control = align, False
    made = style.element.get_or_add_pPr().get_or_add_ind()
    made.set(qn("w:firstLineChars"), str(100 * indent))
    made.set(qn("w:firstLine"), str(int(320 * indent)))


def add_style(document, name):
    """One of our own styles; it begins from nothing but the body text."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style, style.quick_style = document.styles["Normal"], True
    return style


def define_styles(document):
    normal = document.styles["Normal"]
    set_typeface(normal, FANG, 16)
    set_paragraph(normal, indent=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    for name, face, bold in HEADINGS:
        set_typeface(document.styles[name], face, 16, bold=bold)
        set_paragraph(document.styles[name], indent=2)
        document.styles[name].paragraph_format.keep_with_next = True
    add_missing_styles(document)
    for name in (TABLE_CAPTION, FIGURE):
        document.styles[name].paragraph_format.keep_with_next = True
    picture = document.styles[FIGURE].paragraph_format
    picture.line_spacing_rule, picture.line_spacing = WD_LINE_SPACING.SINGLE, 1.0
    add_border(document.styles[NOTICE])


def add_missing_styles(document):
    """Our own styles, where a template does not have them."""
    have = {style.name for style in document.styles}
    for name, (face, size, form) in OWN.items():
        if name not in have:
            add_own_style(document, name, face, size, **form)


def add_own_style(document, name, face, size, **form):
    style = add_style(document, name)
    set_typeface(style, face, size)
    set_paragraph(style, **form)


def add_border(style):
    """A thin frame around the note on the data, so that nobody overlooks it."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="4" w:color="444444"/>'
        for side in ("top", "left", "bottom", "right")
    )
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"),
        "w:shd",
        "w:tabs",
        "w:suppressAutoHyphens",
        "w:spacing",
        "w:ind",
        "w:jc",
    )


def number_headings(document):
    """一、 （一） 1. （1）, 表1 and 图1 by Word itself: who cuts a section leaves no hole in the count."""
    numbering = document.part.numbering_part.element
    for each in list(numbering):
        numbering.remove(each)
    headings = [
        (form, text, f"Heading{at}", 640) for at, (form, text) in enumerate(NUMBERS, start=1)
    ]
    captions = [
        [("decimal", f"{word}%1　", document.styles[style].style_id, 0)] for word, style in CAPTIONS
    ]
    lists = [headings, *captions]
    for number, levels in enumerate(lists, start=1):
        numbering.append(numbering_list(number, levels))
    for number in range(1, len(lists) + 1):
        used = (
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        )
        numbering.append(parse_xml(used))
    for at, (name, _, _) in enumerate(HEADINGS):
        number_style(document.styles[name], 1, at)
    for number, (_, style) in enumerate(CAPTIONS, start=2):
        number_style(document.styles[style], number, 0)


def numbering_list(number, levels):
    """A list whose levels are [(number format, text, style, indent of the first line)]."""
    made = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="{style}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="0" w:firstLine="{indent}"/></w:pPr></w:lvl>'
        for at, (form, text, style, indent) in enumerate(levels)
    )
    kind = "multilevel" if len(levels) > 1 else "singleLevel"
    return parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="{kind}"/>{made}</w:abstractNum>'
    )


def number_style(style, number, level):
    properties = style.element.get_or_add_pPr()
    properties._insert_numPr(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        )
    )


def number_pages(document):
    """— 1 — in 四号 宋体, on the outer side: right on odd pages, left on even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        line = footer.paragraphs[0]
        line._p.getparent().replace(line._p, page_number_xml(side))


def page_number_xml(side):
    run = '<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr>'

    def field(kind):
        return f'<w:r>{run}<w:fldChar w:fldCharType="{kind}"/></w:r>'

    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:ind w:firstLineChars="0" w:firstLine="0" w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r>{run}<w:t xml:space="preserve">— </w:t></w:r>'
        f"{field('begin')}<w:r>{run}<w:instrText> PAGE </w:instrText></w:r>{field('separate')}"
        f"<w:r>{run}<w:t>1</w:t></w:r>{field('end')}<w:r>{run}"
        f'<w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )


def draw_table_frame(made):
    """Lines around every cell, whatever the template's styles; a millimetre beside its text, so that （个） fits."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in sides
    )
    margins = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
    properties = made._tbl.tblPr
    properties.find(qn("w:tblLayout")).addprevious(
        parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>")
    )
    properties.find(qn("w:tblLayout")).addnext(
        parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>")
    )


def add_table(document, widths, head, rows, *, small=False):
    """A bordered table of texts; `widths` in shares, the head repeated on every page, no row torn by a page's end."""
    made = document.add_table(rows=0, cols=len(widths))
    made.autofit = False
    draw_table_frame(made)
    total, body = Mm(156), SMALL_CELL if small else CELL
    ids = {
        name: document.styles[name].style_id for name in (HEAD, body)
    }  # by name, each cell would look it up anew
    for at, texts in enumerate([head, *rows]):
        row = made.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not at:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, share in zip(row.cells, texts, widths, strict=True):
            cell.width = int(total * share / sum(widths))
            line = cell.paragraphs[0]
            line._p.style = ids[body if at else HEAD]
            line.add_run(text)
    for column, share in zip(made.columns, widths, strict=True):
        column.width = int(total * share / sum(widths))
    return made
