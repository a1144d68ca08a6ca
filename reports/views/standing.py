from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.compliance import binding_standards, standards_judged_at, with_parts
from reports.engine.prices import Prices
from reports.engine.scope import scope_of
from reports.engine.tallies import refresh_roll_ups
from reports.standing.charts import course_chart, histogram
from reports.standing.course import ROUNDS, course, lineage, stored
from reports.standing.distribution import NOBODY, spread
from reports.standing.unmet import Unmet
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

PER_PAGE = 20


@require_safe
def standing(request, pk, code):
    """One standard over one area and round: values against the threshold, who misses it, five rounds, the cost."""
    filing, scope = upper(request, pk), scope_of(request)
    standards = standards_judged_at(Level.COMMUNITY, binding_standards(filing.round, filing))
    codes = lineage(code)
    standard = in_force(standards, code, codes)
    frame = PageContext(filing, request.user, "matrix", here=standard.name, carried=scope.carried)
    rounds = so_far(frame)
    refresh_roll_ups(*rounds)
    parts = with_parts([standard], standards)
    tallies = stored(rounds, parts, codes, approved=scope.approved)
    stages = course(rounds, standard, codes, tallies)
    tally = stages[-1].tally
    found = spread(tally, standard, parts, filing, approved=scope.approved) if tally else NOBODY
    unmet = Unmet(
        filing, standard, parts, Prices(parts), tally.unmet if tally else 0, scope.approved
    )
    page = Paginator(unmet, PER_PAGE).get_page(request.GET.get("page"))
    rows = Rows(filing, standard, scope)
    context = {
        "frame": frame,
        "scope": scope,
        "standard": standard,
        "parts": [
            t for t in tallies if t.filing_id == filing.pk and t.standard.parent_id == standard.pk
        ],
        "tally": tally,
    }
    context |= {"stage": stages[-1], "stages": stages, "spread": found, "rows": rows, "page": page}
    context["steps"] = [(step, rows.step(step)) for step in found.rows]
    context |= {"cost": unmet.cost(tally, page.object_list), "before": stages[-1].before}
    context |= {"query": scope.carried, "matrix": rows.at + scope.query}
    context |= {"chart": histogram(found, standard, rows.step), "course": course_chart(stages)}
    return render(request, "reports/standing.html", context)


def upper(request, pk):
    """A filing in sight that communities stand below. Raises Http404 for others."""
    filing = visible_filing(request, pk)
    if filing.level >= Level.COMMUNITY:
        raise Http404
    return filing


def in_force(standards, code, codes):
    """The version of this round; under the code of what it took the place of it is found too. Raises Http404."""
    found = {standard.code: standard for standard in standards if not standard.observed_only}
    if code in found:
        return found[code]
    related = [found[each] for each in codes if each in found]
    if not related:
        raise Http404
    return related[0]


def so_far(frame):
    """The unit's filings in sight up to this round, the newest first."""
    day = frame.filing.round.reference_date
    return [other for other in frame.rounds if other.round.reference_date <= day][:ROUNDS]


class Rows:
    """The addresses of the rows behind the figures of the page."""

    def __init__(self, filing, standard, scope):
        self.at = reverse("reports:matrix", args=[filing.pk])
        self.given = {"level": Level.COMMUNITY.value, "show": standard.code}
        self.more = scope.more
        self.below = f"{self.at}?{urlencode({'show': standard.code})}{scope.more}"

    def address(self, **given):
        return f"{self.at}?{urlencode(self.given | given)}{self.more}"

    def step(self, step):
        return self.address(**step.bounds)

    @property
    def met(self):
        return self.address(verdict="met")

    @property
    def unmet(self):
        return self.address(verdict="unmet")

    @property
    def unknown(self):
        return self.address(verdict="unknown")

    @property
    def not_applicable(self):
        return self.address(verdict="na")

    @property
    def file(self):
        return self.address(verdict="unmet", format="xlsx")
