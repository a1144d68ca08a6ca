from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reports.engine.scope import scope_of
from reports.summary_filter import SummaryFilter, levels_below
from surveys.export import download_table, requested_format
from surveys.extras import round_sections
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

PER_PAGE = 50


@require_safe
def summary_page(request, pk):
    """The summary table of an area; the same address with `format` hands it over as a file."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "summary", here="汇总表", carried=scope.carried)
    levels = levels_below(filing)
    form = SummaryFilter(request.GET, levels, round_sections(filing.round))
    summary = form.summary(filing, levels, scope)
    if requested_format(request):
        return download_table(request, summary.table())
    page = Paginator(summary.lines, PER_PAGE).get_page(request.GET.get("page"))

    def href(line):
        return line_href(line) + scope.query

    context = {
        "frame": frame,
        "form": form,
        "page": page,
        "query": query_without(request, "page", "format"),
        "scope": scope,
        "left_out": summary.left_out,
        "table": summary.table(page.object_list, href),
    }
    return render(request, "reports/summary.html", context)


def line_href(line):
    """Where a row leads: an upper unit to its own summary, the rest to the paper of the filing."""
    name = "reports:summary" if line.is_area else "reports:filing"
    return reverse(name, args=[line.pk])
