from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Role
from communities.models import Level
from review.forms import QueueFilter
from review.queue import Queue
from surveys.actions import reviewing
from surveys.models import Filing
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing
from surveys.pages.posted import filing_and_version
from surveys.workflow import holds

PER_PAGE = MOST_AT_ONCE = 50


def reviewed(request, pk):
    """A filing in the area this person reviews. Raises Http404 outside, PermissionDenied where it is others' to review."""
    filing = visible_filing(request, pk)
    if not holds(request.user.paths(role=Role.REVIEWER), filing.path):
        raise PermissionDenied(f"{filing.name}由该单位或上级的审核员审核，您可以查看。")
    return filing


@require_safe
def queue(request, pk):
    """待审: what was handed in, what wants attention first; what lies elsewhere is one click away."""
    filing = reviewed(request, pk)
    frame = PageContext(filing, request.user, "queue", here="待审")
    form = QueueFilter(
        request.GET, [each for each in frame.children if each.level < Level.COMMUNITY]
    )
    found = Queue(filing, request.user, form)
    rows = found.rows.select_related(
        "parent", "submitted_by", "returned_by", "approved_by", "with_unit"
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = found.lines(page.object_list)
    context = {
        "frame": frame,
        "form": form,
        "counts": found.counts,
        "page": page,
        "lines": lines,
        "can_pick": any(line.can_pick for line in lines),
        "query": query_without(request, "page"),
        "kept": request.GET.urlencode(),
        "bare": query_without(request, "page", "state"),
    }
    return render(request, "review/queue.html", context)


@require_POST
def approve_several(request, pk):
    """Approve what was ticked, each as the version the list showed; one that is refused keeps none of the others."""
    filing = reviewed(request, pk)
    picked = {}
    for text in request.POST.getlist("pick")[:MOST_AT_ONCE]:
        if pair := filing_and_version(text):
            filing_id, version = pair
            picked[filing_id] = version
    reason = request.POST.get("reason", "").strip()
    if not picked:
        messages.warning(request, "没有勾选单位。请先在左边勾选要通过的。")
    elif not reason:
        messages.warning(
            request, "没有写理由，一份也没有通过。成批通过要写一句理由，它会留在每一份的历史里。"
        )
    else:
        decide(request, filing, picked, reason)
    return redirect(f"{reverse('review:queue', args=[pk])}?{request.GET.urlencode()}")


def decide(request, filing, picked, reason):
    """Approve them, and say what came of it."""
    mine = (
        Filing.objects.visible_to(request.user)
        .within(filing)
        .filter(round=filing.round_id, pk__in=picked)
    )
    found = list(mine.select_related("round").order_by("code", "path"))
    if len(found) < len(picked):
        raise Http404
    done, refusals = reviewing.approve_several(
        filings=found, versions=picked, by=request.user, reason=reason
    )
    for sentence in refusals:
        messages.warning(request, sentence)
    if done:
        messages.success(
            request, f"已通过 {len(done)} 份：{'、'.join(each.name for each in done)}。"
        )
