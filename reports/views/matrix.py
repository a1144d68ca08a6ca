from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reports.compliance import binding
from reports.matrix import Matrix, MatrixFilter
from reports.tallies import refresh, tallies
from reports.templatetags.verdicts import STAGE, YES_NO
from surveys.views.frame import Frame, seen


@require_safe
def matrix(request, pk):
    """Every community of an area against every standard that binds it; the gap stands in the cell."""
    filing = seen(request, pk)
    frame = Frame(filing, request.user, "matrix", here="达标矩阵")
    standards = binding(filing.round, filing)
    form = MatrixFilter(request.GET, streets(frame), standards)
    table = Matrix(filing, standards, form, request.GET.get("page", 1))
    refresh(table.area())
    foot = {tally.standard.pk: tally for tally in tallies(table.area(), table.columns)}
    heads = [head(table, standard, foot.get(standard.pk)) for standard in table.columns]
    title = table.single.name if table.single else "达标矩阵"
    context = {"frame": frame, "form": form, "table": table, "heads": heads, "title": title}
    context["page_query"] = table.without()
    return render(request, "reports/matrix.html", context)


def streets(frame):
    """The units below that hold communities, to narrow the matrix to one of them."""
    return [child for child in frame.children if child.level < 5]


def head(table, standard, tally):
    """A column's head: the standard, the link that sorts by it, its totals."""
    sorted_by = table.by == standard
    query = table.without("by")
    href = f"?{query}" if sorted_by else f"?{query}&{urlencode({'by': standard.code})}".replace("?&", "?")
    return {
        "standard": standard,
        "tally": tally,
        "sorted": sorted_by,
        "href": href,
        "unit": ""
        if standard.unit in (STAGE, YES_NO)
        else standard.unit
        if standard.observed_only
        else standard.gap_unit,
        "rules": reverse("reports:standard", args=[standard.code]) + f"?filing={table.filing.pk}",
    }
