from itertools import pairwise
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from surveys.actions.saving import Closed, save_section
from surveys.entry.cells import cell_name
from surveys.entry.page import SectionPage
from surveys.entry.progress import progress_of_sections
from surveys.entry.section_state import SectionState
from surveys.entry.typed import typed_from_post
from surveys.extras import round_section
from surveys.models import Filing, Remark, Status
from surveys.pages.context import PageContext
from surveys.pages.filings import ABOVE
from surveys.workflow import lock_words, may_fill

STATUS_CSS = {
    Status.DRAFT: "ask",
    Status.RETURNED: "unmet",
    Status.SUBMITTED: "law",
    Status.APPROVED: "met",
}


def filing_to_fill(request, pk):
    """A filing in the area this person fills in, with the chain above it. Raises Http404 outside."""
    mine = Filing.objects.editable_by(request.user).select_related("round", "saved_by", ABOVE)
    try:
        return mine.get(pk=pk)
    except Filing.DoesNotExist:
        raise Http404 from None


def reported_section(filing, name):
    """The section of this name that the filing reports. Raises Http404 for any other."""
    try:
        section = round_section(filing.round, name)
    except KeyError:
        raise Http404 from None
    if filing.level not in section.levels:
        raise Http404
    return section


@require_safe
def fill_page(request, pk):
    """Lead on to the first section that lacks something."""
    filing = filing_to_fill(request, pk)
    remarks = Remark.objects.filter(filing=filing, kind=Remark.Kind.REASON)
    sections = progress_of_sections(filing, remarks)
    if not sections:
        raise Http404
    first = next((each for each in sections if not each.complete), sections[0])
    return redirect("surveys:section", filing.pk, first.name)


@require_http_methods(["GET", "HEAD", "POST"])
def section_page(request, pk, name):
    """One section of a filing to fill in; a POST saves what was typed."""
    filing = filing_to_fill(request, pk)
    section = reported_section(filing, name)
    if request.method == "POST":
        return save_typed(request, filing, section)
    if may_fill(filing, request.user):
        return show_section(request, filing, section)
    locked = lock_words(filing.round)
    if locked:
        messages.info(request, locked)
    return redirect("reports:filing", filing.pk)


def save_typed(request, filing, section):
    """Store the form; a script gets the answer as data, a browser without it gets a page."""
    typed = typed_from_post(section, request.POST)
    scripted = "application/json" in request.headers.get("Accept", "")
    try:
        answer = save_section(
            filing=filing,
            section=section,
            version=version_shown(request.POST.get("version")),
            changes=typed,
            by=request.user,
            key=form_key(request.POST),
        )
    except Closed as closed:
        return show_closed(request, filing, section, typed, closed.messages[0], scripted)
    if scripted:
        return JsonResponse(answer)
    if answer["errors"] or answer["conflicts"]:
        filing.refresh_from_db(fields=["version", "saved_at"])
        return show_section(request, filing, section, answer, typed, status=422)
    return redirect(request.path + "#saved")


def show_closed(request, filing, section, typed, sentence, scripted):
    """Show what was typed, so that it can be kept, and why the filing is not changed any more."""
    if scripted:
        return JsonResponse({"closed": sentence}, status=409)
    filing.refresh_from_db(fields=["version", "status", "saved_at"])
    answer = {"errors": {cell_name(*cell): sentence for cell in typed.cells}}
    return show_section(request, filing, section, answer, typed, status=409, closed=sentence)


def show_section(request, filing, section, answer=None, typed=None, *, status=200, closed=""):
    remarks = list(Remark.objects.filter(filing=filing).order_by("pk"))
    state = SectionState(section, filing, remarks)
    sections = progress_of_sections(filing, remarks)
    context = {
        "frame": PageContext(filing, request.user, "filing", here=section.label),
        "filing": filing,
        "section": section,
        "page": SectionPage(state, answer, typed),
        "sections": sections,
        "next": section_after(sections, section.name),
        "status_css": STATUS_CSS[filing.status],
        "closed": closed,
        "address": reverse("surveys:section", args=[filing.pk, section.name]),
    }
    return render(request, "surveys/section.html", context, status=status)


def section_after(sections, name):
    """The section after this one, or None."""
    for section, following in pairwise(sections):
        if section.name == name:
            return following
    return None


def version_shown(text):
    """The version of the filing that the page showed; 0 where the form names none."""
    if text and text.isdecimal() and len(text) < 10:
        return int(text)
    return 0


def form_key(post):
    """The form's own id; a form without one is saved as many times as it is sent."""
    try:
        return UUID(post.get("key", ""))
    except ValueError:
        return uuid4()
