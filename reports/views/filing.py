from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Role
from communities.models import Level
from reports.engine.compliance import Verdict, binding_standards, judge_filings
from reports.engine.measures import all_measures
from reports.measure_columns import MeasureColumn
from reports.trend import Trend
from reports.trend.course import KEY, SHOWN
from reports.trend.turned import turned
from reports.trend.views import course
from surveys.actions.handing_in import look
from surveys.export.pdf import program
from surveys.models import Status
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing
from surveys.paper import paper
from surveys.workflow import holds, may_fill, step_for

ORDER = [Verdict.UNMET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE]
STATUS_CSS = {
    Status.DRAFT: "ask",
    Status.RETURNED: "unmet",
    Status.SUBMITTED: "law",
    Status.APPROVED: "met",
}


@require_safe
def filing(request, pk):
    """One unit's own paper: every section with its values, the notes pinned to them, and the verdicts."""
    found = visible_filing(request, pk)
    look(filing=found, by=request.user)
    own = found.level < Level.COMMUNITY
    frame = PageContext(found, request.user, "filing", here="本级填报" if own else "")
    sheets, remarks = paper(found)
    trend = (
        None
        if own
        else Trend(rounds_until(frame), [MeasureColumn(all_measures()[name]) for name in KEY], [])
    )
    verdicts = in_order(trend.in_force[-1], judgments_of(trend)) if trend else []
    context = {
        "frame": frame,
        "own": own,
        "may_fill": may_fill(found, request.user) and found.asked,
        "may_send_back": step_for("send_back", found, request.user),
        "may_review": found.asked and holds(request.user.paths(role=Role.REVIEWER), found.path),
        "sheets": sheets,
        "remarks": remarks,
        "verdicts": verdicts,
        "rounds": trend.table() if trend and len(trend.filings) > 1 else None,
        "turned": trend and turned(trend),
        "has_pdf": bool(program()),
        "status_css": STATUS_CSS[found.status],
        **{verdict.value: sum(j.verdict == verdict for _, j in verdicts) for verdict in Verdict},
    }
    return render(request, "reports/filing.html", context)


def rounds_until(frame):
    """The unit's filings up to this one, oldest first: what came later is no part of its paper."""
    day = frame.filing.round.reference_date
    return [each for each in course(frame) if each.round.reference_date <= day][-SHOWN:]


def judgments_of(trend):
    """{code: Judgment} of the newest round shown."""
    standings = trend.standings.get(trend.filing.pk, {})
    return {s.code: standings[s.pk].judgment for s in trend.in_force[-1] if s.pk in standings}


def judged(found):
    """(standard, judgment) of a community, by the standards that bind it now."""
    standards = binding_standards(found.round, found)
    return in_order(standards, judge_filings([found], standards).get(found.pk, {}))


def in_order(standards, judgments):
    """(standard, judgment): what is missed first, parts after their wholes, what does not bind left out."""
    wholes = {standard.pk: judgments.get(standard.code) for standard in standards}

    def urgency(standard):
        leading = wholes.get(standard.parent_id) or judgments[standard.code]
        return ORDER.index(leading.verdict)

    bound = [s for s in standards if s.code in judgments and shown(s, judgments[s.code])]
    return [(s, judgments[s.code]) for s in sorted(bound, key=urgency)]


def shown(standard, judgment):
    """Whether a verdict says something: it binds, or there is a value to observe."""
    return judgment.verdict != Verdict.NOT_APPLICABLE or (
        standard.observed_only and judgment.actual is not None
    )
