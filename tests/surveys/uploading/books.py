"""A workbook as a clerk sends it in: one sheet, rows of plain values."""

from io import BytesIO

from openpyxl import Workbook

HEAD = ["区划代码", "街道", "社区名称", "总户数", "总人口", "备注"]
ROW = ["130983001016", "骅东街道", "育才社区", 1200, 3600, ""]


def book(*rows, head=HEAD):
    """A workbook with one sheet 社区基本情况, as bytes."""
    made, out = Workbook(), BytesIO()
    made.active.title = "社区基本情况"
    for row in (head, *rows):
        made.active.append(row)
    made.save(out)
    return out.getvalue()
