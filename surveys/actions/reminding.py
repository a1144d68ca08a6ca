"""催报: those who fill in what was not handed in are told, once a day at most unless somebody insists."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from communities.bulk import in_chunks
from surveys.actions.messages import clerks_of, listed, tell_of_several
from surveys.actions.opening import minute, note_round
from surveys.models import Message, Reminder, Round
from surveys.rounds.progress import days_late

PAUSE = timedelta(days=1)


@dataclass
class Reminded:
    """What came of it: filings reminded of, left in peace because they were within a day, and without a clerk."""

    done: list = field(default_factory=list)
    recent: list = field(default_factory=list)
    nobody: list = field(default_factory=list)


@transaction.atomic
def remind(*, round, filings, by, again=False):
    """Tell the clerks of these filings (a query set) that they are expected; one message a clerk, whatever the number.

    Only of what is still open and asked. `again` also those reminded within a day. Returns Reminded.
    """
    # Writing to the round makes two who press the button at once wait for each other.
    Round.objects.filter(pk=round.pk).update(reminded_at=timezone.now())
    found = list(
        filings.filter(round=round).asked().open().select_related("round").order_by("code", "path")
    )
    recent = set() if again else recently([filing.pk for filing in found])
    people, made = clerks_of(found), Reminded()
    for filing in found:
        kind = (
            made.recent if filing.pk in recent else made.done if people[filing.pk] else made.nobody
        )
        kind.append(filing)
    if made.done:
        write(round, made.done, people, by)
    return made


def recently(filings):
    """Which of these were reminded of less than a day ago."""
    since = timezone.now() - PAUSE
    return {
        pk
        for part in in_chunks(filings)
        for pk in Reminder.objects.filter(filing__in=part, at__gt=since).values_list(
            "filing", flat=True
        )
    }


def write(round, filings, people, by):
    """The record of each, a message to each clerk, one line in the trail."""
    Reminder.objects.bulk_create(
        [Reminder(filing=each, by=by, told=names(people[each.pk])[:200]) for each in filings],
        batch_size=500,
    )
    said = {"kind": Message.Kind.REMINDER, "say": partial(urging, round), "by": by}
    count = tell_of_several(filings=filings, **said, people=people)
    note_round(
        round, "催报", {"单位": [None, listed(filings)], "填报人": [None, f"{count} 人"]}, by
    )


def urging(round, filings):
    """What one clerk is told."""
    late = max(days_late(round, filing) for filing in filings)
    when = (
        f"已逾期 {late} 天"
        if late
        else f"{minute(min(round.due_for(f.level) for f in filings))} 截止"
    )
    return f"“{round.title}”还没有报送：{listed(filings)}。{when}，请尽快报送。"


def names(people):
    return "、".join(person.name for person in people)
