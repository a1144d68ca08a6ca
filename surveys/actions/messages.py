"""Messages inside the system, and the same by e-mail where a mail server is set: the letter may fail, the message not."""

import logging
from collections import Counter, defaultdict
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from communities import tree
from communities.bulk import in_chunks
from communities.models import Assignment, Role
from surveys.models import Message

log = logging.getLogger(__name__)

NAMED = 8


@transaction.atomic
def send(*, to, kind, text, filing=None, round=None, by=None):
    """Tell each of these people the same thing; how many were told.

    `kind` is a Message.Kind. What is about a filing is about its round as well. Call it inside the transaction of what
    it tells of; whoever does the thing is not told of it.
    """
    round = round or (filing.round if filing else None)
    said = {"kind": kind, "text": text[:400], "filing": filing, "round": round, "by": by}
    return deliver([Message(to=person, **said) for person in to if person != by])


@transaction.atomic
def deliver(messages):
    """Store messages, one or many to a person, and mail them once the transaction holds; how many there were."""
    made = Message.objects.bulk_create(messages, batch_size=500)
    people = {}
    for person, count in Counter(message.to_id for message in made).items():
        people.setdefault(count, []).append(person)
    for count, pks in people.items():
        for part in in_chunks(pks):
            User.objects.filter(pk__in=part).update(unread=F("unread") + count)
    if made and settings.EMAIL_URL:
        transaction.on_commit(partial(mail, [message.pk for message in made]))
    return len(made)


def mail(pks):
    """The same by e-mail, to those who have an address; a mail server that fails is noted in the log, no more."""
    found = Message.objects.filter(pk__in=pks).exclude(to__email="").select_related("to", "round")
    letters = {message.pk: letter(message) for message in found}
    if not letters:
        return
    try:
        get_connection().send_messages([*letters.values()])
    except OSError as error:  # SMTPException is one
        log.warning("%d messages were not mailed: %s", len(letters), error)
    else:
        Message.objects.filter(pk__in=letters).update(mailed_at=timezone.now())


def letter(message):
    about = f"“{message.round.title}”" if message.round else "社区年报"
    body = f"{message.to.name}：\n\n{message.text}\n\n请登录社区年报系统办理。本邮件由系统发出，请勿回复。\n"
    return EmailMessage(f"[{message.get_kind_display()}] {about}", body, to=[message.to.email])


def tell_of_several(*, filings, kind, say, by, people=None):
    """One message to each of those who fill in these filings of one round, whatever their number; how many people.

    `say` makes its text of the person's own filings; it is about the filing itself where there is only one. `people`
    are as `clerks_of` finds them.
    """
    people, mine = people or clerks_of(filings), defaultdict(list)
    for filing in filings:
        for person in people[filing.pk]:
            mine[person].append(filing)
    deliver(
        [
            about(theirs, to=to, by=by, kind=kind, text=say(theirs)[:400])
            for to, theirs in mine.items()
            if to != by
        ]
    )
    return len(mine)


def about(filings, **said):
    return Message(round=filings[0].round, filing=filings[0] if len(filings) == 1 else None, **said)


def listed(filings):
    """`育才社区、东昊社区`; the first few and their number where there are many."""
    more = f"等 {len(filings)} 个单位" if len(filings) > NAMED else ""
    return "、".join(filing.name for filing in filings[:NAMED]) + more


@transaction.atomic
def read(*, messages, by):
    """Mark some of a person's own messages (a query set) as read; how many were not before."""
    count = messages.visible_to(by).unread().update(read_at=timezone.now())
    User.objects.filter(pk=by.pk).update(unread=F("unread") - count)
    return count


def clerks_in(unit):
    """Everybody who fills in for a unit or for one below it."""
    mine = Assignment.objects.filter(tree.lies_inside([unit.path], "unit__path"), role=Role.CLERK)
    return User.objects.filter(pk__in=mine.values("user"), is_active=True)


def clerks_of(filings):
    """{filing pk: [its clerks]}: who is to see to it now; one query.

    Those of the nearest unit that has any, from the community upward; of one that lies at the street's desk, the
    street's. A person of several roles is named once.
    """
    chains = {filing.pk: chain(filing) for filing in filings}
    held = {}
    for part in in_chunks({pk for way in chains.values() for pk in way}):
        mine = Assignment.objects.filter(unit__in=part, role=Role.CLERK, user__is_active=True)
        for each in mine.select_related("user").order_by("user__username"):
            held.setdefault(each.unit_id, []).append(each.user)
    return {
        pk: next((held[unit] for unit in way if unit in held), []) for pk, way in chains.items()
    }


def chain(filing):
    """The ids of the units that see to a filing while it is open, nearest first."""
    way = tree.path_ids(filing.path)[::-1]
    return (
        way[way.index(filing.with_unit_id) :]
        if filing.is_open and filing.with_unit_id in way
        else way
    )
