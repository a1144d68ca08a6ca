"""起草 and 已出报告: a report looked at, downloaded, issued, and held against the same report of today."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import audit_entry, write_entries
from accounts.roles import Role
from communities import tree
from communities.models import Level
from documents import figure_tables
from documents.actions import issue_report
from documents.models import IssuedReport, Shape
from documents.pages import ReportPage
from documents.report import Report
from reports.engine.scope import scope_of
from surveys.export import download_table
from surveys.models import Filing
from surveys.pages.context import PageContext
from surveys.pages.downloads import file_response
from surveys.pages.filings import filing_chain, may_see_path, visible_filing

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PER_PAGE = 50


def upper_filing(request, pk):
    """An upper filing in sight: reports are about streets and above. Raises Http404."""
    filing = visible_filing(request, pk)
    if filing.level >= Level.COMMUNITY:
        raise Http404
    return filing


def shape_or_default(given):
    return given if given in Shape.values else Shape.SURVEY.value


def requested_report(request, pk):
    """The report that the address asks for."""
    shape = shape_or_default(request.GET.get("shape", ""))
    return Report(upper_filing(request, pk), shape=shape, approved=scope_of(request).approved)


def may_issue_reports(user, filing):
    """Whether the person answers for the reports of this area; no query."""
    paths = user.paths(role=Role.REVIEWER)
    return filing.path.startswith(tuple(paths))


def require_report_reviewer(request, filing):
    if not may_issue_reports(request.user, filing):
        raise PermissionDenied(f"{filing.name}的报告由该单位的审核员定稿，您可以查看和下载。")


def other_draft_href(request, filing):
    """The address of the draft asked for, where it is about another unit or round; "" where it is this one."""
    wanted = {name: request.GET.get(name, "") for name in ("unit", "round")}
    if not all(value.isdigit() for value in wanted.values()):
        return ""
    found = (
        Filing.objects.visible_to(request.user).filter(level__lt=Level.COMMUNITY, **wanted).first()
    )
    if not found or found.pk == filing.pk:
        return ""
    rest = {}
    for name in ("shape", "scope"):
        if name in request.GET:
            rest[name] = request.GET[name]
    return f"{reverse('documents:draft', args=[found.pk])}?{urlencode(rest)}"


def draftable_units(frame):
    """[(unit, name)] that reports can be drafted about from here: above, this one, below."""
    units = []
    for filing in filing_chain(frame.filing):
        if may_see_path(frame.user, filing.path):
            units.append((filing.unit_id, filing.name))
    for filing in frame.children:
        if filing.level < Level.COMMUNITY:
            units.append((filing.unit_id, filing.name))
    return units


@require_safe
def draft_page(request, pk):
    """The report as it would be written now; `unit` and `round` lead to another one."""
    if elsewhere := other_draft_href(request, upper_filing(request, pk)):
        return redirect(elsewhere)
    report, scope = requested_report(request, pk), scope_of(request)
    filing = report.context.filing
    frame = PageContext(filing, request.user, "draft", here="起草报告")
    rounds = [(each.round_id, each.round.title) for each in frame.rounds]
    context = {
        "frame": frame,
        "units": draftable_units(frame),
        "rounds": rounds,
        "scope": scope,
        "report": report,
        "blocks": ReportPage(report).blocks(),
        "query": request.GET.urlencode(),
        "shapes": Shape.choices,
        "may_issue": may_issue_reports(request.user, filing),
    }
    return render(request, "documents/draft.html", context)


@require_safe
def report_file(request, pk):
    """The .docx, the same as the command writes."""
    report = requested_report(request, pk)
    filing, name = report.context.filing, f"{report.title}.docx"
    write_entries(
        audit_entry(
            by=request.user,
            verb="下载报告",
            what=name,
            path=filing.path,
            target=f"filing:{filing.pk}",
        )
    )
    return file_response(report.file(), name, DOCX)


@require_safe
def figures_file(request, pk):
    """The table of all figures of the report, as a file."""
    return download_table(request, figure_tables.figures_table(requested_report(request, pk)))


@require_POST
def keep_report(request, pk):
    """Issue the report that was looked at."""
    require_report_reviewer(request, upper_filing(request, pk))
    report = requested_report(request, pk)
    try:
        made = issue_report(by=request.user, report=report, seen=request.POST.get("version", ""))
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect(f"{reverse('documents:draft', args=[pk])}?{request.GET.urlencode()}")
    messages.success(request, "已存为定稿，文件不再变动。")
    return redirect("documents:one", made.pk)


@require_safe
def issued_page(request, pk):
    """The reports issued about an area and about what lies in it, the newest first."""
    filing = upper_filing(request, pk)
    inside = tree.lies_inside([filing.path], "filing__path")
    found = IssuedReport.objects.visible_to(request.user).filter(
        inside, filing__round=filing.round_id
    )
    page = Paginator(found.select_related("filing", "by").defer("figures"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    frame = PageContext(filing, request.user, "issued", here="已出报告")
    return render(request, "documents/issued.html", {"frame": frame, "page": page})


def visible_issued_report(request, pk):
    """An issued report in the reader's area. Raises Http404 outside."""
    above = "filing__parent__parent__parent__parent"
    found = IssuedReport.objects.visible_to(request.user).select_related(
        "filing__round", "by", above
    )
    report = found.filter(pk=pk).first()
    if not report:
        raise Http404
    return report


@require_safe
def issued_report_page(request, pk):
    """An issued report: what it is, and which of its figures would be others today."""
    kept = visible_issued_report(request, pk)
    today = Report(kept.filing, shape=kept.shape, approved=kept.approved)
    context = {
        "frame": PageContext(kept.filing, request.user, "issued", here=kept.title),
        "kept": kept,
        "today": today,
        "differences": figure_tables.figure_differences(kept, today),
    }
    return render(request, "documents/one.html", context)


@require_safe
def issued_file(request, pk):
    """The file byte for byte as it was issued."""
    kept = visible_issued_report(request, pk)
    try:
        with kept.file.open("rb") as stored:
            content = stored.read()
    except FileNotFoundError:
        raise Http404("文件已不在服务器上。") from None
    what, path = f"{kept.file_name}（定稿）", kept.filing.path
    write_entries(
        audit_entry(
            by=request.user, verb="下载报告", what=what, path=path, target=f"issued:{kept.pk}"
        )
    )
    return file_response(content, kept.file_name, DOCX)
