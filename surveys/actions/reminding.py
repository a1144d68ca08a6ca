"""催报: those who fill in what was not handed in are told, once a day at most unless somebody insists."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from communities.bulk import chunks
from surveys.actions.messages import clerks_of, deliver
from surveys.actions.opening import minute, note_round
from surveys.models import Message, Reminder, Round
from surveys.rounds.standing import days_late

PAUSE = timedelta(days=1)
NAMED = 8


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
    found = list(filings.filter(round=round).asked().open().order_by("code", "path"))
    recent = set() if again else recently([filing.pk for filing in found])
    people, made = clerks_of(found), Reminded()
    for filing in found:
        kind = made.recent if filing.pk in recent else made.done if people[filing.pk] else made.nobody
        kind.append(filing)
    if made.done:
        write(round, made.done, people, by)
    return made


def recently(filings):
    """Which of these were reminded of less than a day ago."""
    since = timezone.now() - PAUSE
    return {
        pk
        for part in chunks(filings)
        for pk in Reminder.objects.filter(filing__in=part, at__gt=since).values_list("filing", flat=True)
    }


def write(round, filings, people, by):
    """The record of each, a message to each clerk, one line in the trail."""
    Reminder.objects.bulk_create(
        [Reminder(filing=each, by=by, told=names(people[each.pk])[:200]) for each in filings], batch_size=500
    )
    mine = defaultdict(list)
    for filing in filings:
        for person in people[filing.pk]:
            mine[person].append(filing)
    deliver([letter(round, person, theirs, by) for person, theirs in mine.items() if person != by])
    told = {"单位": [None, listed(filings)], "填报人": [None, f"{len(mine)} 人"]}
    note_round(round, "催报", told, by)


def letter(round, person, filings, by):
    """One clerk's message; about the filing itself where there is only one."""
    late = max(days_late(round, filing) for filing in filings)
    when = f"已逾期 {late} 天" if late else f"{minute(min(round.due_for(f.level) for f in filings))} 截止"
    text = f"“{round.title}”还没有报送：{listed(filings)}。{when}，请尽快报送。"
    about = filings[0] if len(filings) == 1 else None
    return Message(to=person, by=by, kind=Message.Kind.REMINDER, text=text[:400], round=round, filing=about)


def listed(filings):
    more = f"等 {len(filings)} 个单位" if len(filings) > NAMED else ""
    return "、".join(filing.name for filing in filings[:NAMED]) + more


def names(people):
    return "、".join(person.name for person in people)
