from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.compliance import binding_standards, standards_judged_at
from reports.engine.scope import scope_of
from reports.views.standing import upper
from reports.whatif.forms import WhatIfForm
from reports.whatif.tables import changes_table
from reports.whatif.trial import Trial
from surveys.export import download_table, requested_format
from surveys.pages.context import PageContext

SHOWN = 50


@require_safe
def what_if(request, pk):
    """Other thresholds or another set of standards, tried on the figures as they stand; nothing is saved."""
    filing, scope = upper(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "what_if", here="假设", carried=scope.carried)
    form = WhatIfForm(
        request.GET, standards_judged_at(Level.COMMUNITY, binding_standards(filing.round, filing))
    )
    context = {
        "frame": frame,
        "scope": scope,
        "form": form,
        "own": reverse("reports:what_if", args=[pk]) + scope.query,
    }
    if form.is_valid() and form.chosen:
        pairs = [(standard, form.limits(standard)) for standard in form.chosen]
        trial = Trial(filing, pairs, scope.approved)
        if requested_format(request):
            return download_table(request, changes_table(filing, trial, scope.reading))
        changed = trial.changed(SHOWN)
        table = changes_table(filing, trial, scope.reading, changed)
        context |= {
            "trial": trial,
            "effect": trial.effect,
            "standards": list(trial.standards),
            "table": table,
        }
        context |= {"left_off": trial.effect.number - len(changed), "query": file_query(request)}
    return render(request, "reports/what_if.html", context, status=422 if form.errors else 200)


def file_query(request):
    """The address of this page without the thresholds left as they are."""
    data = request.GET.copy()
    for name in [name for name, value in data.items() if not value or name == "format"]:
        data.pop(name)
    return data.urlencode()
