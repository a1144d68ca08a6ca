from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from surveys.actions.saving import Closed, save_section
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


def editable(request, pk):
    """A filing in the area this person fills in, with the chain above it. Raises Http404 outside."""
    try:
        return (
            Filing.objects.editable_by(request.user)
            .select_related("round", "saved_by", ABOVE)
            .get(pk=pk)
        )
    except Filing.DoesNotExist:
        raise Http404 from None


def section_of(filing, name):
    try:
        section = round_section(filing.round, name)
    except KeyError:
        raise Http404 from None
    if filing.level not in section.levels:
        raise Http404
    return section


@require_safe
def fill(request, pk):
    """Where to go on filling in: the first section that lacks something."""
    filing = editable(request, pk)
    remarks = Remark.objects.filter(filing=filing, kind=Remark.Kind.REASON)
    sections = progress_of_sections(filing, remarks)
    if not sections:
        raise Http404
    first = next((each for each in sections if not each.complete), sections[0])
    return redirect("surveys:section", filing.pk, first.name)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request, pk, name):
    """One section of a filing to fill in; the same address saves what was typed."""
    filing = editable(request, pk)
    of = section_of(filing, name)
    if request.method == "POST":
        return save(request, filing, of)
    if not may_fill(filing, request.user):
        if locked := lock_words(filing.round):
            messages.info(request, locked)
        return redirect("reports:filing", filing.pk)
    return shown(request, filing, of)


def save(request, filing, section):
    """Store the form; by script the answer is data, without it the page again, or on to the stored one."""
    typed = typed_from_post(section, request.POST)
    scripted = "application/json" in request.headers.get("Accept", "")
    try:
        answer = save_section(
            filing=filing,
            section=section,
            version=number(request.POST.get("version")),
            changes=typed,
            by=request.user,
            key=key_of(request.POST),
        )
    except Closed as closed:
        return refused(request, filing, section, typed, closed.messages[0], scripted)
    if scripted:
        return JsonResponse(answer)
    if answer["errors"] or answer["conflicts"]:
        filing.refresh_from_db(fields=["version", "saved_at"])
        return shown(request, filing, section, answer, typed, status=422)
    return redirect(request.path + "#saved")


def refused(request, filing, section, typed, sentence, scripted):
    """The filing cannot be changed any more; what was typed is shown so that it can be kept."""
    if scripted:
        return JsonResponse({"closed": sentence}, status=409)
    filing.refresh_from_db(fields=["version", "status", "saved_at"])
    answer = {"errors": {f"{row}.{name}": sentence for row, name in typed.cells}}
    return shown(request, filing, section, answer, typed, status=409, closed=sentence)


def shown(request, filing, section, answer=None, typed=None, *, status=200, closed=""):
    remarks = list(Remark.objects.filter(filing=filing).order_by("pk"))
    page = SectionPage(SectionState(section, filing, remarks), answer, typed)
    sections = progress_of_sections(filing, remarks)
    context = {
        "frame": PageContext(filing, request.user, "filing", here=section.label),
        "filing": filing,
        "section": section,
        "page": page,
        "sections": sections,
        "next": following(sections, section.name),
        "status_css": STATUS_CSS[filing.status],
        "closed": closed,
        "address": reverse("surveys:section", args=[filing.pk, section.name]),
    }
    return render(request, "surveys/section.html", context, status=status)


def following(sections, name):
    """The section after this one, or None."""
    at = [each.name for each in sections].index(name)
    return sections[at + 1] if at + 1 < len(sections) else None


def number(text):
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def key_of(post):
    """The form's own id; a form without one is saved as many times as it is sent."""
    try:
        return UUID(post.get("key", ""))
    except ValueError:
        return uuid4()
