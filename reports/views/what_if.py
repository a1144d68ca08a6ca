from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reports.engine.area import Area
from reports.engine.scope import scope_of
from reports.views.standard_detail import upper_filing_in_sight
from reports.whatif.forms import WhatIfForm
from reports.whatif.tables import changes_table
from reports.whatif.trial import Trial
from surveys.export import download_table, requested_format
from surveys.pages.context import PageContext

SHOWN = 50


@require_safe
def what_if_page(request, pk):
    """Other thresholds or another set of standards, tried on the figures as they stand.

    Nothing is saved.
    """
    filing, scope = upper_filing_in_sight(request, pk), scope_of(request)
    area = Area(filing, scope)
    frame = PageContext(filing, request.user, "what_if", here="假设", carried=scope.carried)
    form = WhatIfForm(request.GET, area.community_standards)
    own = reverse("reports:what_if", args=[pk]) + scope.query
    context = {"frame": frame, "scope": scope, "form": form, "own": own}
    if form.is_valid() and form.chosen:
        pairs = [(standard, form.limits(standard)) for standard in form.chosen]
        trial = Trial(filing, pairs, scope.approved)
        if requested_format(request):
            return download_table(request, changes_table(filing, trial, scope.reading))
        context |= trial_context(filing, trial, scope)
        context["query"] = query_of_changes(request)
    return render(request, "reports/what_if.html", context, status=422 if form.errors else 200)


def trial_context(filing, trial, scope):
    """What the trial says: standards before and after, and the first communities judged otherwise."""
    changed = trial.changed(SHOWN)
    return {
        "trial": trial,
        "effect": trial.effect,
        "standards": list(trial.standards),
        "table": changes_table(filing, trial, scope.reading, changed),
        "left_off": trial.effect.number - len(changed),
    }


def query_of_changes(request):
    """The query of this page without the thresholds left as they are."""
    query = request.GET.copy()
    for name, value in request.GET.items():
        if not value or name == "format":
            query.pop(name)
    return query.urlencode()
