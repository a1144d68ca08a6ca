from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Role
from communities.models import Kind, Level
from reports.engine.area import Area
from reports.engine.compliance import standards_of_region
from reports.engine.recounting import recount_announcements
from reports.models import Standard
from reports.models.standard import Force, Topic, Validity
from reports.rulebook.history import costs_in, standard_entries, version_differences
from reports.standard_formulas import formula_rows, measures_read_by
from surveys.pages.context import PageContext
from surveys.pages.filings import top_filing, visible_filing

STATES = {"now": "现行", "expired": "已到期", "judged": "系统自动评价", "unjudged": "不自动评价"}


def rule_book_context(request, here):
    """The PageContext of the filing one came from, or of one's own unit.

    None for someone without any.
    """
    if is_about_round(request):
        filing = visible_filing(request, request.GET["filing"])
    else:
        filing = top_filing(request.user)
    if not filing:
        return None
    return PageContext(filing, request.user, "standards", here=here)


def is_about_round(request):
    """Whether one came from a page about a round, which the address names by a filing."""
    return request.GET.get("filing", "").isdigit()


@require_safe
def standards_page(request):
    """The rule book: every standard by topic, with its force, whom it binds, and whether it is in
    force today.
    """
    frame = rule_book_context(request, "标准库")
    found = standards_searched(request.GET)
    if frame and request.GET.get("where") == "here":
        found = standards_of_region(found, frame.filing)
    found = list(found)
    groups = []
    for topic in Topic:
        if rows := [standard for standard in found if standard.topic == topic]:
            groups.append((topic, rows))
    context = {
        "frame": frame,
        "groups": groups,
        "count": len(found),
        "may_keep": bool(request.user.paths(role=Role.REVIEWER)),
        "given": request.GET,
        "topics": Topic.choices,
        "forces": Force.choices,
        "states": STATES.items(),
        "recounts": recount_announcements(frame.filing.round) if frame else [],
    }
    return render(request, "reports/standards.html", context)


def standards_searched(given):
    """The standards the search asks for."""
    found = Standard.objects.with_successor().select_related("parent")
    if given.get("topic") in Topic.values:
        found = found.filter(topic=given["topic"])
    if given.get("force") in Force.values:
        found = found.filter(force=given["force"])
    if text := given.get("q", "").strip():
        in_source = Q(source__icontains=text)
        found = found.filter(Q(name__icontains=text) | Q(statement__icontains=text) | in_source)
    return standards_of_state(found, given.get("state"))


def standards_of_state(found, state):
    if state == "now":
        return found.in_force(timezone.localdate())
    if state == "expired":
        return found.expired(timezone.localdate())
    if state == "judged":
        return found.filter(why_not="")
    if state == "unjudged":
        return found.exclude(why_not="")
    return found


@require_safe
def standard_page(request, code):
    """One standard: wording, source, whom it binds, how it is measured, its versions in time and
    its parts.
    """
    versions = Standard.objects.with_successor().with_may_edit(request.user)
    versions = list(versions.filter(code=code).select_related("parent"))
    if not versions:
        raise Http404
    frame = rule_book_context(request, versions[0].name)
    round = frame.filing.round if frame and is_about_round(request) else None
    standard = version_asked(versions, request.GET.get("version"), round)
    context = {
        "frame": frame,
        "standard": standard,
        "then": state_then(standard, round),
        "versions": versions if len(versions) > 1 else [],
        "parts": list(standard.children.all()),
        "book": reverse("reports:standards"),
        "formulas": list(formula_rows(standard)),
        "measures": measures_read_by(standard, frame and frame.filing.round),
        "kinds": "、".join(Kind(kind).label for kind in standard.kinds),
        "costs": costs_in(standard, frame),
        "tally": None,
        "comparison": version_differences(versions),
        "trail": standard_entries(versions),
        "may_keep": bool(request.user.paths(role=Role.REVIEWER)),
        "area_pk": None,
    }
    if frame:
        context["book"] += f"?filing={frame.filing.pk}"
        if frame.area.level < Level.COMMUNITY:
            context["area_pk"] = frame.area.pk
            context["tally"] = tally_in_area(standard, frame.area)
    return render(request, "reports/standard.html", context)


def tally_in_area(standard, filing):
    """How the communities of an area stand against it this round.

    None where it does not judge them.
    """
    if standard.level < Level.COMMUNITY:
        return None
    tallies = Area(filing).tallies([standard])
    return tallies[0] if tallies else None


def state_then(standard, round):
    """Whether it was in force on the day of the round one came from, in words.

    "" where that is as it is today.
    """
    if not round:
        return ""
    words = standard.state(round.reference_date)
    return "" if words == standard.state() else words


def version_asked(versions, wanted, round):
    """The version asked for, else the one in force on the day of the round (today without one),
    else the newest.
    """
    for version in versions:
        if str(version.pk) == wanted:
            return version
    day = round and round.reference_date
    for version in versions:
        if version.validity(day) == Validity.IN_FORCE:
            return version
    return versions[-1]
