"""What a bureau does with the items it asks in one round: asked, changed, put in order, withdrawn, asked once more."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities import bulk
from communities.models import Level
from surveys.actions.hooks import saved
from surveys.actions.opening import note_round
from surveys.actions.rounds import tell
from surveys.bulk import carry_columns
from surveys.extras import NAME, asked_own_items, round_own_items
from surveys.models import Extra, ExtraRecord, Round
from surveys.models.extra import MOST, SLOTS
from surveys.models.round import State

# What an answer means: it stays once somebody answered.
MEANING = ("label", "kind", "unit", "lowest", "highest", "words")
FULL = f"补充项最多 {MOST} 项（一页）。请先撤下不再需要的。"


@transaction.atomic
def ask(*, round, extra, by):
    """Ask one more thing, `extra` unsaved. Raises ValidationError where the page is full or the round is over."""
    round = locked(round)
    first = not round.asks_extras
    add(round, extra, by)
    follow(round)
    note_round(round, "新增补充项", {extra.label: [None, extra.words_said]}, by)
    if first and round.state == State.OPEN:
        tell(round, f"“{round.title}”有了补充项，请在“本期补充”中填写。", by)


def locked(round):
    """The round as it is, kept for this transaction. Raises ValidationError where it is closed."""
    found = (
        Round.objects.select_for_update(no_key=True, of=("self",))
        .select_related("unit")
        .get(pk=round.pk)
    )
    if found.closed_at:
        raise ValidationError(f"“{found.title}”已关闭，补充项随数据归档，不再改动。")
    if not found.filings.asked().filter(level=Level.COMMUNITY).exists():
        raise ValidationError("本期没有社区填报，补充项没有人填。")
    return found


def add(round, extra, by):
    """Store a new item last in the list, with a code nobody uses where it has none."""
    asked = round.extras.asked()
    if asked.count() >= MOST:
        raise ValidationError(FULL)
    (extra.pk,) = bulk.reserve_ids(Extra, 1)
    extra.round, extra.by = round, by
    extra.code = extra.code or f"q_{extra.pk}"
    extra.slot = free_slot(round, extra.slot)
    extra.position = 1 + max(asked.values_list("position", flat=True), default=0)
    extra.full_clean()
    extra.save(force_insert=True)


def free_slot(round, wanted=None):
    """A slot no item of this round has: the one wanted, else one that stood for nothing before, if possible.

    A slot given up lately comes last: somebody may still have the page with the old question open.
    """
    used = {*round.extras.values_list("slot", flat=True)}
    last = max(used, default=0)
    earlier = {
        *Extra.objects.around(round.unit).exclude(round=round).values_list("slot", flat=True)
    }
    free = sorted(
        {*SLOTS} - used, key=lambda slot: (slot != wanted, slot in earlier, slot <= last, slot)
    )
    if not free:
        raise ValidationError("本期加过又撤下的补充项太多，不能再加。")
    return free[0]


def follow(round):
    """The round asks what it asks now: the measures of its filings follow.

    Once it asked something the round is marked for good, so that numbers of withdrawn items go everywhere.
    """
    Round.objects.filter(pk=round.pk).update(asks_extras=True)
    now = Round.objects.select_related("unit").get(pk=round.pk)
    saved(now, now.filings.values("pk"))


@transaction.atomic
def change(*, extra, by):
    """Store another wording of an item; what its answer means only while nobody answered.

    A changed meaning gets a slot of its own, so that an answer typed on an older page is none to the new question.
    """
    round = locked(extra.round)
    before = round.extras.filter(pk=extra.pk).first()
    if not before or before.retired_at:
        raise ValidationError("这一项刚才被别人撤下了。")
    extra.round = round
    if any(getattr(before, name) != getattr(extra, name) for name in MEANING):
        if before.answers.exists():
            raise ValidationError(
                f"“{before.label}”已经有人填了，名称、答案和范围不能再改。可以撤下，另加一项。"
            )
        extra.slot = free_slot(round)
    extra.full_clean()
    extra.save()
    follow(round)
    told = {label: pair for label, pair in spoken(before, extra).items() if pair[0] != pair[1]}
    note_round(round, "更改补充项", told or {extra.label: [None, extra.words_said]}, by)


def spoken(before, after):
    """{what: [old, new]} as people say it."""
    pairs = {
        "名称": [before.label, after.label],
        f"{after.label}·答案": [before.words_said, after.words_said],
        f"{after.label}·必填": [yes_no(before.required), yes_no(after.required)],
        f"{after.label}·口径": [before.hint, after.hint],
    }
    return {label: [old or None, new or None] for label, (old, new) in pairs.items()}


def yes_no(value):
    return "是" if value else "否"


@transaction.atomic
def withdraw(*, extra, by):
    """Ask it no more. What was answered stays readable; an item nobody answered goes."""
    round = locked(extra.round)
    if extra.answers.exists():
        Extra.objects.filter(pk=extra.pk, retired_at=None).update(retired_at=timezone.now())
    else:
        Extra.objects.filter(pk=extra.pk).delete()
    follow(round)
    note_round(round, "撤下补充项", {extra.label: [extra.words_said, None]}, by)


@transaction.atomic
def move(*, extra, step, by):
    """Let it stand one place further up (-1) or down (1) among the items of its subject."""
    round = locked(extra.round)
    asked = asked_own_items(round)
    at = next((at for at, each in enumerate(asked) if each.pk == extra.pk), None)
    if (
        at is None
        or not 0 <= at + step < len(asked)
        or asked[at + step].section != asked[at].section
    ):
        return
    asked[at], asked[at + step] = asked[at + step], asked[at]
    for position, each in enumerate(asked, 1):
        Extra.objects.filter(pk=each.pk).update(position=position)
    note_round(
        round, "调整补充项次序", {"次序": [None, "、".join(each.label for each in asked)]}, by
    )


def source_of(round):
    """The latest earlier round over the same unit that asked something of its own, or None."""
    items = Extra.objects.asked().filter(round__in=Round.objects.covering(round.unit))
    earlier = items.filter(round__reference_date__lt=round.reference_date).order_by(
        "-round__reference_date"
    )
    return next((extra.round for extra in earlier.select_related("round__unit")[:1]), None)


def askable_again(round):
    """Items of that round this one does not ask yet, in their order."""
    source = source_of(round)
    known = {word for each in round_own_items(round) for word in (each.code, each.label)}
    items = round_own_items(source) if source else ()
    return [each for each in items if not each.retired_at and not known & {each.code, each.label}]


@transaction.atomic
def ask_again(*, round, extras, by):
    """Ask items of an earlier round once more, under the same codes; what each unit answered then is carried on."""
    round = locked(round)
    if not extras:
        raise ValidationError("请先勾选要沿用的补充项。")
    made = [again(round, extra, by) for extra in extras]
    kept = [new for old, new in zip(extras, made, strict=True) if old.slot == new.slot]
    if kept:
        carry_columns(ExtraRecord, {new.column for new in kept}, round, extras[0].round)
    if kept and NAME not in round.carried:
        Round.objects.filter(pk=round.pk).update(carried=[*round.carried, NAME])
    follow(round)
    note_round(round, "沿用补充项", {extra.label: [None, extra.words_said] for extra in made}, by)


def again(round, old, by):
    same = ("code", "slot", *MEANING, "required", "section", "hint")
    new = Extra(**{name: getattr(old, name) for name in same})
    add(round, new, by)
    return new
