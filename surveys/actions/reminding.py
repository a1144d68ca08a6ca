"""催报: those who are expected to hand in are told, once a day unless somebody insists."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from communities.bulk import in_chunks
from surveys.actions.messages import clerks_of, list_filings, tell_of_several
from surveys.actions.opening import minute_text, note_round
from surveys.models import Message, Reminder, Round
from surveys.rounds.progress import days_late

PAUSE = timedelta(days=1)


@dataclass
class ReminderResult:
    """Filings reminded of, those that were within a day already, and those without a clerk."""

    done: list = field(default_factory=list)
    recent: list = field(default_factory=list)
    nobody: list = field(default_factory=list)


@transaction.atomic
def remind(*, round, filings, by, again=False) -> ReminderResult:
    """Tell the clerks of these filings (a query set) that they are expected; one message a clerk.

    Only of what is still open and asked. `again` also those reminded of within a day.
    """
    # Writing to the round makes two who press the button at once wait for each other.
    Round.objects.filter(pk=round.pk).update(reminded_at=timezone.now())
    expected = filings.filter(round=round).asked().open()
    found = list(expected.select_related("round").order_by("code", "path"))
    recent = set()
    if not again:
        recent = reminded_lately([filing.pk for filing in found])
    people = clerks_of(found)
    result = ReminderResult()
    for filing in found:
        if filing.pk in recent:
            result.recent.append(filing)
        elif people[filing.pk]:
            result.done.append(filing)
        else:
            result.nobody.append(filing)
    if result.done:
        write_reminders(round, result.done, people, by)
    return result


def reminded_lately(filings) -> set[int]:
    """Which of these were reminded of less than a day ago."""
    since = timezone.now() - PAUSE
    lately = set()
    for part in in_chunks(filings):
        reminders = Reminder.objects.filter(filing__in=part, at__gt=since)
        lately.update(reminders.values_list("filing", flat=True))
    return lately


def write_reminders(round, filings, people, by) -> None:
    """The record of each, a message to each clerk, one line in the trail."""
    reminders = []
    for filing in filings:
        names = "、".join(person.name for person in people[filing.pk])
        reminders.append(Reminder(filing=filing, by=by, told=names[:200]))
    Reminder.objects.bulk_create(reminders, batch_size=500)
    count = tell_of_several(
        filings=filings,
        kind=Message.Kind.REMINDER,
        say=partial(reminder_text, round),
        by=by,
        people=people,
    )
    changes = {"单位": [None, list_filings(filings)], "填报人": [None, f"{count} 人"]}
    note_round(round, "催报", changes, by)


def reminder_text(round, filings) -> str:
    """What one clerk is told of the filings that are late or expected."""
    late = max(days_late(round, filing) for filing in filings)
    if late:
        when = f"已逾期 {late} 天"
    else:
        due = min(round.due_for(filing.level) for filing in filings)
        when = f"{minute_text(due)} 截止"
    return f"“{round.title}”还没有报送：{list_filings(filings)}。{when}，请尽快报送。"
