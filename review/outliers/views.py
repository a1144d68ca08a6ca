from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from communities.models import Level
from review.models import Dismissal
from review.outliers.actions import explain_outliers, reopen_outliers
from review.outliers.forms import OutlierFilter
from review.outliers.found import OutlierKind
from review.outliers.listing import Listing
from review.views import reviewed
from surveys.actions.handing_in import Refused
from surveys.export import download_table, requested_format
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext

PER_PAGE = 50


@require_safe
def outliers(request, pk):
    """异常核对: what to check, where it stands and why; what was explained is one choice away."""
    filing = reviewed(request, pk)
    frame = PageContext(filing, request.user, "outliers", here="异常核对")
    form = OutlierFilter(
        request.GET, [each for each in frame.children if each.level < Level.COMMUNITY]
    )
    listing = Listing(filing, request.user)
    lines = form.choose(listing.lines)
    if requested_format(request):
        return download_table(request, listing.table(lines))
    counts = Counter(line.outlier.kind for line in listing.lines if not line.said)
    context = {
        "frame": frame,
        "form": form,
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "counts": [(kind, counts[kind], form.value("kind") == kind.key) for kind in OutlierKind],
        "left": sum(counts.values()),
        "query": query_without(request, "page"),
        "kept": request.GET.urlencode(),
        "file_query": query_without(request, "page", "format"),
    }
    return render(request, "outliers/list.html", context)


@require_POST
def dismiss_ticked(request, pk):
    """Keep one reason for what was ticked."""
    filing = reviewed(request, pk)
    listing = Listing(filing, request.user)
    found = listing.picked({*request.POST.getlist("pick")[:PER_PAGE]})
    try:
        filings = listing.filings({each.filing for each in found})
        explain_outliers(
            outliers=found, filings=filings, reason=request.POST.get("reason", ""), by=request.user
        )
    except Refused as refused:
        messages.warning(request, refused.messages[0])
    else:
        said = (
            f"已核对 {len(found)} 条。数改了会重新列出。"
            if found
            else "没有勾选，或勾选的已经不在清单上。"
        )
        messages.success(request, said)
    return back(request, pk)


@require_POST
def reopen_one(request, pk, dismissal):
    """Put one back on the list."""
    filing = reviewed(request, pk)
    found = Dismissal.objects.visible_to(request.user).filter(
        pk=dismissal, filing__path__startswith=filing.path
    )
    if not found:
        raise Http404
    reopen_outliers(dismissals=found, by=request.user)
    messages.success(request, "已放回清单。")
    return back(request, pk)


def back(request, pk):
    return redirect(f"{reverse('outliers:list', args=[pk])}?{request.GET.urlencode()}")
