"""What reviewers do with the rule book, each with its line in the trail.

Whose business a standard is, the caller asks.
"""

from copy import copy
from datetime import date, timedelta

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
# What the parts of a composite have of their whole.
TOGETHER = ("region_code", "region_name", "effective_from", "effective_to")
CHANGED_MEANWHILE = "这条标准刚被别人改过，您的修改没有保存。请核对现在的内容后再改。"
FROZEN_PARTS = "“{}”已有审定的结果，分项不能再改；要改请先出新版本。"


@transaction.atomic
def create_standard(*, by, standard) -> Standard:
    """Store a new standard, last in the book.

    Raises ValidationError for a part of a composite whose verdicts stand.
    """
    if standard.parent:
        refuse_frozen_parts(standard.parent)
    standard.code = standard.code or unused_code(standard.region_code)
    last = Standard.objects.aggregate(last=Max("position"))["last"] or 0
    standard.position = last + 1
    standard.full_clean()
    standard.save()
    changes = standard_changes(Standard(), standard)
    write_standard_entry(standard, by=by, verb="新增标准", changes=changes)
    roll_up_anew(standard)
    return standard


def refuse_frozen_parts(whole) -> None:
    """Raise ValidationError where approved rounds stand by a composite: its parts must stay."""
    rounds = settled_rounds(whole)
    if rounds:
        raise ValidationError(FROZEN_PARTS.format(rounds[0]))


def unused_code(region_code) -> str:
    """A code nobody uses: the region's six digits and a number."""
    head = f"r{region_code[:6]}-"
    used = set(Standard.objects.filter(code__startswith=head).values_list("code", flat=True))
    number = 1
    while f"{head}{number}" in used:
        number += 1
    return f"{head}{number}"


@transaction.atomic
def correct_standard(*, by, standard, seen) -> None:
    """Store another wording of a version; `seen` is the revision the person looked at.

    Raises ValidationError where it changed meanwhile or its verdicts stand.
    """
    old = Standard.objects.select_related("parent").get(pk=standard.pk)
    refuse_settled(old, standard)
    store_if_unchanged(standard, seen)
    before = {name: getattr(old, name) for name in TOGETHER}
    after = {name: getattr(standard, name) for name in TOGETHER}
    old.children.filter(**before).update(**after)
    changes = standard_changes(old, standard)
    if changes:
        write_standard_entry(standard, by=by, verb="更正标准", changes=changes)
        roll_up_anew(old, standard)


def refuse_settled(old, new) -> None:
    """Raise ValidationError where a change would give approved rounds other verdicts."""
    altered = [name for name in DECIDING if getattr(old, name) != getattr(new, name)]
    if not altered and old.effective_to == new.effective_to:
        return
    rounds = settled_rounds(old)
    if altered and rounds:
        label = Standard._meta.get_field(altered[0]).verbose_name
        raise ValidationError(f"“{rounds[0]}”已有审定的结果，{label}不能再改；要改请出新版本。")
    refuse_end(new.effective_to, rounds)


def refuse_end(last_day, rounds) -> None:
    """Raise ValidationError where a version would end before one of the rounds that stand by it."""
    if not last_day:
        return
    for round in rounds:
        day = round.reference_date
        if last_day < day:
            raise ValidationError(
                f"“{round}”（基准日 {day}）已按这一版审定，失效日期不能早于这一天。"
            )


def store_if_unchanged(standard, seen) -> None:
    """Store the row if it is still at the revision that was seen. Raises ValidationError."""
    values = {name: getattr(standard, name) for name in NAMES}
    unchanged = Standard.objects.filter(pk=standard.pk, revision=seen)
    if not unchanged.update(**values, revision=F("revision") + 1):
        raise ValidationError(CHANGED_MEANWHILE)


def claim_revision(standard, seen) -> None:
    """Count one revision more if it is still the one that was seen. Raises ValidationError."""
    unchanged = Standard.objects.filter(pk=standard.pk, revision=seen)
    if not unchanged.update(revision=F("revision") + 1):
        raise ValidationError(CHANGED_MEANWHILE)


@transaction.atomic
def new_version(*, by, old, new, seen) -> Standard:
    """Let `new`, unsaved, follow `old`, which ends the day before with its parts.

    Rounds before that day keep their verdicts. Raises ValidationError where `old` changed meanwhile
    or approved rounds stand by it later.
    """
    last_day = new.effective_from - timedelta(days=1)
    refuse_end(last_day, settled_rounds(old))
    claim_revision(old, seen)
    added = store_successor(old, new, new.effective_from)
    ends = {"失效日期": [old.effective_to, last_day_before(old, new.effective_from)]}
    write_standard_entry(old, by=by, verb="标准失效", changes=ends)
    write_standard_entry(new, by=by, verb="新版本", changes=standard_changes(old, new))
    roll_up_anew(old, *added)
    return new


def store_successor(old, new, since) -> list[Standard]:
    """Store `new` after `old`, and copies of the parts of `old` after those.

    The rows that were added.
    """
    Standard.objects.filter(pk=old.pk).update(effective_to=last_day_before(old, since))
    new.code, new.position, new.revision = old.code, old.position, 0
    new.replaces = None
    new.full_clean()
    new.save()
    copy_region_costs(old, new)
    added = [new]
    for part in old.children.filter(Q(effective_to=None) | Q(effective_to__gte=since)):
        copied = unsaved_copy(part, parent=new, effective_from=since, effective_to=new.effective_to)
        added += store_successor(part, copied, since)
    return added


def copy_region_costs(old, new) -> None:
    """Give a version the costs of single regions that the version before it has."""
    copies = []
    for each in old.costs.all():
        copied = UnitCost(standard=new, region_code=each.region_code)
        copied.cost, copied.source = each.cost, each.source
        copies.append(copied)
    UnitCost.objects.bulk_create(copies)


def last_day_before(old, since) -> date:
    """The last day of a version that another one follows on `since`."""
    before = since - timedelta(days=1)
    return min(old.effective_to or before, before)


def unsaved_copy(standard, **changes) -> Standard:
    """An unsaved copy of a standard, with these attributes instead of its own."""
    copied = Standard()
    for field in Standard._meta.concrete_fields:
        if not field.primary_key:
            setattr(copied, field.attname, getattr(standard, field.attname))
    for name, value in changes.items():
        setattr(copied, name, value)
    return copied


@transaction.atomic
def retire_standard(*, by, standard, last_day, seen) -> None:
    """Let a version, and its parts, end with a day.

    Raises ValidationError where it changed meanwhile or approved rounds stand by it later.
    """
    refuse_end(last_day, settled_rounds(standard))
    old = copy(standard)
    standard.effective_to = last_day
    standard.validate_constraints()
    store_if_unchanged(standard, seen)
    later = Q(effective_to=None) | Q(effective_to__gt=last_day)
    standard.children.filter(later).update(effective_to=last_day, revision=F("revision") + 1)
    changes = standard_changes(old, standard)
    write_standard_entry(standard, by=by, verb="停用标准", changes=changes)
    roll_up_anew(old, standard)


@transaction.atomic
def delete_standard(*, by, standard) -> None:
    """Take a version that never judged anything out of the book.

    Raises ValidationError for any other.
    """
    for each in (standard, *standard.children.all()):
        rounds = judged_rounds(each)
        if rounds:
            raise ValidationError(f"“{rounds[0]}”按它评价过，不能删除；不再使用的请停用。")
    changes = standard_changes(standard, Standard())
    write_standard_entry(standard, by=by, verb="删除标准", changes=changes)
    standard.delete()


@transaction.atomic
def compose_standard(*, by, whole, parts, seen) -> None:
    """Make `whole` consist of these standards in this order.

    Those that are not its own are copied into it with its dates and region; what it loses stays a
    standard by itself. Raises ValidationError where it changed meanwhile or its verdicts stand.
    """
    refuse_frozen_parts(whole)
    claim_revision(whole, seen)
    before = list(whole.children.all())
    lost = [part.pk for part in before if part not in parts]
    Standard.objects.filter(pk__in=lost).update(parent=None, revision=F("revision") + 1)
    after = []
    for part in parts:
        after.append(part if part in before else copy_as_part(part, whole))
    for place, part in enumerate(after, start=1):
        Standard.objects.filter(pk=part.pk).update(position=whole.position + place)
    changes = {"分项": [names_in_line(before), names_in_line(after)]}
    write_standard_entry(whole, by=by, verb="调整分项", changes=changes)
    roll_up_anew(whole)


def names_in_line(standards) -> str:
    """The names of some standards in one line."""
    return "、".join(standard.name for standard in standards)


def copy_as_part(standard, whole) -> Standard:
    """A copy of a standard, stored as a part of `whole`."""
    shared = {name: getattr(whole, name) for name in TOGETHER}
    code = unused_code(whole.region_code)
    part = unsaved_copy(standard, parent=whole, revision=0, successor="", code=code, **shared)
    part.full_clean()
    part.save()
    return part


@transaction.atomic
def set_region_costs(*, by, standard, costs) -> None:
    """Store what one unit of gap costs in single regions, in place of what was there.

    `costs` are {region code: (yuan, source)}.
    """
    before = {}
    for cost in standard.costs.all():
        before[cost.region_code] = (cost.cost, cost.source)
    standard.costs.exclude(region_code__in=costs).delete()
    for code, (yuan, source) in costs.items():
        if before.get(code) != (yuan, source):
            values = {"cost": yuan, "source": source}
            UnitCost.objects.update_or_create(standard=standard, region_code=code, defaults=values)
    changes = {}
    for code in sorted({*before, *costs}):
        old, new = cost_text(before.get(code)), cost_text(costs.get(code))
        if old != new:
            changes[f"{code} 费用"] = [old, new]
    if changes:
        write_standard_entry(standard, by=by, verb="改地区费用", changes=changes)


def cost_text(cost) -> str:
    """`200 元 造价站` of (yuan, source); "" where there is no cost."""
    if not cost:
        return ""
    yuan, source = cost
    return f"{yuan} 元 {source}".strip()


def standard_changes(old, new) -> dict[str, list]:
    """{label: [old, new]} in the words of the sheet."""
    return StandardResource().changes(old, new)


def write_standard_entry(standard, *, by, verb, changes) -> None:
    """Write the line of the trail, in the standard's region."""
    in_words = {}
    for label, pair in changes.items():
        in_words[label] = ["" if value is None else str(value) for value in pair]
    entry = audit_entry(
        by=by,
        verb=verb,
        what=f"{standard.name}（{standard.period}）",
        path=region_path(standard) or "",
        target=f"standard:{standard.pk}",
        changes=in_words,
    )
    write_entries(entry)


def roll_up_anew(*standards) -> None:
    """Mark the rounds these versions judge to be rolled up anew.

    Other rounds keep what is stored.
    """
    rounds = set()
    for standard in standards:
        rounds.update(round.pk for round in judged_rounds(standard))
    if rounds:
        mark_all_stale(Round.objects.filter(pk__in=rounds))
