"""The pages of the gap list: who lacks what, and a staged plan to close it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.area import Area
from reports.engine.scope import scope_of
from reports.gaps.forms import GapFilter, PlanForm
from reports.gaps.page import GapPage
from reports.gaps.plan import make_plan
from reports.gaps.tables import (
    left_table,
    list_table,
    plan_sentences,
    plan_table,
    standard_table,
    unit_table,
)
from surveys.export import download_table, requested_format
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

MOST_IN_FILE = 20_000


@require_safe
def gaps_page(request, pk):
    """Who lacks how much of what, what closing it costs, and where the money goes furthest."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "gaps", here="缺口清单", carried=scope.carried)
    area = Area(filing, scope)
    upper = [child for child in frame.children if child.level < Level.COMMUNITY]
    form = GapFilter(request.GET, upper, area.without_parts)
    found = GapPage(area, frame.children, form)
    if requested_format(request) and (answer := gap_file(request, found)):
        return answer
    page = found.page(request.GET.get("page", 1))
    before = page.start_index() - 1
    table = list_table(found.filing, page.object_list, reading=scope.reading, start=before)
    context = {
        "frame": frame,
        "scope": scope,
        "form": form,
        "found": found,
        "page": page,
        "table": table,
        "summary": summary_table(found),
        "query": query_without(request, "page"),
        "plan_href": frame.carry(plan_href(filing, form)),
    }
    return render(request, "gaps/gaps.html", context)


def plan_href(filing, form):
    """The page of a plan; already made for the one standard that was chosen, where one was."""
    address = reverse("gaps:plan", args=[filing.pk])
    if not form.standard:
        return address
    wishes = {"standard": form.standard.code, "share": 80, "years": 2, "first": "cost"}
    return f"{address}?{urlencode(wishes)}"


def wants_sums(request):
    """Whether the file is to hold the sums of every unit instead of the list."""
    return request.GET.get("what") == "sums"


def gap_file(request, found):
    """The file; None, and a message why, where writing so long a list would hold up everybody."""
    if not wants_sums(request) and len(found.lines) > MOST_IN_FILE:
        messages.warning(
            request,
            f"清单有 {len(found.lines):,} 行，一次最多下载 {MOST_IN_FILE:,} 行。"
            "请先选一项标准或一个单位，再下载。",
        )
        return None
    return download_table(request, gap_file_table(request, found))


def gap_file_table(request, found):
    """The list, or with `what=sums` the sums of every unit below."""
    reading = found.scope.reading
    if not wants_sums(request):
        return list_table(found.filing, found.lines.rows(), reading=reading)
    named = list(found.units)
    for total in found.sums:
        name = total.filing.name
        named.append((f"{name}合计" if found.units else name, total))
    return unit_table(found.filing, f"{found.filing.name}缺口汇总", named, reading=reading)


def summary_table(found):
    """Of one standard the units below; of all standards one line each."""
    reading = found.scope.reading
    if found.form.standard and found.units:
        return unit_table(found.filing, "各单位缺口", found.units, reading=reading)
    return standard_table(found.filing, found.sums, reading=reading)


@require_safe
def plan_page(request, pk):
    """Which communities first, for how much money a year; the address holds the whole wish."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "gaps", here="分步达标方案", carried=scope.carried)
    area = Area(filing, scope)
    form = PlanForm(request.GET, area.without_parts)
    context = {"frame": frame, "scope": scope, "form": form}
    if form.is_valid():
        plan = make_plan(area, ticked_standards(form, area), **form.plan_wishes())
        title = f"{filing.name}分步达标方案"
        table = plan_table(filing, plan, title=title, reading=scope.reading)
        if requested_format(request):
            return download_table(request, table)
        table.notes = ()  # said above on the page
        context["plan"] = plan
        context["table"] = table
        context["words"] = list(plan_sentences(plan))
        context["years"] = [(year, plan.rate(year.met)) for year in plan.years]
        context["left"] = left_table(filing, plan, reading=scope.reading)
    return render(request, "gaps/plan.html", context, status=422 if form.errors else 200)


def ticked_standards(form, area):
    """The standards that were ticked, with the parts they are judged by."""
    codes = form.cleaned_data["standard"]
    ticked = [standard for standard in area.without_parts if standard.code in codes]
    return area.with_parts(ticked)
