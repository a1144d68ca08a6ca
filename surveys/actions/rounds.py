"""A round gets more time, is closed, opened again: each is one conditional update."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from surveys.actions.opening import minute_text, note_round, tell_area
from surveys.models import Round
from surveys.models.round import DUE_FIELDS, State

DEADLINES = (*DUE_FIELDS.values(), "due_at")
TIMES = ("opens_at", *DEADLINES)


@transaction.atomic
def extend(*, round, reason, by=None, **times) -> None:
    """Give more time: later deadlines, for a planned round another opening.

    `times` are the fields to change; a level's deadline may be taken away with None, then the one
    above counts. Every clerk of the area is told. Raises ValidationError with a sentence.
    """
    reason = required_reason(reason, "延期")
    if round.state == State.CLOSED:
        raise ValidationError(f"“{round.title}”已经关闭。要延期，请先重新开放。")
    before = {name: getattr(round, name) for name in TIMES}
    changed = {}
    for name, at in times.items():
        if at != before[name]:
            changed[name] = at
    if not changed:
        raise ValidationError("时间没有变化。请填新的截止时间。")
    check_times(round, before, changed)
    for name, at in changed.items():
        setattr(round, name, at)
    round.full_clean()
    if not Round.objects.filter(pk=round.pk, closed_at=None, **before).update(**changed):
        raise changed_meanwhile(round)
    note_round(round, "延期", time_changes(before, changed) | {"理由": [None, reason]}, by)
    due = minute_text(round.due_at)
    tell_round(round, f"“{round.title}”延期，{due} 截止。理由：{reason}", by)


def time_changes(before, changed) -> dict[str, list]:
    """{label of a time: [old, new]} as the trail writes them."""
    changes = {}
    for name in TIMES:
        if name in changed:
            label = str(Round._meta.get_field(name).verbose_name)
            times = (before[name], changed[name])
            changes[label] = [minute_text(at) if at else None for at in times]
    return changes


def check_times(round, before, changed) -> None:
    """Nobody's time is cut short, and what has begun is not put off."""
    if "opens_at" in changed and round.state != State.PLANNED:
        raise ValidationError("已经开始填报，不能再改开始时间。")
    for name, at in changed.items():
        was = before[name]
        if name in DEADLINES and at and was and at < was:
            label = Round._meta.get_field(name).verbose_name
            raise ValidationError(f"{label}只能延后，不能早于原来的 {minute_text(was)}。")


@transaction.atomic
def close(*, round, by=None, reason="") -> None:
    """Freeze a round: nothing of it is saved, handed in, returned or approved any more.

    A planned one never begins.
    """
    now = timezone.now()
    if not Round.objects.filter(pk=round.pk, closed_at=None).update(closed_at=now):
        raise changed_meanwhile(round)
    round.closed_at = now
    changes = {"状态": ["开放", State.CLOSED.label]}
    reason = reason.strip()
    if reason:
        changes["理由"] = [None, reason]
    note_round(round, "关闭填报期", changes, by)


@transaction.atomic
def reopen(*, round, reason, by=None) -> None:
    """Let a closed round be worked on again; every clerk of the area is told why."""
    reason = required_reason(reason, "重新开放")
    as_seen = Round.objects.filter(pk=round.pk, closed_at=round.closed_at)
    if not as_seen.exclude(closed_at=None).update(closed_at=None):
        raise changed_meanwhile(round)
    round.closed_at = None
    changes = {"状态": [State.CLOSED.label, round.state.label], "理由": [None, reason]}
    note_round(round, "重新开放填报期", changes, by)
    due = minute_text(round.due_at)
    tell_round(round, f"“{round.title}”重新开放，{due} 截止。理由：{reason}", by)


def required_reason(reason, what) -> str:
    """The reason without blanks around it; raises ValidationError where there is none."""
    reason = reason.strip()[:200]
    if not reason:
        raise ValidationError(f"请写明{what}的理由，填报人会看到。")
    return reason


def changed_meanwhile(round) -> ValidationError:
    """What to say where somebody else was first."""
    now = Round.objects.get(pk=round.pk)
    return ValidationError(f"“{now.title}”刚才被别人改过，现在是“{now.state.label}”。请看过再办。")


def tell_round(round, text, by) -> None:
    """One notice to every clerk of the area, in the length a message holds."""
    tell_area(round, text[:400], by)
