"""What is done to a round once it is there: more time, closed, opened again. Each is one conditional update."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from surveys.actions.messages import clerks_in, deliver
from surveys.actions.opening import minute, note_round
from surveys.models import Message, Round
from surveys.models.round import DUE_FIELDS, State

DEADLINES = (*DUE_FIELDS.values(), "due_at")
TIMES = ("opens_at", *DEADLINES)


@transaction.atomic
def extend(*, round, reason, by=None, **times):
    """Give more time: later deadlines, for a planned round another opening; every clerk of the area is told.

    `times` are the fields to change; a level's deadline may be taken away with None, then the one above counts. Raises
    ValidationError with a sentence.
    """
    reason = required(reason, "延期")
    if round.state == State.CLOSED:
        raise ValidationError(f"“{round.title}”已经关闭。要延期，请先重新开放。")
    before = {name: getattr(round, name) for name in TIMES}
    changed = {name: at for name, at in times.items() if at != before[name]}
    if not changed:
        raise ValidationError("时间没有变化。请填新的截止时间。")
    check_times(round, before, changed)
    for name, at in changed.items():
        setattr(round, name, at)
    round.full_clean()
    if not Round.objects.filter(pk=round.pk, closed_at=None, **before).update(**changed):
        raise moved_on(round)
    words = {name: str(Round._meta.get_field(name).verbose_name) for name in TIMES}
    told = {
        words[name]: [shown(before[name]), shown(changed[name])]
        for name in TIMES
        if name in changed
    }
    note_round(round, "延期", told | {"理由": [None, reason]}, by)
    tell(round, f"“{round.title}”延期，{minute(round.due_at)} 截止。理由：{reason}", by)


def check_times(round, before, changed):
    """Nobody's time is cut short, and what has begun is not put off."""
    if "opens_at" in changed and round.state != State.PLANNED:
        raise ValidationError("已经开始填报，不能再改开始时间。")
    for name, at in changed.items():
        if name in DEADLINES and at and before[name] and at < before[name]:
            label = Round._meta.get_field(name).verbose_name
            raise ValidationError(f"{label}只能延后，不能早于原来的 {minute(before[name])}。")


@transaction.atomic
def close(*, round, by=None, reason=""):
    """Freeze a round: nothing of it is saved, handed in, returned or approved any more. A planned one never begins."""
    now = timezone.now()
    if not Round.objects.filter(pk=round.pk, closed_at=None).update(closed_at=now):
        raise moved_on(round)
    round.closed_at = now
    told = {"状态": ["开放", State.CLOSED.label]} | (
        {"理由": [None, reason.strip()]} if reason.strip() else {}
    )
    note_round(round, "关闭填报期", told, by)


@transaction.atomic
def reopen(*, round, reason, by=None):
    """Let a closed round be worked on again; every clerk of the area is told why."""
    reason = required(reason, "重新开放")
    if (
        not Round.objects.filter(pk=round.pk, closed_at=round.closed_at)
        .exclude(closed_at=None)
        .update(closed_at=None)
    ):
        raise moved_on(round)
    round.closed_at = None
    note_round(
        round,
        "重新开放填报期",
        {"状态": [State.CLOSED.label, round.state.label], "理由": [None, reason]},
        by,
    )
    tell(round, f"“{round.title}”重新开放，{minute(round.due_at)} 截止。理由：{reason}", by)


def required(reason, what):
    reason = reason.strip()[:200]
    if not reason:
        raise ValidationError(f"请写明{what}的理由，填报人会看到。")
    return reason


def moved_on(round):
    now = Round.objects.get(pk=round.pk)
    return ValidationError(f"“{now.title}”刚才被别人改过，现在是“{now.state.label}”。请看过再办。")


def shown(at):
    return minute(at) if at else None


def tell(round, text, by):
    """One message to every clerk of the area but the one who did it."""
    notice = {"kind": Message.Kind.NOTICE, "text": text[:400], "round": round, "by": by}
    deliver([Message(to=person, **notice) for person in clerks_in(round.unit) if person != by])
