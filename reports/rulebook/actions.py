"""What reviewers do with the rule book, each with its line in the trail; whose business a standard is, the caller asks."""

from copy import copy
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Q

from accounts.audit import audit_entry, write_entries
from reports.engine.tallies import mark_all_stale
from reports.models import Standard, UnitCost
from reports.resources import NAMES, StandardResource
from reports.rulebook.reach import judged_rounds, region_path, settled_rounds
from surveys.models import Round

# What decides a verdict: it stays once something was approved by it.
DECIDING = (
    "level",
    "kinds",
    "governance",
    "region_code",
    "region_name",
    "region_known",
    "effective_from",
    "why_not",
    "actual",
    "lower",
    "upper",
    "applies_when",
)
TOGETHER = (
    "region_code",
    "region_name",
    "effective_from",
    "effective_to",
)  # parts have these of their whole
CHANGED_MEANWHILE = "这条标准刚被别人改过，您的修改没有保存。请核对现在的内容后再改。"

FROZEN_PARTS = "“{}”已有审定的结果，分项不能再改；要改请先出新版本。"


@transaction.atomic
def create(*, by, standard):
    """A new standard, last in the book. Raises ValidationError for a part of a composite whose verdicts stand."""
    if standard.parent and (rounds := settled_rounds(standard.parent)):
        raise ValidationError(FROZEN_PARTS.format(rounds[0]))
    standard.code = standard.code or free_code(standard.region_code)
    standard.position = 1 + (Standard.objects.aggregate(last=Max("position"))["last"] or 0)
    standard.full_clean()
    standard.save()
    note(standard, by=by, verb="新增标准", changes=differences(Standard(), standard))
    follow(standard)
    return standard


def free_code(region_code):
    """A code nobody uses: the region's six digits and a number."""
    head = f"r{region_code[:6]}-"
    used = {*Standard.objects.filter(code__startswith=head).values_list("code", flat=True)}
    return next(
        code for number in range(1, len(used) + 2) if (code := f"{head}{number}") not in used
    )


@transaction.atomic
def correct(*, by, standard, seen):
    """Another wording of the same version. Raises ValidationError where it changed meanwhile or its verdicts stand."""
    old = Standard.objects.select_related("parent").get(pk=standard.pk)
    refuse_settled(old, standard)
    rewrite(standard, seen)
    same = {name: getattr(old, name) for name in TOGETHER}
    old.children.filter(**same).update(**{name: getattr(standard, name) for name in TOGETHER})
    changes = differences(old, standard)
    if changes:
        note(standard, by=by, verb="更正标准", changes=changes)
        follow(old, standard)


def refuse_settled(old, new):
    """Raises ValidationError where a change would give approved rounds other verdicts."""
    altered = [name for name in DECIDING if getattr(old, name) != getattr(new, name)]
    rounds = settled_rounds(old) if altered or old.effective_to != new.effective_to else []
    if altered and rounds:
        label = Standard._meta.get_field(altered[0]).verbose_name
        raise ValidationError(f"“{rounds[0]}”已有审定的结果，{label}不能再改；要改请出新版本。")
    refuse_end(new.effective_to, rounds)


def refuse_end(last_day, rounds):
    """Raises ValidationError where a version would end before a round that stands by it."""
    late = [round for round in rounds if last_day and last_day < round.reference_date]
    if late:
        raise ValidationError(
            f"“{late[0]}”（基准日 {late[0].reference_date}）已按这一版审定，失效日期不能早于这一天。"
        )


def rewrite(standard, seen):
    """Store the row if it is still as it was seen. Raises ValidationError."""
    values = {name: getattr(standard, name) for name in NAMES}
    written = Standard.objects.filter(pk=standard.pk, revision=seen).update(
        **values, revision=F("revision") + 1
    )
    if not written:
        raise ValidationError(CHANGED_MEANWHILE)


@transaction.atomic
def new_version(*, by, old, new, seen):
    """Let `new`, unsaved, follow `old`: that one ends the day before, with its parts; rounds before keep their verdicts."""
    refuse_end(new.effective_from - timedelta(days=1), settled_rounds(old))
    if not Standard.objects.filter(pk=old.pk, revision=seen).update(revision=F("revision") + 1):
        raise ValidationError(CHANGED_MEANWHILE)
    added = succeed(old, new, new.effective_from)
    note(
        old,
        by=by,
        verb="标准失效",
        changes={"失效日期": [old.effective_to, ended(old, new.effective_from)]},
    )
    note(new, by=by, verb="新版本", changes=differences(old, new))
    follow(old, *added)
    return new


def succeed(old, new, since):
    """Store `new` after `old`, and copies of the parts of `old` after those; the rows that were added."""
    Standard.objects.filter(pk=old.pk).update(effective_to=ended(old, since))
    new.code, new.position, new.revision = old.code, old.position, 0
    new.replaces = None
    new.full_clean()
    new.save()
    UnitCost.objects.bulk_create(
        UnitCost(standard=new, region_code=each.region_code, cost=each.cost, source=each.source)
        for each in old.costs.all()
    )
    added = [new]
    for part in old.children.filter(Q(effective_to=None) | Q(effective_to__gte=since)):
        added += succeed(
            part, twin(part, parent=new, effective_from=since, effective_to=new.effective_to), since
        )
    return added


def ended(old, since):
    """The last day of a version that another one follows on `since`."""
    before = since - timedelta(days=1)
    return min(old.effective_to or before, before)


def twin(standard, **changes):
    """An unsaved copy."""
    fields = [field for field in Standard._meta.concrete_fields if not field.primary_key]
    made = Standard(**{field.attname: getattr(standard, field.attname) for field in fields})
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@transaction.atomic
def retire(*, by, standard, last_day, seen):
    """Let a version, and its parts, end with a day. Raises ValidationError where approved rounds stand by it later."""
    refuse_end(last_day, settled_rounds(standard))
    old = copy(standard)
    standard.effective_to = last_day
    standard.validate_constraints()
    rewrite(standard, seen)
    later = Q(effective_to=None) | Q(effective_to__gt=last_day)
    standard.children.filter(later).update(effective_to=last_day, revision=F("revision") + 1)
    note(standard, by=by, verb="停用标准", changes=differences(old, standard))
    follow(old, standard)


@transaction.atomic
def delete(*, by, standard):
    """Take a version that never judged anything out of the book. Raises ValidationError for any other."""
    family = [standard, *standard.children.all()]
    if rounds := [round for each in family for round in judged_rounds(each)]:
        raise ValidationError(f"“{rounds[0]}”按它评价过，不能删除；不再使用的请停用。")
    note(standard, by=by, verb="删除标准", changes=differences(standard, Standard()))
    standard.delete()


@transaction.atomic
def compose(*, by, whole, parts, seen):
    """Make `whole` consist of these standards in this order.

    Those that are not its own are copied into it with its dates and region; what it loses stays a standard by itself.
    """
    if rounds := settled_rounds(whole):
        raise ValidationError(FROZEN_PARTS.format(rounds[0]))
    if not Standard.objects.filter(pk=whole.pk, revision=seen).update(revision=F("revision") + 1):
        raise ValidationError(CHANGED_MEANWHILE)
    before = list(whole.children.all())
    lost = [part for part in before if part not in parts]
    Standard.objects.filter(pk__in=[part.pk for part in lost]).update(
        parent=None, revision=F("revision") + 1
    )
    own = [part if part in before else adopt(part, whole) for part in parts]
    for place, part in enumerate(own, start=1):
        Standard.objects.filter(pk=part.pk).update(position=whole.position + place)
    names = ["、".join(part.name for part in each) for each in (before, own)]
    note(whole, by=by, verb="调整分项", changes={"分项": names})
    follow(whole)


def adopt(standard, whole):
    """A copy of a standard as a part of `whole`."""
    given = {name: getattr(whole, name) for name in TOGETHER}
    part = twin(
        standard, parent=whole, revision=0, successor="", code=free_code(whole.region_code), **given
    )
    part.full_clean()
    part.save()
    return part


@transaction.atomic
def price(*, by, standard, costs):
    """What one unit of gap costs in single regions: {region code: (yuan, source)}, in place of what was there."""
    before = {cost.region_code: (cost.cost, cost.source) for cost in standard.costs.all()}
    standard.costs.exclude(region_code__in=costs).delete()
    for code, (yuan, source) in costs.items():
        if before.get(code) != (yuan, source):
            given = {"cost": yuan, "source": source}
            UnitCost.objects.update_or_create(standard=standard, region_code=code, defaults=given)
    pairs = {
        f"{code} 费用": [spoken(before.get(code)), spoken(costs.get(code))]
        for code in {*before, *costs}
    }
    changes = {label: pair for label, pair in sorted(pairs.items()) if pair[0] != pair[1]}
    if changes:
        note(standard, by=by, verb="改地区费用", changes=changes)


def spoken(cost):
    return f"{cost[0]} 元 {cost[1]}".strip() if cost else ""


def differences(old, new):
    """{label: [old, new]} in the words of the sheet."""
    return StandardResource().changes(old, new)


def note(standard, *, by, verb, changes):
    """The line of the trail, in the standard's region."""
    path, what = region_path(standard) or "", f"{standard.name}（{standard.period}）"
    shown = {
        label: ["" if each is None else str(each) for each in pair]
        for label, pair in changes.items()
    }
    write_entries(
        audit_entry(
            by=by, verb=verb, what=what, path=path, target=f"standard:{standard.pk}", changes=shown
        )
    )


def follow(*standards):
    """Whatever these versions judge is rolled up anew; other rounds keep what is stored."""
    found = {round.pk for standard in standards for round in judged_rounds(standard)}
    if found:
        mark_all_stale(Round.objects.filter(pk__in=found))
