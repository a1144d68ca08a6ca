"""The workbooks of an area: download, send in, the list of what was sent."""

from io import BytesIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import audit_entry, write_entries
from accounts.roles import Role
from communities.models import Level
from surveys.actions.lengthy import LARGE_FILE, jobs_about, receive, start_reading
from surveys.extras import round_sections
from surveys.models import Filing, Upload
from surveys.reading.guard import MAX_FILE
from surveys.views.frame import Frame, seen
from surveys.views.review import tally
from surveys.workbook import write_workbook

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATUS_CSS = {Upload.Status.CHECKED: "ask", Upload.Status.APPLIED: "met", Upload.Status.UNDONE: ""}


def may_edit(user, filing):
    """Whether the person fills in the area this filing stands for; no query."""
    return any(filing.path.startswith(area) for area in user.paths(role=Role.CLERK))


def editors_only(request, filing):
    """Inside the area, and yet not one's business: 403."""
    if not may_edit(request.user, filing):
        raise PermissionDenied(f"{filing.name}的工作簿由该单位的填报员上传和处理，您可以查看。")


def as_file(content, name, kind=XLSX):
    """A download under its Chinese name."""
    return HttpResponse(
        content, kind, headers={"Content-Disposition": content_disposition_header(True, name)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request, pk):
    """The workbooks of an area; the same address takes in a new one."""
    filing = seen(request, pk)
    if request.method != "POST":
        return shown(request, filing)
    editors_only(request, filing)
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
        upload.css = STATUS_CSS[upload.status]
        upload.totals = totals(upload)
    context = {
        "frame": Frame(filing, request.user, "uploads", here="上传"),
        "filing": filing,
        "page": page,
        "wrong": wrong,
        "jobs": jobs_about(request.user, filing),
        "may_edit": may_edit(request.user, filing),
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
    rows = tally(upload)
    return [sum(row[key] for row in rows) for key in ("new", "changed", "same")]


@require_safe
def workbook(request, pk):
    """The pre-filled workbook of a unit, of one section or all; every download is in the trail."""
    filing = seen(request, pk)
    sections = chosen(request.GET.get("section", ""), filing)
    label = sections[0].label if sections else ""
    name = f"{filing.name}{filing.round.period}{label or '社区调查'}.xlsx"
    made = BytesIO()
    write_workbook(round=filing.round, unit=filing.unit, file=made, sections=sections)
    with transaction.atomic():
        write_entries(line(request.user, filing, "下载工作簿", name))
    return as_file(made.getvalue(), name)


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
