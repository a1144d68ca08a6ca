from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.compliance import binding_standards
from reports.engine.scope import scope_of
from reports.engine.tallies import refresh_roll_ups
from reports.gaps.forms import GapFilter, PlanForm
from reports.gaps.page import GapPage
from reports.gaps.plan import make_plan
from reports.gaps.sums import family, listed
from reports.gaps.tables import (
    left_table,
    list_table,
    plan_table,
    plan_words,
    standard_table,
    unit_table,
)
from surveys.export import download_table, requested_format
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

MOST_IN_FILE = 20_000


@require_safe
def gaps(request, pk):
    """Who lacks how much of what, what closing it costs, and where the money goes furthest."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "gaps", here="缺口清单", carried=scope.carried)
    standards = binding_standards(filing.round, filing)
    upper = [child for child in frame.children if child.level < Level.COMMUNITY]
    form = GapFilter(request.GET, upper, listed(standards))
    refresh_roll_ups(filing)
    found = GapPage(filing, frame.children, standards, form, scope)
    if requested_format(request) and (answer := file_of(request, found)):
        return answer
    page = found.page(request.GET.get("page", 1))
    context = {"frame": frame, "scope": scope, "form": form, "found": found, "page": page}
    context["table"] = list_table(
        found.area, page.object_list, reading=scope.reading, start=page.start_index() - 1
    )
    context["summary"] = summary(found)
    context["query"] = query_without(request, "page")
    context["file_query"] = query_without(request, "page", "format", "what")
    context["plan_href"] = frame.carry(reverse("gaps:plan", args=[pk]) + plan_query(form))
    return render(request, "gaps/gaps.html", context)


def plan_query(form):
    """A plan for the one standard that was chosen."""
    return (
        f"?{urlencode({'standard': form.standard.code, 'share': 80, 'years': 2, 'first': 'cost'})}"
        if form.standard
        else ""
    )


def file_of(request, found):
    """The file; None, and a word why, where it would be so long that writing it holds up everybody."""
    if request.GET.get("what") != "sums" and len(found.lines) > MOST_IN_FILE:
        words = f"清单有 {len(found.lines):,} 行，一次最多下载 {MOST_IN_FILE:,} 行。请先选一项标准或一个单位，再下载。"
        messages.warning(request, words)
        return None
    return download_table(request, file_table(request, found))


def file_table(request, found):
    """The list, or with `what=sums` the sums of every unit below."""
    reading = found.scope.reading
    if request.GET.get("what") != "sums":
        return list_table(found.area, found.lines.rows(), reading=reading)
    units = [
        *found.units,
        *((f"{s.filing.name}合计" if found.units else s.filing.name, s) for s in found.sums),
    ]
    return unit_table(found.area, f"{found.area.name}缺口汇总", units, reading=reading)


def summary(found):
    """Of one standard the units below; of all standards one line each."""
    reading = found.scope.reading
    if found.form.standard and found.units:
        return unit_table(found.area, "各单位缺口", found.units, reading=reading)
    return standard_table(found.area, found.sums, reading=reading)


@require_safe
def plan(request, pk):
    """Which communities first, for how much money a year; the address holds the whole wish."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "gaps", here="分步达标方案", carried=scope.carried)
    standards = binding_standards(filing.round, filing)
    form = PlanForm(request.GET, listed(standards))
    context = {"frame": frame, "scope": scope, "form": form}
    if form.is_valid():
        made = make_plan(
            filing, with_parts(form, standards), approved=scope.approved, **form.wish()
        )
        title = f"{filing.name}分步达标方案"
        table = plan_table(filing, made, title=title, reading=scope.reading)
        if requested_format(request):
            return download_table(request, table)
        table.notes = ()  # said above on the page
        context |= {"plan": made, "table": table, "words": [*filter(None, plan_words(made))]}
        context["years"] = [(year, made.rate(year.met)) for year in made.years]
        context["left"] = left_table(filing, made, reading=scope.reading)
        context["query"] = query_without(request, "format")
    return render(request, "gaps/plan.html", context, status=422 if form.errors else 200)


def with_parts(form, standards):
    """The standards that were ticked, with the parts they are judged by."""
    chosen = [s for s in listed(standards) if s.code in form.cleaned_data["standard"]]
    return family(chosen, standards)
