from urllib.parse import urlencode

from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.desk.history import lines
from surveys.views.frame import Frame, seen


@require_safe
def history(request, pk):
    """Who changed what in a filing and when; with `?cell=` only what touched one record or one cell."""
    filing = seen(request, pk)
    cell = request.GET.get("cell", "").strip()
    before = request.GET.get("before", "")
    page, more = lines(
        f"filing:{filing.pk}",
        cell,
        int(before) if before.isdecimal() and len(before) < 18 else None,
    )
    context = {
        "frame": Frame(filing, request.user, "filing", here="历史"),
        "cell": cell,
        "lines": page,
        "more": more,
        "before": before,
        "query": urlencode({"cell": cell}) if cell else "",
    }
    return render(request, "surveys/history.html", context)
