"""What reviewers do with the schemes of their area, each with its line in the trail; whose business it is, the caller asks."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditSource
from communities import tree
from reports.models import Scheme, Standard, Way, Weight
from surveys.models import Round

SAYS = ("name", "effective_from", "source", "note")
DECIDES = ("unknown", "least_known", "stars")
CHANGED_MEANWHILE = "这个评分办法刚被别人改过，您的修改没有保存。请核对现在的内容后再改。"


@transaction.atomic
def set_up(*, by, scheme, weights):
    """A new scheme, or a new version of one from its day on; `weights` are unsaved and stand in their order.

    Raises ValidationError where a closed round would be rated anew by it.
    """
    before = version_before(scheme)
    if before and (
        rounds := [r for r in closed_rounds(before) if r.reference_date >= scheme.effective_from]
    ):
        raise ValidationError(
            f"“{rounds[0]}”已关闭，按“{before}”评过分；新办法请从 {rounds[0].reference_date} 之后生效。"
        )
    scheme.full_clean()
    scheme.save()
    store(scheme, weights)
    note(scheme, by=by, verb="新增评分办法", changes=differences(None, (), scheme, weights))
    return scheme


@transaction.atomic
def change(*, by, scheme, weights, seen):
    """Another content of the same version. Raises ValidationError where it changed meanwhile or a closed round stands by it."""
    old = Scheme.objects.select_related("unit").get(pk=scheme.pk)
    had = list(old.weights.all())
    changes = differences(old, had, scheme, weights)
    if {*changes} - {label(name) for name in SAYS if name != "effective_from"}:
        refuse_closed(old, "不能再改分值、星级和生效日期；要改请出新办法。")
    scheme.full_clean()
    values = {name: getattr(scheme, name) for name in (*SAYS, *DECIDES)}
    if not Scheme.objects.filter(pk=scheme.pk, revision=seen).update(
        **values, revision=F("revision") + 1
    ):
        raise ValidationError(CHANGED_MEANWHILE)
    old.weights.all().delete()
    store(scheme, weights)
    if changes:
        note(scheme, by=by, verb="修改评分办法", changes=changes)


@transaction.atomic
def delete(*, by, scheme):
    """Take back a version by which no closed round was rated. Raises ValidationError for any other."""
    refuse_closed(scheme, "不能删除。")
    note(
        scheme,
        by=by,
        verb="删除评分办法",
        changes=differences(scheme, scheme.weights.all(), None, ()),
    )
    scheme.delete()


def store(scheme, weights):
    for position, weight in enumerate(weights, start=1):
        weight.pk, weight.scheme, weight.position = None, scheme, position
        weight.full_clean()
    Weight.objects.bulk_create(weights)


def version_before(scheme):
    """The version of the same unit in force on the day before this one begins, or None."""
    others = Scheme.objects.filter(unit=scheme.unit_id, effective_from__lt=scheme.effective_from)
    return others.order_by("-effective_from").first()


def closed_rounds(scheme):
    """The closed rounds this version rates: of its days, and of units around or inside its own; the newest first."""
    later = Scheme.objects.filter(unit=scheme.unit_id, effective_from__gt=scheme.effective_from)
    until = later.order_by("effective_from").values_list("effective_from", flat=True).first()
    place = Q(unit__in=tree.path_ids(scheme.unit.path)) | tree.lies_inside(
        [scheme.unit.path], "unit__path"
    )
    rounds = Round.objects.filter(place, reference_date__gte=scheme.effective_from).exclude(
        closed_at=None
    )
    return list(rounds.filter(reference_date__lt=until) if until else rounds)


def refuse_closed(scheme, sentence):
    if rounds := closed_rounds(scheme):
        raise ValidationError(f"“{rounds[0]}”已关闭，按这个办法评过分，{sentence}")


def label(name):
    return Scheme._meta.get_field(name).verbose_name


def differences(old, had, new, weights):
    """{label: [old, new]} of what a scheme says and what each standard weighs, in words."""
    pairs = {label(name): [spoken(old, name), spoken(new, name)] for name in (*SAYS, *DECIDES)}
    before, after = ({weight.code: weighed(weight) for weight in each} for each in (had, weights))
    names = dict(
        Standard.objects.filter(code__in={*before, *after})
        .order_by("effective_from")
        .values_list("code", "name")
    )
    for code in {**before, **after}:
        pairs[names.get(code, code)] = [before.get(code, ""), after.get(code, "")]
    return {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}


def spoken(scheme, name):
    if scheme is None:
        return ""
    value = getattr(scheme, f"get_{name}_display", lambda: getattr(scheme, name))()
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def weighed(weight):
    return f"{float(weight.points):g} 分，{Way(weight.way).label}"


def note(scheme, *, by, verb, changes):
    """The line of the trail, at the scheme's unit."""
    what = f"{scheme.name}（自 {scheme.effective_from} 起）"
    given = {"path": scheme.unit.path, "target": f"scheme:{scheme.pk}", "changes": changes}
    write_entries(
        audit_entry(
            by=by,
            verb=verb,
            what=what,
            source=AuditSource.PAGE if by else AuditSource.COMMAND,
            **given,
        )
    )
