"""What a bureau does with its own items of a round: ask, change, order, withdraw, ask again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities import bulk
from communities.models import Level
from surveys.actions.hooks import saved
from surveys.actions.opening import note_round
from surveys.actions.rounds import tell_round
from surveys.bulk import carry_columns
from surveys.extras import NAME, asked_own_items, round_own_items
from surveys.models import Extra, ExtraRecord, Round
from surveys.models.extra import MOST, SLOTS
from surveys.models.round import State

# What an answer means: it stays once somebody answered.
MEANING = ("label", "kind", "unit", "lowest", "highest", "words")
YES_NO = {True: "是", False: "否"}
FULL = f"补充项最多 {MOST} 项（一页）。请先撤下不再需要的。"


@transaction.atomic
def ask(*, round, extra, by) -> None:
    """Ask one more thing, `extra` unsaved.

    Raises ValidationError where the page is full or the round is over.
    """
    round = lock_round(round)
    first = not round.asks_extras
    add_item(round, extra, by)
    update_measures(round)
    note_round(round, "新增补充项", {extra.label: [None, extra.words_said]}, by)
    if first and round.state == State.OPEN:
        tell_round(round, f"“{round.title}”有了补充项，请在“本期补充”中填写。", by)


def lock_round(round) -> Round:
    """The round as it is, kept for this transaction. Raises ValidationError where it is closed."""
    rounds = Round.objects.select_for_update(no_key=True, of=("self",))
    found = rounds.select_related("unit").get(pk=round.pk)
    if found.closed_at:
        raise ValidationError(f"“{found.title}”已关闭，补充项随数据归档，不再改动。")
    if not found.filings.asked().filter(level=Level.COMMUNITY).exists():
        raise ValidationError("本期没有社区填报，补充项没有人填。")
    return found


def add_item(round, extra, by) -> None:
    """Store a new item last in the list, with a code nobody uses where it has none."""
    asked = round.extras.asked()
    if asked.count() >= MOST:
        raise ValidationError(FULL)
    (extra.pk,) = bulk.reserve_ids(Extra, 1)
    extra.round, extra.by = round, by
    extra.code = extra.code or f"q_{extra.pk}"
    extra.slot = free_slot(round, extra.slot)
    last_position = max(asked.values_list("position", flat=True), default=0)
    extra.position = last_position + 1
    extra.full_clean()
    extra.save(force_insert=True)


def free_slot(round, wanted=None) -> int:
    """A slot no item of this round has.

    The one wanted, else one that stood for nothing before, if possible. A slot given up lately
    comes last: somebody may still have the page with the old question open.
    """
    used = set(round.extras.values_list("slot", flat=True))
    last = max(used, default=0)
    others = Extra.objects.around(round.unit).exclude(round=round)
    earlier = set(others.values_list("slot", flat=True))
    free = set(SLOTS) - used
    if not free:
        raise ValidationError("本期加过又撤下的补充项太多，不能再加。")
    return min(free, key=lambda slot: (slot != wanted, slot in earlier, slot <= last, slot))


def update_measures(round) -> None:
    """The round asks what it asks now: the measures of its filings follow.

    Once it asked something the round is marked for good, so that numbers of withdrawn items go
    everywhere.
    """
    Round.objects.filter(pk=round.pk).update(asks_extras=True)
    now = Round.objects.select_related("unit").get(pk=round.pk)
    saved(now, now.filings.values("pk"))


@transaction.atomic
def change(*, extra, by) -> None:
    """Store another wording of an item; what its answer means only while nobody answered.

    A changed meaning gets a slot of its own, so that an answer typed on an older page is none to
    the new question.
    """
    round = lock_round(extra.round)
    before = round.extras.filter(pk=extra.pk).first()
    if not before or before.retired_at:
        raise ValidationError("这一项刚才被别人撤下了。")
    extra.round = round
    if meaning_of(before) != meaning_of(extra):
        if before.answers.exists():
            raise ValidationError(
                f"“{before.label}”已经有人填了，名称、答案和范围不能再改。可以撤下，另加一项。"
            )
        extra.slot = free_slot(round)
    extra.full_clean()
    extra.save()
    update_measures(round)
    changes = item_changes(before, extra) or {extra.label: [None, extra.words_said]}
    note_round(round, "更改补充项", changes, by)


def meaning_of(item) -> list:
    """What an answer to the item means."""
    return [getattr(item, name) for name in MEANING]


def item_changes(before, after) -> dict[str, list]:
    """{what: [old, new]} of what differs, as people say it."""
    pairs = {
        "名称": (before.label, after.label),
        f"{after.label}·答案": (before.words_said, after.words_said),
        f"{after.label}·必填": (YES_NO[before.required], YES_NO[after.required]),
        f"{after.label}·口径": (before.hint, after.hint),
    }
    changes = {}
    for label, (old, new) in pairs.items():
        if old != new:
            changes[label] = [old or None, new or None]
    return changes


@transaction.atomic
def withdraw(*, extra, by) -> None:
    """Ask it no more. What was answered stays readable; an item nobody answered goes."""
    round = lock_round(extra.round)
    if extra.answers.exists():
        Extra.objects.filter(pk=extra.pk, retired_at=None).update(retired_at=timezone.now())
    else:
        Extra.objects.filter(pk=extra.pk).delete()
    update_measures(round)
    note_round(round, "撤下补充项", {extra.label: [extra.words_said, None]}, by)


@transaction.atomic
def move(*, extra, step, by) -> None:
    """Let it stand one place further up (-1) or down (1) among the items of its subject.

    Nothing happens to the first or last of a subject, nor to an item that is gone.
    """
    round = lock_round(extra.round)
    asked = asked_own_items(round)
    if extra not in asked:
        return
    here = asked.index(extra)
    there = here + step
    if there not in range(len(asked)) or asked[there].section != asked[here].section:
        return
    asked[here], asked[there] = asked[there], asked[here]
    for position, each in enumerate(asked, 1):
        Extra.objects.filter(pk=each.pk).update(position=position)
    order = "、".join(each.label for each in asked)
    note_round(round, "调整补充项次序", {"次序": [None, order]}, by)


def earlier_round_with_items(round) -> Round | None:
    """The latest earlier round over the same unit that asked something of its own, or None."""
    items = Extra.objects.asked().filter(round__in=Round.objects.covering(round.unit))
    earlier = items.filter(round__reference_date__lt=round.reference_date)
    last = earlier.order_by("-round__reference_date").select_related("round__unit").first()
    return last.round if last else None


def askable_again(round) -> list[Extra]:
    """Items of the latest earlier round that asked any, which this one does not ask yet."""
    source = earlier_round_with_items(round)
    if source is None:
        return []
    known = set()
    for item in round_own_items(round):
        known.update((item.code, item.label))
    missing = []
    for item in asked_own_items(source):
        if not known & {item.code, item.label}:
            missing.append(item)
    return missing


@transaction.atomic
def ask_again(*, round, extras, by) -> None:
    """Ask items of an earlier round once more, under their codes.

    What each unit answered then is carried on.
    """
    round = lock_round(round)
    if not extras:
        raise ValidationError("请先勾选要沿用的补充项。")
    copies = [copy_item(round, extra, by) for extra in extras]
    carried = set()
    for old, new in zip(extras, copies, strict=True):
        if old.slot == new.slot:
            carried.add(new.column)
    if carried:
        carry_columns(ExtraRecord, carried, round, extras[0].round)
        if NAME not in round.carried:
            Round.objects.filter(pk=round.pk).update(carried=[*round.carried, NAME])
    update_measures(round)
    changes = {}
    for extra in copies:
        changes[extra.label] = [None, extra.words_said]
    note_round(round, "沿用补充项", changes, by)


def copy_item(round, old, by) -> Extra:
    """An item of an earlier round, asked in this one, in its old slot where that is free."""
    same = ("code", "slot", *MEANING, "required", "section", "hint")
    values = {}
    for name in same:
        values[name] = getattr(old, name)
    new = Extra(**values)
    add_item(round, new, by)
    return new
