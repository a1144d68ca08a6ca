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
def measure_page(request, pk, name):
    """One figure of an area, unit by unit: the rows a total was added up from."""
    filing = visible_filing(request, pk)
    measure = measures_in(filing.round).get(name)
    if not measure:
        raise Http404
    scope = scope_of(request)
    frame = PageContext(filing, request.user, "overview", here=measure.label, carried=scope.carried)
    rows = rows_behind(filing, measure, scope)
    largest_first = rows.order_by(F(name).desc(nulls_last=True), "path")
    page = Paginator(largest_first, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "frame": frame,
        "measure": measure,
        "page": page,
        "top": prepare_rows(page.object_list, name),
        "scope": scope,
    }
    context |= total_of(rows, measure)
    return render(request, "reports/measure.html", context)


def rows_behind(filing, measure, scope):
    """Measures of the communities of an area that count, and of upper units that report it
    themselves.
    """
    rows = Measures.objects.within(filing).filter(round=filing.round_id)
    rows = rows.select_related("filing__parent").with_answers([measure.name])
    if scope.approved:
        rows = rows.filter(filing__status=Status.APPROVED)
    is_said = Q(**{f"{measure.name}__isnull": False})
    return rows.filter(Q(level=Level.COMMUNITY) | is_said)


def prepare_rows(rows, name):
    """Give each row its value, the width of its bar and its link.

    Returns the largest value, 0 where none is known.
    """
    top = max((getattr(row, name) or 0 for row in rows), default=0)
    for row in rows:
        row.value = getattr(row, name)
        row.share = "0%"
        if row.value and top:
            row.share = f"{100 * row.value / top:.2f}%"
        is_upper = row.level < Level.COMMUNITY
        row.href = own_records_href(row.filing) if is_upper else filing_href(row.filing)
    return top


def total_of(rows, measure):
    """What the rows come to, in the measure's own way, and how many of them say nothing."""
    function, word = TOTALS[measure.rollup]
    total, known = function(measure.name), Count(measure.name)
    found = rows.order_by().aggregate(total=total, known=known, rows=Count("pk"))
    return {"word": word, "total": found["total"], "unsaid": found["rows"] - found["known"]}


def own_records_href(filing):
    """An upper unit's own records, not its overview."""
    return reverse("reports:filing", args=[filing.pk])
