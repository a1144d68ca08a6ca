"""其他材料: what else a bureau files, each as a file; what takes long is made in the background."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import audit_entry, write_entries
from communities.models import Level
from documents.papers import blocks
from documents.papers.booklet import KIND, booklet_title
from documents.papers.community import write_paper_of
from documents.papers.declared import table_document
from documents.papers.reminders import reminder_table
from documents.views import DOCX
from reports.engine.area import Area
from reports.engine.scope import scope_of
from reports.summary_filter import SummaryFilter, levels_below
from surveys.export import download_table
from surveys.export.pdf import NOT_HERE, program, to_pdf
from surveys.extras import round_sections
from surveys.jobs import start_job
from surveys.models import Filing
from surveys.pages.context import PageContext
from surveys.pages.downloads import file_response
from surveys.pages.filings import filing_href, visible_filing
from surveys.rounds.progress import progress_condition

MOST = 30  # names shown of a search
WAIT = 60  # seconds for the PDF of one community: somebody sits before it


@require_safe
def papers_page(request, pk):
    """What there is, and a search for the one community whose paper is wanted."""
    filing = visible_filing(request, pk)
    frame = PageContext(filing, request.user, "papers", here="其他材料")
    inside = Filing.objects.within(filing).filter(round=filing.round_id)
    name = request.GET.get("name", "").strip()[:30]
    mine = inside.communities().select_related("parent").order_by("parent__code", "code", "path")
    found = list(mine.filter(name__contains=name)[: MOST + 1])
    context = {
        "frame": frame,
        "name": name,
        "found": found[:MOST],
        "more": len(found) > MOST,
        "communities": mine.count(),
        "late": inside.asked().filter(progress_condition("late", filing.round)).count(),
        "sections": [(s.name, s.label) for s in round_sections(filing.round) if s.measures],
        "no_pdf": "" if program() else NOT_HERE,
    }
    return render(request, "papers/papers.html", context)


@require_safe
def community_paper(request, pk):
    """一社区一档 as a file, with `format=pdf` for the printer; of an upper unit what it reports itself."""
    filing = visible_filing(request, pk)
    made = blocks.paper_document()
    write_paper_of(made, filing, by=request.user)
    name = f"{filing.name}档案（{filing.round.period}）"
    content = blocks.finish_paper(made, f"{filing.name}档案", filing.name)
    if request.GET.get("format") != "pdf":
        return send_paper(request, filing, f"{name}.docx", content)
    try:
        return send_paper(
            request, filing, f"{name}.pdf", to_pdf(content, timeout=WAIT), "application/pdf"
        )
    except ValidationError as error:
        messages.warning(request, "".join(error.messages))
        return redirect(filing_href(filing))


def send_paper(request, filing, name, content, mime=DOCX):
    write_entries(
        audit_entry(
            by=request.user,
            verb="下载材料",
            what=name,
            path=filing.path,
            target=f"filing:{filing.pk}",
        )
    )
    return file_response(content, name, mime)


@require_safe
def reminders_file(request, pk):
    """The list of who is late: a Word document, or a workbook with `format=xlsx`."""
    filing = visible_filing(request, pk)
    table = reminder_table(filing)
    if request.GET.get("format") == "xlsx":
        return download_table(request, table)
    return send_paper(request, filing, f"{table.title}.docx", table_document(table, request.user))


@require_safe
def summary_file(request, pk):
    """汇总表 as the bureau files it, from the declaration of its page."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    Area(filing, scope).freshen()
    levels, sections = levels_below(filing), round_sections(filing.round)
    made = SummaryFilter(request.GET, levels, sections).summary(filing, levels, scope).table()
    return send_paper(request, filing, f"{made.title}.docx", table_document(made, request.user))


@require_POST
def start_booklet(request, pk):
    """Begin the booklet and show how far it is."""
    filing, form = visible_filing(request, pk), request.POST.get("form", "docx")
    if form not in ("docx", "pdf") or filing.level >= Level.COMMUNITY:
        raise Http404
    wish = {"form": form, "approved": request.POST.get("scope") == "approved"}
    job = start_job(kind=KIND, title=booklet_title(filing), by=request.user, filing=filing, **wish)
    return redirect("surveys:job", job.pk)
