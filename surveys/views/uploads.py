"""The workbooks of an area: download, send in, the list of what was sent."""

from collections import Counter
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import audit_entry, write_entries
from communities.models import Level
from surveys.actions.lengthy import LARGE_FILE, jobs_about, start_reading, take_in_upload
from surveys.extras import round_sections
from surveys.models import Filing, Upload
from surveys.pages.context import PageContext
from surveys.pages.downloads import file_response
from surveys.pages.filings import may_upload_for, require_uploader, visible_filing
from surveys.pages.uploads import UPLOAD_STATUS_CSS
from surveys.reading.guard import MAX_FILE
from surveys.uploading.preview import tally_by_section
from surveys.workbook.write import write_workbook

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def uploads_page(request, pk):
    """The workbooks of an area; a POST to the page takes in a new one."""
    filing = visible_filing(request, pk)
    if request.method != "POST":
        return show_uploads(request, filing)
    require_uploader(request, filing)
    try:
        return receive_workbook(request, filing)
    except ValidationError as refused:
        return show_uploads(request, filing, refused.messages, status=422)


def receive_workbook(request, filing):
    """Take the file in, and lead on to its upload, or to the job that reads a large one."""
    file = request.FILES.get("file")
    if file is None:
        raise ValidationError("还没有选择文件。请把工作簿拖到虚线框里，或点“选择文件”。")
    content = file.read(MAX_FILE + 1)
    given = {"name": file.name, "content": content, "by": request.user}
    if LARGE_FILE < len(content) <= MAX_FILE:
        job = start_reading(filing=filing, **given)
        return redirect("surveys:job", job.pk)
    upload = take_in_upload(round=filing.round, unit=filing.unit, **given)
    return redirect("surveys:upload", upload.pk)


def show_uploads(request, filing, wrong=(), status=200):
    uploads = uploads_for(request.user, filing)
    page = Paginator(uploads, PER_PAGE).get_page(request.GET.get("page"))
    for upload in page.object_list:
        upload.round = filing.round
        upload.css = UPLOAD_STATUS_CSS[upload.status]
        upload.totals = upload_totals(upload)
    context = {
        "frame": PageContext(filing, request.user, "uploads", here="上传"),
        "filing": filing,
        "page": page,
        "wrong": wrong,
        "jobs": jobs_about(request.user, filing),
        "may_edit": may_upload_for(request.user, filing),
        "sections": sections_reported_in(filing),
    }
    return render(request, "surveys/uploads.html", context, status=status)


def sections_reported_in(filing):
    """The sections that units at or below this one report: a community has no street's rows."""
    sections = round_sections(filing.round)
    if filing.level < Level.COMMUNITY:
        return list(sections)
    reported = []
    for section in sections:
        if filing.level in section.levels:
            reported.append(section)
    return reported


def uploads_for(user, filing):
    """The uploads for this unit and those below it, newest first."""
    area = Filing.objects.within(filing).filter(round=filing.round_id)
    uploads = Upload.objects.visible_to(user).filter(round=filing.round_id)
    uploads = uploads.filter(unit__in=area.values("unit"))
    return uploads.select_related("unit", "by").defer("undo", "findings", "decisions")


def upload_totals(upload):
    """[新增, 改动, 不变] of all sections."""
    totals = Counter()
    for row in tally_by_section(upload):
        for key in ("new", "changed", "same"):
            totals[key] += row[key]
    return [totals["new"], totals["changed"], totals["same"]]


@require_safe
def download_workbook(request, pk):
    """The pre-filled workbook of a unit, of one section or all; every download is in the trail."""
    filing = visible_filing(request, pk)
    sections = asked_sections(request.GET.get("section", ""), filing)
    label = "社区调查"
    if sections:
        label = sections[0].label
    name = f"{filing.name}{filing.round.period}{label}.xlsx"
    file = BytesIO()
    write_workbook(round=filing.round, unit=filing.unit, file=file, sections=sections)
    with transaction.atomic():
        write_entries(workbook_download_entry(request.user, filing, name))
    return file_response(file.getvalue(), name)


def asked_sections(name, filing):
    """[the section asked for], or None for all. Raises Http404 for a name that none bears here."""
    if not name:
        return None
    found = []
    for section in sections_reported_in(filing):
        if section.name == name:
            found.append(section)
    if not found:
        raise Http404
    return found


def workbook_download_entry(user, filing, name):
    return audit_entry(
        by=user, verb="下载工作簿", what=name, path=filing.path, target=f"filing:{filing.pk}"
    )
