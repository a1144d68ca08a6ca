"""The one door by which a table leaves as a file: masked for its reader, named in Chinese,
and in the trail.
"""

from io import BytesIO

from accounts.audit import audit_entry, write_entries
from surveys.export.csv import write_csv
from surveys.export.table import sees_persons
from surveys.export.xlsx import write_xlsx
from surveys.pages.downloads import XLSX, file_response

FORMATS = {"xlsx": (write_xlsx, XLSX), "csv": (write_csv, "text/csv; charset=utf-8")}


def requested_format(request):
    """The format a page is asked for as a file: `?format=xlsx`; "" where it is to be shown."""
    asked = request.GET.get("format", "")
    if asked in FORMATS:
        return asked
    return ""


def download_table(request, table):
    """The answer that hands the table over as a file, in the format asked for,
    a workbook by default.
    """
    kind = requested_format(request) or "xlsx"
    write, mime = FORMATS[kind]
    name = f"{table.title}.{kind}"
    file = BytesIO()
    count = write(table, request.user, file)
    write_entries(
        download_entry(
            request.user, table, f"{name}（{count:,} 行{names_remark(request.user, table)}）"
        )
    )
    return file_response(file.getvalue(), name, mime)


def names_remark(user, table):
    """What the trail says about people in the file."""
    if not table.personal:
        return ""
    if sees_persons(user, table.area.path):
        return "，含人员姓名"
    return "，姓名已隐去"


def download_entry(user, table, what):
    return audit_entry(
        by=user, verb="下载表格", what=what, path=table.area.path, target=f"filing:{table.area.pk}"
    )
