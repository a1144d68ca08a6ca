from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.compliance import Verdict, binding, judge
from reports.paper import paper
from reports.views.frame import Frame, seen
from surveys.models import Status

STATUS_CSS = {Status.DRAFT: "ask", Status.RETURNED: "unmet", Status.SUBMITTED: "law", Status.APPROVED: "met"}


@require_safe
def filing(request, pk):
    """One unit's own paper: every section with its values, the notes pinned to them, and the verdicts."""
    found = seen(request, pk)
    own = found.level < Level.COMMUNITY
    frame = Frame(found, request.user, "filing", here="本级填报" if own else "")
    sheets, remarks = paper(found)
    verdicts = [] if own else judged(found)
    context = {
        "frame": frame,
        "own": own,
        "sheets": sheets,
        "remarks": remarks,
        "verdicts": verdicts,
        "status_css": STATUS_CSS[found.status],
        **{verdict.value: sum(j.verdict == verdict for _, j in verdicts) for verdict in Verdict},
    }
    return render(request, "reports/filing.html", context)


def judged(found):
    """(standard, judgment) of a community, wholes before their parts, those that do not apply left out."""
    standards = binding(found.round, found)
    judgments = judge([found], standards).get(found.pk, {})
    pairs = [(s, judgments[s.code]) for s in standards if s.code in judgments]
    return [(s, j) for s, j in pairs if j.verdict != Verdict.NOT_APPLICABLE or j.actual is not None]
