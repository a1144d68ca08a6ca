from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.compliance import Verdict
from reports.views.filing import judged
from surveys.views.frame import seen


@require_safe
def verdicts(request, pk):
    """The verdicts of one filing as the side panel of its pages, fetched again after each save."""
    filing = seen(request, pk)
    found = judged(filing)
    counts = {verdict.value: sum(j.verdict == verdict for _, j in found) for verdict in Verdict}
    return render(request, "reports/_verdicts.html", {"filing": filing, "verdicts": found, **counts})
