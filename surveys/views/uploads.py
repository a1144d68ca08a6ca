"""The workbooks of an area: download, send in, the list of what was sent."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import audit_entry, write_entries
from communities.models import Level
from surveys.actions.lengthy import LARGE_FILE, jobs_about, receive, start_reading
from surveys.extras import round_sections
from surveys.models import Filing, Upload
from surveys.pages.context import PageContext
from surveys.pages.downloads import file_response
from surveys.pages.filings import may_upload_for, require_uploader, visible_filing
from surveys.pages.uploads import UPLOAD_STATUS_CSS
from surveys.reading.guard import MAX_FILE
from surveys.uploading.preview import tally_by_section
from surveys.workbook import write_workbook

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request, pk):
    """The workbooks of an area; the same address takes in a new one."""
    filing = visible_filing(request, pk)
    if request.method != "POST":
        return shown(request, filing)
    require_uploader(request, filing)
    try:
        return received(request, filing)
    except ValidationError as refused:
        return shown(request, filing, refused.messages, status=422)


def received(request, filing):
    """On to the upload made of the file that was sent, or to the job that reads a large one."""
    file = request.FILES.get("file")
    if file is None:
        raise ValidationError("还没有选择文件。请把工作簿拖到虚线框里，或点“选择文件”。")
    content = file.read(MAX_FILE + 1)
    if LARGE_FILE < len(content) <= MAX_FILE:
        job = start_reading(filing=filing, name=file.name, content=content, by=request.user)
        return redirect("surveys:job", job.pk)
    upload = receive(
        round=filing.round, unit=filing.unit, name=file.name, content=content, by=request.user
    )
    return redirect("surveys:upload", upload.pk)


def shown(request, filing, wrong=(), status=200):
    page = Paginator(sent(request.user, filing), PER_PAGE).get_page(request.GET.get("page"))
    for upload in page.object_list:
        upload.round = filing.round
        upload.css = UPLOAD_STATUS_CSS[upload.status]
        upload.totals = totals(upload)
    context = {
        "frame": PageContext(filing, request.user, "uploads", here="上传"),
        "filing": filing,
        "page": page,
        "wrong": wrong,
        "jobs": jobs_about(request.user, filing),
        "may_edit": may_upload_for(request.user, filing),
        "sections": [
            section for section in round_sections(filing.round) if reports(filing, section)
        ],
    }
    return render(request, "surveys/uploads.html", context, status=status)


def reports(filing, section):
    """Whether units at or below this one report the section: a community has no street's rows."""
    return filing.level < Level.COMMUNITY or filing.level in section.levels


def sent(user, filing):
    """The uploads for this unit and those below it, newest first."""
    area = Filing.objects.within(filing).filter(round=filing.round_id)
    found = Upload.objects.visible_to(user).filter(
        round=filing.round_id, unit__in=area.values("unit")
    )
    return found.select_related("unit", "by").defer("undo", "findings", "decisions")


def totals(upload):
    """(新增, 改动, 不变) of all sections."""
    rows = tally_by_section(upload)
    return [sum(row[key] for row in rows) for key in ("new", "changed", "same")]


@require_safe
def workbook(request, pk):
    """The pre-filled workbook of a unit, of one section or all; every download is in the trail."""
    filing = visible_filing(request, pk)
    sections = chosen(request.GET.get("section", ""), filing)
    label = sections[0].label if sections else ""
    name = f"{filing.name}{filing.round.period}{label or '社区调查'}.xlsx"
    made = BytesIO()
    write_workbook(round=filing.round, unit=filing.unit, file=made, sections=sections)
    with transaction.atomic():
        write_entries(line(request.user, filing, "下载工作簿", name))
    return file_response(made.getvalue(), name)


def chosen(name, filing):
    """The one section asked for, or None for all. Raises Http404 for a name that none bears here."""
    if not name:
        return None
    found = [
        section
        for section in round_sections(filing.round)
        if section.name == name and reports(filing, section)
    ]
    if not found:
        raise Http404
    return found


def line(user, filing, verb, what):
    return audit_entry(
        by=user, verb=verb, what=what, path=filing.path, target=f"filing:{filing.pk}"
    )
