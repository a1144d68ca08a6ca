"""An upload's original with the cells in question coloured;
values decided on the page are written in.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import write_entries
from surveys.actions.checking import original_content, recheck, upload_entry
from surveys.reading.result import no_progress
from surveys.uploading.preview import UploadPreview
from surveys.workbook.marked import mark_workbook

XLS = "原件是 .xls，不能直接标注。请在 WPS 或 Excel 中另存为 .xlsx 后重新上传，再下载标注。"


def marked_original(*, upload, filing, by, tick=no_progress):
    """(file name, content); the line in the trail is written.
    Raises ValidationError with a sentence.
    """
    values = {}
    for place, how in upload.decisions.items():
        if "value" in how:
            values[place] = how
    content = original_content(upload)
    if not content.startswith(b"PK"):
        raise ValidationError(XLS)
    reading_and_differences = recheck(upload, values, tick=tick)
    preview = UploadPreview(upload, filing, *reading_and_differences, may_edit=True)
    tick("正在标注")
    written = {}
    for place, how in values.items():
        sheet, cell = place.rsplit("!", 1)
        written[sheet, cell] = str(how["value"])
    marked = mark_workbook(content, preview.marks(), written)
    with transaction.atomic():
        write_entries(upload_entry(upload, "下载标注后的工作簿", by=by))
    stem, _, _ = upload.name.rpartition(".")
    return f"{stem or upload.name}（标注）.xlsx", marked
