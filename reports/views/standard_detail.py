from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.area import Area, freshen_areas
from reports.engine.prices import Prices
from reports.engine.scope import scope_of
from reports.standard_detail.charts import rounds_chart, values_histogram
from reports.standard_detail.distribution import NOBODY, cached_distribution
from reports.standard_detail.rounds import (
    ROUNDS,
    lineage_of,
    round_states,
    tallies_of_rounds,
)
from reports.standard_detail.unmet import UnmetCommunities
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

PER_PAGE = 20


@require_safe
def standard_detail_page(request, pk, code):
    """One standard over one area and round.

    Values against the threshold, who misses it, five rounds, the cost.
    """
    filing, scope = upper_filing_in_sight(request, pk), scope_of(request)
    area, codes = Area(filing, scope), lineage_of(code)
    standard = standard_in_force(area.community_standards, code, codes)
    frame = PageContext(filing, request.user, "matrix", here=standard.name, carried=scope.carried)
    filings = filings_so_far(frame)
    others = [Area(other, scope) for other in filings if other.pk != filing.pk]
    freshen_areas([area, *others])
    family = area.with_parts([standard])
    tallies = tallies_of_rounds(filings, family, codes, approved=scope.approved)
    states = round_states(filings, standard, codes, tallies)
    tally = states[-1].tally
    distribution = NOBODY
    if tally:
        distribution = cached_distribution(tally, standard, family, area)
    unmet = UnmetCommunities(area, standard, family, Prices(family), tally.unmet if tally else 0)
    page = Paginator(unmet, PER_PAGE).get_page(request.GET.get("page"))
    links = MatrixLinks(filing, standard, scope)
    context = {
        "frame": frame,
        "scope": scope,
        "standard": standard,
        "parts": part_tallies(tallies, filing, standard),
        "tally": tally,
        "stage": states[-1],
        "stages": states,
        "spread": distribution,
        "rows": links,
        "page": page,
        "steps": [(step, links.step(step)) for step in distribution.rows],
        "cost": unmet.cost(tally, page.object_list),
        "before": states[-1].before,
        "query": scope.carried,
        "matrix": links.at + scope.query,
        "chart": values_histogram(distribution, standard, links.step),
        "course": rounds_chart(states),
    }
    return render(request, "reports/standing.html", context)


def part_tallies(tallies, filing, standard):
    """The tallies of its parts in this round."""
    here = [tally for tally in tallies if tally.filing_id == filing.pk]
    return [tally for tally in here if tally.standard.parent_id == standard.pk]


def upper_filing_in_sight(request, pk):
    """A filing in sight that communities stand below. Raises Http404 for others."""
    filing = visible_filing(request, pk)
    if filing.level >= Level.COMMUNITY:
        raise Http404
    return filing


def standard_in_force(standards, code, codes):
    """The version of this round; under the code of what it took the place of it is found too.

    Raises Http404.
    """
    found = {standard.code: standard for standard in standards if not standard.observed_only}
    if code in found:
        return found[code]
    for other in codes:
        if other in found:
            return found[other]
    raise Http404


def filings_so_far(frame):
    """The unit's filings in sight up to this round, the newest first."""
    day = frame.filing.round.reference_date
    filings = [other for other in frame.rounds if other.round.reference_date <= day]
    return filings[:ROUNDS]


class MatrixLinks:
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
