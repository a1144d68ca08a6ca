"""The pages of a scheme: what it says, its versions and who changed what; kept by the reviewers of its unit."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AuditEntry
from accounts.roles import Role
from communities.models import Level
from reports.engine.compliance import binding_standards
from reports.models import Scheme
from reports.rating import actions
from reports.rating.effect import Effect
from reports.rating.forms import SchemeForm
from reports.rating.items import items_of, schemes_near
from reports.rating.rating import rating_of
from surveys.models import Filing
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_chain, visible_filing

LINES = 30


def keeps(user, place):
    """Whether the person reviews the unit that a path leads to, or one above it."""
    return any(place.startswith(path) for path in user.paths(role=Role.REVIEWER))


def versions(scheme):
    """All versions of a unit's scheme, the newest first."""
    return list(
        Scheme.objects.filter(unit=scheme.unit_id)
        .select_related("unit")
        .order_by("-effective_from")
    )


@require_safe
def scheme(request, pk):
    """The scheme that rates a unit in a round: points and stars, its other versions, and who changed what."""
    filing = visible_filing(request, pk)
    frame = PageContext(filing, request.user, "rating", here="评分办法")
    current, _ = schemes_near(filing)
    context = {
        "frame": frame,
        "may_set_up": filing.level < Level.COMMUNITY and keeps(request.user, filing.path),
    }
    if current:
        found = versions(current)
        shown = next(
            (each for each in found if str(each.pk) == request.GET.get("version")), current
        )
        items = items_of(list(shown.weights.all()), binding_standards(filing.round, filing))
        context |= {"scheme": shown, "current": current, "versions": found, "items": items}
        context |= {"points": sum(item.weight.points for item in items), "trail": trail(found)}
        context["home"] = home(filing, shown)
        context["kept"] = keeps(request.user, shown.unit.path)
    return render(request, "rating/scheme.html", context)


def trail(schemes):
    """The newest lines of the trail about any version, each with `lines`: (label, old, new)."""
    found = list(
        AuditEntry.objects.filter(target__in=[f"scheme:{each.pk}" for each in schemes])[:LINES]
    )
    for entry in found:
        entry.lines = [(label, *pair) for label, pair in entry.changes.items()]
    return found


def home(filing, scheme):
    """The filing of the scheme's own unit in the chain, else the one that was asked about."""
    return next((each for each in filing_chain(filing) if each.unit_id == scheme.unit_id), filing)


def upper(request, pk):
    """The filing of an upper unit that the reader reviews. Raises Http404, PermissionDenied."""
    filing = visible_filing(request, pk)
    if filing.level >= Level.COMMUNITY:
        raise Http404
    if not keeps(request.user, filing.path):
        raise PermissionDenied(f"{filing.name}的评分办法由那里的审核人员维护，您只能查看。")
    return filing


def kept(request, filing, version):
    """A version of the filing's unit, or of one around it, that this person keeps. Raises Http404, PermissionDenied."""
    found = Scheme.objects.near(filing.path).filter(pk=version).first()
    if not found:
        raise Http404
    if not keeps(request.user, found.unit.path):
        raise PermissionDenied(f"“{found}”由{found.unit.name}的审核人员维护，您只能查看。")
    return found


def new(request, pk):
    """A scheme of the unit from a day on; it begins as the one that has been in force there."""
    filing = upper(request, pk)
    current, _ = schemes_near(filing)
    had = list(current.weights.all()) if current else []
    instance = Scheme(unit=filing.unit, stars=[60, 70, 80, 90, 95])
    if current:
        instance = Scheme(
            **{name: getattr(current, name) for name in (*actions.SAYS, *actions.DECIDES)}
        )
        instance.unit, instance.effective_from = filing.unit, None

    def save(form):
        return actions.set_up(by=request.user, scheme=form.instance, weights=form.weights)

    return edited(
        request, filing, instance, had, save, here="新评分办法" if current else "制定评分办法"
    )


def edit(request, pk, version):
    """Another content of a version, while no closed round was rated by it."""
    filing = visible_filing(request, pk)
    instance = kept(request, filing, version)

    def save(form):
        seen_revision = form.cleaned_data["seen"] or 0
        actions.change(
            by=request.user, scheme=form.instance, weights=form.weights, seen=seen_revision
        )
        return form.instance

    had = list(instance.weights.all())
    closed = [] if is_piece(request) else actions.closed_rounds(instance)
    return edited(request, filing, instance, had, save, here="修改评分办法", closed=closed)


def is_piece(request):
    """Whether only what the form would do is asked for."""
    return "check" in request.POST and "HX-Request" in request.headers


def edited(request, filing, instance, had, save, **context):
    """The form, what it would do to the last round, and the saving of it; 422 where something is to be put right."""
    frame = PageContext(filing, request.user, "rating", here=context["here"])
    last = frame.rounds[0] if frame.rounds else filing
    standards = binding_standards(last.round, last)
    form = SchemeForm(request.POST or None, instance=instance, weights=had, standards=standards)
    checking = "check" in request.POST
    if form.is_bound and form.is_valid() and not checking:
        try:
            made = save(form)
        except ValidationError as error:
            form.add_error(None, "".join(error.messages))
        else:
            messages.success(request, f"已保存“{made}”。")
            return redirect(reverse("rating:scheme", args=[filing.pk]) + f"?version={made.pk}")
    effect = effect_on(last, standards, form) if form.is_bound and not form.errors else None
    context |= {"frame": frame, "form": form, "effect": effect, "tried": form.is_bound}
    answer = render(
        request, "rating/_effect.html" if is_piece(request) else "rating/edit.html", context
    )
    answer.status_code = 422 if form.is_bound and form.errors and not checking else 200
    return answer


def effect_on(filing, standards, form):
    """The form's scheme beside the one in force, over the communities it would rate."""
    current, own = schemes_near(filing)
    nested = [each.unit_id for each in own]
    apart = list(Filing.objects.filter(round=filing.round_id, unit__in=nested)) if nested else []
    same = form.stored if current == form.instance else None
    before = rating_of(filing, standards, current, apart, weights=same) if current else None
    return Effect(
        filing, before, rating_of(filing, standards, form.instance, apart, weights=form.weights)
    )


@require_POST
def delete(request, pk, version):
    """Take back a version by which no closed round was rated."""
    filing = visible_filing(request, pk)
    found = kept(request, filing, version)
    try:
        actions.delete(by=request.user, scheme=found)
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    else:
        messages.success(request, f"已删除“{found}”。")
    return redirect("rating:scheme", pk)
