from urllib.parse import urlencode

from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing
from surveys.worklist.history import history_page


@require_safe
def history_of_filing(request, pk):
    """Who changed what in a filing; with `?cell=` only what touched one record or one cell."""
    filing = visible_filing(request, pk)
    cell = request.GET.get("cell", "").strip()
    before = request.GET.get("before", "")
    page, more = history_page(f"filing:{filing.pk}", cell, entry_id(before))
    context = {
        "frame": PageContext(filing, request.user, "filing", here="历史"),
        "cell": cell,
        "lines": page,
        "more": more,
        "before": before,
        "query": urlencode({"cell": cell}) if cell else "",
    }
    return render(request, "surveys/history.html", context)


def entry_id(text):
    """The id of a line of the trail that an address names, or None."""
    is_number = text.isdecimal() and len(text) < 18
    return int(text) if is_number else None
