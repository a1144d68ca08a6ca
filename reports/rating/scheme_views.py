"""The pages of a scheme: what it says, its versions and who changed what.

Kept by the reviewers of its unit.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AuditEntry
from accounts.roles import Role
from communities.models import Level
from reports.engine.area import Area
from reports.models import Scheme
from reports.rating import actions
from reports.rating.effect import SchemeEffect
from reports.rating.forms import SchemeForm
from reports.rating.items import scheme_items, schemes_near
from reports.rating.rating import rating_of
from surveys.models import Filing
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_chain, visible_filing

ENTRIES = 30  # lines of the trail on the page of a scheme
FIRST_STARS = [60, 70, 80, 90, 95]  # what the form of a first scheme proposes


def may_edit(user, path):
    """Whether the person reviews the unit that a path leads to, or one above it."""
    return any(path.startswith(area) for area in user.paths(role=Role.REVIEWER))


def scheme_versions(scheme):
    """All versions of a unit's scheme, the newest first."""
    versions = Scheme.objects.filter(unit=scheme.unit_id).select_related("unit")
    return list(versions.order_by("-effective_from"))


@require_safe
def scheme_page(request, pk):
    """The scheme that rates a unit in a round.

    Points and stars, its other versions, who changed what.
    """
    filing = visible_filing(request, pk)
    frame = PageContext(filing, request.user, "rating", here="评分办法")
    current, _ = schemes_near(filing)
    is_upper = filing.level < Level.COMMUNITY
    context = {"frame": frame, "may_set_up": is_upper and may_edit(request.user, filing.path)}
    if current:
        versions = scheme_versions(current)
        shown = asked_version(request, versions, current)
        items = scheme_items(list(shown.weights.all()), Area(filing).standards)
        context["scheme"] = shown
        context["current"] = current
        context["versions"] = versions
        context["items"] = items
        context["points"] = sum(item.weight.points for item in items)
        context["trail"] = scheme_entries(versions)
        context["home"] = filing_of_scheme(filing, shown)
        context["kept"] = may_edit(request.user, shown.unit.path)
    return render(request, "rating/scheme.html", context)


def asked_version(request, versions, current):
    """The version the address names, else the current one."""
    asked = request.GET.get("version")
    for version in versions:
        if str(version.pk) == asked:
            return version
    return current


def scheme_entries(schemes):
    """The newest lines of the trail about these versions, each with `lines`: (label, old, new)."""
    targets = [f"scheme:{scheme.pk}" for scheme in schemes]
    entries = list(AuditEntry.objects.filter(target__in=targets)[:ENTRIES])
    for entry in entries:
        entry.lines = [(label, *pair) for label, pair in entry.changes.items()]
    return entries


def filing_of_scheme(filing, scheme):
    """The filing of the scheme's own unit in the chain, else the one that was asked about."""
    for each in filing_chain(filing):
        if each.unit_id == scheme.unit_id:
            return each
    return filing


def reviewed_upper_filing(request, pk):
    """The filing of an upper unit that the reader reviews. Raises Http404, PermissionDenied."""
    filing = visible_filing(request, pk)
    if filing.level >= Level.COMMUNITY:
        raise Http404
    if not may_edit(request.user, filing.path):
        raise PermissionDenied(f"{filing.name}的评分办法由那里的审核人员维护，您只能查看。")
    return filing


def editable_scheme(request, filing, version):
    """A version of the filing's unit, or of one around it, that this person may edit.

    Raises Http404 where there is none, PermissionDenied where it is somebody else's.
    """
    scheme = Scheme.objects.near(filing.path).filter(pk=version).first()
    if not scheme:
        raise Http404
    if not may_edit(request.user, scheme.unit.path):
        raise PermissionDenied(f"“{scheme}”由{scheme.unit.name}的审核人员维护，您只能查看。")
    return scheme


def new_scheme_page(request, pk):
    """A scheme of the unit from a day on; it begins as the one that has been in force there."""
    filing = reviewed_upper_filing(request, pk)
    current, _ = schemes_near(filing)
    weights = list(current.weights.all()) if current else []
    here = "新评分办法" if current else "制定评分办法"

    def save(form):
        return actions.set_up_scheme(by=request.user, scheme=form.instance, weights=form.weights)

    return scheme_form_page(request, filing, unsaved_scheme(filing, current), weights, save, here)


def unsaved_scheme(filing, current):
    """What the form of a new scheme begins with: what is in force, but for the day."""
    if current is None:
        return Scheme(unit=filing.unit, stars=FIRST_STARS)
    copied = {name: getattr(current, name) for name in (*actions.SAYS, *actions.DECIDES)}
    copied["effective_from"] = None
    return Scheme(unit=filing.unit, **copied)


def edit_scheme_page(request, pk, version):
    """Another content of a version, while no closed round was rated by it."""
    filing = visible_filing(request, pk)
    scheme = editable_scheme(request, filing, version)
    weights = list(scheme.weights.all())

    def save(form):
        revision = form.cleaned_data["seen"] or 0
        actions.change_scheme(
            by=request.user, scheme=form.instance, weights=form.weights, seen=revision
        )
        return form.instance

    closed = [] if asks_for_effect_only(request) else actions.closed_rounds(scheme)
    return scheme_form_page(request, filing, scheme, weights, save, "修改评分办法", closed=closed)


def asks_for_effect_only(request):
    """Whether the page wants nothing but the piece that says what the form would do."""
    return "check" in request.POST and "HX-Request" in request.headers


def scheme_form_page(request, filing, scheme, weights, save, here, **context):
    """The form and what it would do to the last round; saved by `save(form)` where it is sound.

    Status 422 where something is to be put right.
    """
    frame = PageContext(filing, request.user, "rating", here=here)
    last = frame.rounds[0] if frame.rounds else filing
    standards = Area(last).standards
    form = SchemeForm(request.POST or None, instance=scheme, weights=weights, standards=standards)
    checking = "check" in request.POST
    if form.is_bound and form.is_valid() and not checking:
        try:
            saved = save(form)
        except ValidationError as error:
            form.add_error(None, "".join(error.messages))
        else:
            messages.success(request, f"已保存“{saved}”。")
            return redirect(reverse("rating:scheme", args=[filing.pk]) + f"?version={saved.pk}")
    effect = None
    if form.is_bound and not form.errors:
        effect = effect_of_form(last, standards, form)
    context |= {"frame": frame, "here": here, "form": form}
    context |= {"effect": effect, "tried": form.is_bound}
    template = "rating/_effect.html" if asks_for_effect_only(request) else "rating/edit.html"
    refused = form.is_bound and form.errors and not checking
    return render(request, template, context, status=422 if refused else 200)


def effect_of_form(filing, standards, form):
    """The SchemeEffect of the form's scheme over the communities it would rate."""
    current, own = schemes_near(filing)
    units = [scheme.unit_id for scheme in own]
    apart = list(Filing.objects.filter(round=filing.round_id, unit__in=units)) if units else []
    area, before = Area(filing), None
    if current:
        # An edited version holds the form's values by now, and its weights as they are stored.
        weights = form.stored if current == form.instance else None
        before = rating_of(area, standards, current, apart, weights=weights)
    after = rating_of(area, standards, form.instance, apart, weights=form.weights)
    return SchemeEffect(filing, before, after)


@require_POST
def delete_scheme_page(request, pk, version):
    """Take back a version by which no closed round was rated."""
    filing = visible_filing(request, pk)
    scheme = editable_scheme(request, filing, version)
    try:
        actions.delete_scheme(by=request.user, scheme=scheme)
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    else:
        messages.success(request, f"已删除“{scheme}”。")
    return redirect("rating:scheme", pk)
