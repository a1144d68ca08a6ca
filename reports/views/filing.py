from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Role
from communities.models import Level
from reports.engine.measures import all_measures
from reports.measure_columns import MeasureColumn
from reports.trend import Trend
from reports.trend.paper_rounds import KEY, SHOWN
from reports.trend.turned import turned_verdicts
from reports.trend.views import comparable_filings
from reports.unit_verdicts import count_verdicts, verdicts_in_reading_order
from surveys.actions.handing_in import look
from surveys.export.pdf import program
from surveys.models import Status
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing
from surveys.paper import paper
from surveys.workflow import holds, may_fill, step_for

STATUS_CSS = {
    Status.DRAFT: "ask",
    Status.RETURNED: "unmet",
    Status.SUBMITTED: "law",
    Status.APPROVED: "met",
}


@require_safe
def filing_page(request, pk):
    """One unit's own paper: every section with its values, the notes pinned to them, and the
    verdicts.
    """
    filing = visible_filing(request, pk)
    look(filing=filing, by=request.user)
    is_own = filing.level < Level.COMMUNITY
    frame = PageContext(filing, request.user, "filing", here="本级填报" if is_own else "")
    sheets, remarks = paper(filing)
    may_review = holds(request.user.paths(role=Role.REVIEWER), filing.path)
    context = {
        "frame": frame,
        "own": is_own,
        "may_fill": may_fill(filing, request.user) and filing.asked,
        "may_send_back": step_for("send_back", filing, request.user),
        "may_review": filing.asked and may_review,
        "sheets": sheets,
        "remarks": remarks,
        "verdicts": [],
        "rounds": None,
        "turned": None,
        "has_pdf": bool(program()),
        "status_css": STATUS_CSS[filing.status],
    }
    if not is_own:
        context |= community_context(frame)
    context |= count_verdicts(context["verdicts"])
    return render(request, "reports/filing.html", context)


def community_context(frame):
    """How a community stands against its standards, and what its last rounds said."""
    columns = [MeasureColumn(all_measures()[name]) for name in KEY]
    trend = Trend(filings_until(frame), columns, [])
    verdicts = verdicts_in_reading_order(trend.in_force[-1], newest_judgments(trend))
    return {
        "verdicts": verdicts,
        "rounds": trend.table() if len(trend.filings) > 1 else None,
        "turned": turned_verdicts(trend),
    }


def filings_until(frame):
    """The unit's filings up to this one, oldest first: what came later is no part of its paper."""
    day = frame.filing.round.reference_date
    filings = [each for each in comparable_filings(frame) if each.round.reference_date <= day]
    return filings[-SHOWN:]


def newest_judgments(trend):
    """{code: Judgment} of the newest round shown."""
    results = trend.results.get(trend.filing.pk, {})
    found = {}
    for standard in trend.in_force[-1]:
        if standard.pk in results:
            found[standard.code] = results[standard.pk].judgment
    return found
