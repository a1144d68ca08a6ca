"""The annex of a report: every figure of its text, what it means and what it was counted from.

Figures that stand in tables and charts alone would make it three times as long: they are in the workbook of figures,
together with the addresses of the rows.
"""

from documents import layout
from documents.context import chinese_date
from documents.wording import exact_text

HEAD = ["序号", "名称", "数值", "含义和出处", "统计社区", "缺数"]
WIDTHS = [4, 10, 8, 24, 5, 4]


def add_annex(document, figures, context):
    """Put the table of figures on a new page at the end."""
    layout.add_missing_styles(document)
    heading = document.add_paragraph("附件：文中数字来源表", style=layout.ANNEX)
    heading.paragraph_format.page_break_before = True
    scope = "仅已审定的社区" if context.approved else "全部社区，含未审定"
    when = chinese_date(context.facts.saved) or "无"
    note = (
        f"数据范围：{scope}；数据时间：{when}；数据版本：{context.facts.version}。"
        "表格和图中的数字以及各数字的明细地址见系统内本报告的数字来源表（.xlsx）。"
    )
    document.add_paragraph(note, style=layout.SMALL)
    rows = [annex_row(at, figure) for at, figure in enumerate(figures, start=1)]
    layout.add_table(document, WIDTHS, HEAD, rows, small=True)


def annex_row(at, figure):
    """The cells of one figure, below HEAD."""
    counted = "" if figure.counted is None else f"{figure.counted:,}"
    missing = f"{figure.missing:,}" if figure.missing else ""
    value = exact_text(figure.value, figure.unit, figure.digits)
    texts = [text.rstrip("。") for text in (figure.definition, figure.query) if text]
    meaning = "".join(f"{text}。" for text in texts)
    return [str(at), figure.label, value, meaning, counted, missing]
