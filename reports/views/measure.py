from django.core.paginator import Paginator
from django.db.models import Avg, Count, F, Max, Min, Q, Sum
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.measures import measures_in
from reports.engine.scope import scope_of
from reports.models.measures import Measures
from surveys.models import Status
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_href, visible_filing

PER_PAGE = 50
TOTALS = {"sum": (Sum, "合计"), "min": (Min, "最小"), "max": (Max, "最大"), "mean": (Avg, "平均")}


@require_safe
def measure(request, pk, name):
    """One figure of an area, unit by unit: the rows a total was added up from."""
    filing = visible_filing(request, pk)
    what = measures_in(filing.round).get(name)
    if not what:
        raise Http404
    scope = scope_of(request)
    frame = PageContext(filing, request.user, "overview", here=what.label, carried=scope.carried)
    rows = (
        Measures.objects.within(filing)
        .filter(round=filing.round_id)
        .select_related("filing__parent")
    )
    rows = rows.with_answers([name])
    if scope.approved:
        rows = rows.filter(filing__status=Status.APPROVED)
    rows = rows.filter(Q(level=Level.COMMUNITY) | Q(**{f"{name}__isnull": False}))
    page = Paginator(rows.order_by(F(name).desc(nulls_last=True), "path"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    top = max((getattr(row, name) or 0 for row in page.object_list), default=0)
    for row in page.object_list:
        row.value = getattr(row, name)
        row.share = f"{100 * row.value / top:.2f}%" if row.value and top else "0%"
        row.href = filing_href(row.filing) if row.level >= Level.COMMUNITY else own_href(row.filing)
    context = {
        "frame": frame,
        "measure": what,
        "page": page,
        "top": top,
        "scope": scope,
        **total(rows, what),
    }
    return render(request, "reports/measure.html", context)


def total(rows, measure):
    """What the rows come to, in the measure's own way, and how many of them say nothing."""
    function, word = TOTALS[measure.rollup]
    found = rows.order_by().aggregate(
        total=function(measure.name), said=Count(measure.name), rows=Count("pk")
    )
    return {"word": word, "total": found["total"], "unsaid": found["rows"] - found["said"]}


def own_href(filing):
    """An upper unit's own records, not its overview."""
    return reverse("reports:filing", args=[filing.pk])
