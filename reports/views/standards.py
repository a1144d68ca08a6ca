from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Role
from communities.models import Kind, Level
from reports.engine.compliance import standards_of_region
from reports.engine.formulas import FormulaError
from reports.engine.measures import all_measures
from reports.engine.tallies import refresh_roll_ups, tallies_of
from reports.models import Standard
from reports.models.standard import FORMULAS, Force, Topic, Validity, parsed_formula
from reports.rulebook.history import costs_in, standard_entries, version_differences
from surveys.extras import answer_measures
from surveys.pages.context import PageContext
from surveys.pages.filings import top_filing, visible_filing

FORMULA_LABELS = {
    "actual": "实际值",
    "lower": "不低于",
    "upper": "不高于",
    "applies_when": "适用条件",
}
STATES = {"now": "现行", "expired": "已到期", "judged": "系统自动评价", "unjudged": "不自动评价"}


def beside(request, here):
    """The frame of the filing one came from, or of one's own unit; None for someone without any."""
    filing = (
        visible_filing(request, request.GET["filing"])
        if about_round(request)
        else top_filing(request.user)
    )
    return PageContext(filing, request.user, "standards", here=here) if filing else None


def about_round(request):
    """Whether one came from a page about a round, which the address names by a filing."""
    return request.GET.get("filing", "").isdigit()


@require_safe
def standards(request):
    """The rule book: every standard by topic, with its force, whom it binds, and whether it is in force today."""
    frame = beside(request, "标准库")
    found = chosen(request.GET)
    found = (
        standards_of_region(found, frame.filing)
        if frame and request.GET.get("where") == "here"
        else list(found)
    )
    groups = [(topic, [s for s in found if s.topic == topic]) for topic in Topic]
    context = {
        "frame": frame,
        "groups": [(topic, rows) for topic, rows in groups if rows],
        "count": len(found),
        "may_keep": bool(request.user.paths(role=Role.REVIEWER)),
        "given": request.GET,
        "topics": Topic.choices,
        "forces": Force.choices,
        "states": STATES.items(),
    }
    return render(request, "reports/standards.html", context)


def chosen(given):
    """The standards the search asks for."""
    found = Standard.objects.with_successor().select_related("parent")
    if given.get("topic") in Topic.values:
        found = found.filter(topic=given["topic"])
    if given.get("force") in Force.values:
        found = found.filter(force=given["force"])
    if text := given.get("q", "").strip():
        found = found.filter(
            Q(name__icontains=text) | Q(statement__icontains=text) | Q(source__icontains=text)
        )
    return of_state(found, given.get("state"))


def of_state(found, state):
    if state == "now":
        return found.in_force(timezone.localdate())
    if state == "expired":
        return found.expired(timezone.localdate())
    if state in ("judged", "unjudged"):
        return found.filter(why_not="") if state == "judged" else found.exclude(why_not="")
    return found


@require_safe
def standard(request, code):
    """One standard: wording, source, whom it binds, how it is measured, its versions in time and its parts."""
    versions = Standard.objects.with_successor().with_may_edit(request.user)
    versions = list(versions.filter(code=code).select_related("parent"))
    if not versions:
        raise Http404
    frame = beside(request, versions[0].name)
    round = frame.filing.round if frame and about_round(request) else None
    current = version(versions, request.GET.get("version"), round and round.reference_date)
    context = {
        "frame": frame,
        "standard": current,
        "then": then(current, round),
        "versions": versions if len(versions) > 1 else [],
        "parts": list(current.children.all()),
        "book": reverse("reports:standards") + (f"?filing={frame.filing.pk}" if frame else ""),
        "formulas": list(formulas(current)),
        "measures": measures(current, frame and frame.filing.round),
        "kinds": "、".join(Kind(kind).label for kind in current.kinds),
        "costs": costs_in(current, frame),
        "tally": standing(current, frame),
        "comparison": version_differences(versions),
        "trail": standard_entries(versions),
        "may_keep": bool(request.user.paths(role=Role.REVIEWER)),
        "area_pk": frame.area.pk if frame and frame.area.level < Level.COMMUNITY else None,
    }
    return render(request, "reports/standard.html", context)


def standing(standard, frame):
    """How the communities of the reader's area stand against it this round; None where it does not judge them."""
    if not frame or frame.area.level >= Level.COMMUNITY or standard.level < Level.COMMUNITY:
        return None
    refresh_roll_ups(frame.area)
    return next(iter(tallies_of(frame.area, [standard])), None)


def then(standard, round):
    """Whether it was in force on the day of the round one came from, in words; "" where that is as it is today."""
    words = standard.state(round.reference_date) if round else ""
    return "" if words == standard.state() else words


def version(versions, wanted, on):
    """The version asked for, else the one in force on the day (today where there is none), else the newest."""
    for each in versions:
        if str(each.pk) == wanted:
            return each
    return next((each for each in versions if each.validity(on) == Validity.IN_FORCE), versions[-1])


def formulas(standard):
    """(label, in words, as expression) of each formula the standard has."""
    for name in FORMULAS:
        if text := getattr(standard, name):
            yield FORMULA_LABELS[name], words(standard, name), text


def words(standard, name):
    """A formula in words; as written where a measure it used is gone, for a page must still show it."""
    try:
        return standard.words(name)
    except FormulaError:
        return getattr(standard, name)


def measures(standard, round):
    """The measures its formulas read, so that one can get to the rows; with those of the round's own items, if any."""
    names = set()
    for text in filter(None, (getattr(standard, name) for name in FORMULAS)):
        try:
            names |= parsed_formula(text).names
        except FormulaError:
            continue
    asked = (
        each
        for each in standard.own_items
        if round and each.round_id == round.pk and not each.retired_at
    )
    known = [
        *all_measures().values(),
        *(measure for each in asked for measure in answer_measures(each)),
    ]
    return [measure for measure in known if measure.name in names]
