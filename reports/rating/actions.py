"""What reviewers do with the schemes of their area, each with its line in the trail.

Whose business a scheme is, the caller asks.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditSource
from communities import tree
from reports.models import Scheme, ScoringMethod, Standard, Weight
from surveys.models import Round

SAYS = ("name", "effective_from", "source", "note")
DECIDES = ("unknown", "least_known", "stars")
CHANGED_MEANWHILE = "这个评分办法刚被别人改过，您的修改没有保存。请核对现在的内容后再改。"


@transaction.atomic
def set_up_scheme(*, by, scheme, weights) -> Scheme:
    """Store a new scheme, or a new version of one from its day on.

    `weights` are unsaved, in their order. Raises ValidationError where a closed round would be
    rated anew by it.
    """
    refuse_rerating(scheme)
    scheme.full_clean()
    scheme.save()
    store_weights(scheme, weights)
    changes = scheme_changes(None, (), scheme, weights)
    write_scheme_entry(scheme, by=by, verb="新增评分办法", changes=changes)
    return scheme


def refuse_rerating(scheme) -> None:
    """Raise ValidationError where a closed round falls into the days of the new version."""
    before = version_before(scheme)
    if before is None:
        return
    for round in closed_rounds(before):
        if round.reference_date >= scheme.effective_from:
            raise ValidationError(
                f"“{round}”已关闭，按“{before}”评过分；新办法请从 {round.reference_date} 之后生效。"
            )


@transaction.atomic
def change_scheme(*, by, scheme, weights, seen) -> None:
    """Store another content of a version; `seen` is the revision the person looked at.

    Raises ValidationError where it changed meanwhile, or where a closed round was rated by it.
    """
    old = Scheme.objects.select_related("unit").get(pk=scheme.pk)
    old_weights = list(old.weights.all())
    changes = scheme_changes(old, old_weights, scheme, weights)
    harmless = {scheme_field_label(name) for name in SAYS if name != "effective_from"}
    if set(changes) - harmless:
        refuse_rated_by(old, "不能再改分值、星级和生效日期；要改请出新办法。")
    scheme.full_clean()
    values = {name: getattr(scheme, name) for name in (*SAYS, *DECIDES)}
    unchanged = Scheme.objects.filter(pk=scheme.pk, revision=seen)
    if not unchanged.update(**values, revision=F("revision") + 1):
        raise ValidationError(CHANGED_MEANWHILE)
    old.weights.all().delete()
    store_weights(scheme, weights)
    if changes:
        write_scheme_entry(scheme, by=by, verb="修改评分办法", changes=changes)


@transaction.atomic
def delete_scheme(*, by, scheme) -> None:
    """Take back a version by which no closed round was rated.

    Raises ValidationError for any other.
    """
    refuse_rated_by(scheme, "不能删除。")
    changes = scheme_changes(scheme, scheme.weights.all(), None, ())
    write_scheme_entry(scheme, by=by, verb="删除评分办法", changes=changes)
    scheme.delete()


def store_weights(scheme, weights) -> None:
    """Write the weights of a scheme anew, numbered in their order."""
    for position, weight in enumerate(weights, start=1):
        weight.pk = None
        weight.scheme = scheme
        weight.position = position
        weight.full_clean()
    Weight.objects.bulk_create(weights)


def version_before(scheme) -> Scheme | None:
    """The version of the same unit in force on the day before this one begins, or None."""
    others = Scheme.objects.filter(unit=scheme.unit_id, effective_from__lt=scheme.effective_from)
    return others.order_by("-effective_from").first()


def closed_rounds(scheme) -> list[Round]:
    """The closed rounds this version rates, the newest first.

    They are of its days, and of units around its own or inside it.
    """
    around = Q(unit__in=tree.path_ids(scheme.unit.path))
    inside = tree.lies_inside([scheme.unit.path], "unit__path")
    rounds = Round.objects.filter(around | inside, reference_date__gte=scheme.effective_from)
    closed = rounds.exclude(closed_at=None)
    later = Scheme.objects.filter(unit=scheme.unit_id, effective_from__gt=scheme.effective_from)
    until = later.order_by("effective_from").values_list("effective_from", flat=True).first()
    if until:
        closed = closed.filter(reference_date__lt=until)
    return list(closed)


def refuse_rated_by(scheme, sentence) -> None:
    """Raise ValidationError where a closed round was rated by this version."""
    rounds = closed_rounds(scheme)
    if rounds:
        raise ValidationError(f"“{rounds[0]}”已关闭，按这个办法评过分，{sentence}")


def scheme_field_label(name) -> str:
    """What a field of a scheme is called on the pages and in the trail."""
    return Scheme._meta.get_field(name).verbose_name


def scheme_changes(old, old_weights, new, new_weights) -> dict[str, list[str]]:
    """{label: [old, new]} of what a scheme says and what each standard weighs, in words.

    `old` is None for a new scheme, `new` for one that is deleted.
    """
    pairs = {}
    for name in (*SAYS, *DECIDES):
        pairs[scheme_field_label(name)] = [scheme_value(old, name), scheme_value(new, name)]
    before = {weight.code: weight_text(weight) for weight in old_weights}
    after = {weight.code: weight_text(weight) for weight in new_weights}
    codes = {**before, **after}
    names = latest_names(codes)
    for code in codes:
        pairs[names.get(code, code)] = [before.get(code, ""), after.get(code, "")]
    return {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}


def latest_names(codes) -> dict[str, str]:
    """{code: name} of standards, each as its newest version calls it."""
    versions = Standard.objects.filter(code__in=codes).order_by("effective_from")
    return dict(versions.values_list("code", "name"))


def scheme_value(scheme, name) -> str:
    """What a field of a scheme says, in words; "" of no scheme."""
    if scheme is None:
        return ""
    display = getattr(scheme, f"get_{name}_display", None)
    value = display() if display else getattr(scheme, name)
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)


def weight_text(weight) -> str:
    """`10 分，按比例`"""
    return f"{float(weight.points):g} 分，{ScoringMethod(weight.way).label}"


def write_scheme_entry(scheme, *, by, verb, changes) -> None:
    """Write the line of the trail, at the scheme's unit; `by` is None for a command."""
    entry = audit_entry(
        by=by,
        verb=verb,
        what=f"{scheme.name}（自 {scheme.effective_from} 起）",
        source=AuditSource.PAGE if by else AuditSource.COMMAND,
        path=scheme.unit.path,
        target=f"scheme:{scheme.pk}",
        changes=changes,
    )
    write_entries(entry)
