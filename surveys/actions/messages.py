"""Messages inside the system, and by e-mail where a mail server is set.

The letter may fail, the message not.
"""

import logging
from collections import Counter, defaultdict
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from communities import tree
from communities.bulk import in_chunks
from communities.models import Assignment, Role
from surveys.models import Message

log = logging.getLogger(__name__)

NAMED = 8


@transaction.atomic
def send(*, to, kind, text, filing=None, round=None, by=None) -> int:
    """Tell each of these people the same thing; how many were told.

    `kind` is a Message.Kind. What is about a filing is about its round as well. Call it inside the
    transaction of what it tells of; whoever does the thing is not told of it.
    """
    if filing and not round:
        round = filing.round
    about = {"kind": kind, "text": text[:400], "filing": filing, "round": round, "by": by}
    return deliver([Message(to=person, **about) for person in to if person != by])


@transaction.atomic
def deliver(messages) -> int:
    """Store messages, one or many to a person, and mail them once the transaction holds.

    Returns how many there were.
    """
    made = Message.objects.bulk_create(messages, batch_size=500)
    people_by_count = defaultdict(list)
    for person, count in Counter(message.to_id for message in made).items():
        people_by_count[count].append(person)
    for count, pks in people_by_count.items():
        for part in in_chunks(pks):
            User.objects.filter(pk__in=part).update(unread=F("unread") + count)
    if made and settings.EMAIL_URL:
        pks = [message.pk for message in made]
        transaction.on_commit(partial(mail_messages, pks))
    return len(made)


def mail_messages(pks) -> None:
    """Send messages by e-mail, to those who have an address.

    A mail server that fails is noted in the log, no more.
    """
    found = Message.objects.filter(pk__in=pks).exclude(to__email="").select_related("to", "round")
    letters = {message.pk: message_letter(message) for message in found}
    if not letters:
        return
    try:
        get_connection().send_messages([*letters.values()])
    except OSError as error:  # SMTPException is one
        log.warning("%d messages were not mailed: %s", len(letters), error)
    else:
        Message.objects.filter(pk__in=letters).update(mailed_at=timezone.now())


def message_letter(message) -> EmailMessage:
    """A message as a letter to the person."""
    about = "社区年报"
    if message.round:
        about = f"“{message.round.title}”"
    body = (
        f"{message.to.name}：\n\n{message.text}\n\n"
        "请登录社区年报系统办理。本邮件由系统发出，请勿回复。\n"
    )
    return EmailMessage(f"[{message.get_kind_display()}] {about}", body, to=[message.to.email])


def tell_of_several(*, filings, kind, say, by, people=None) -> int:
    """One message to each of those who fill in these filings of one round; how many people.

    `say` makes its text of the person's own filings; it is about the filing itself where there is
    only one. `people` are as `clerks_of` finds them.
    """
    people = people or clerks_of(filings)
    filings_of = defaultdict(list)
    for filing in filings:
        for person in people[filing.pk]:
            filings_of[person].append(filing)
    messages = []
    for person, own in filings_of.items():
        if person != by:
            text = say(own)[:400]
            only = None
            if len(own) == 1:
                only = own[0]
            about = {"round": own[0].round, "filing": only}
            messages.append(Message(to=person, by=by, kind=kind, text=text, **about))
    deliver(messages)
    return len(filings_of)


def list_filings(filings) -> str:
    """`育才社区、东昊社区`; the first few and their number where there are many."""
    names = "、".join(filing.name for filing in filings[:NAMED])
    if len(filings) > NAMED:
        return f"{names}等 {len(filings)} 个单位"
    return names


@transaction.atomic
def read(*, messages, by) -> int:
    """Mark some of a person's own messages (a query set) as read; how many were not before."""
    count = messages.visible_to(by).unread().update(read_at=timezone.now())
    User.objects.filter(pk=by.pk).update(unread=F("unread") - count)
    return count


def clerks_in(unit) -> QuerySet:
    """Everybody who fills in for a unit or for one below it."""
    mine = Assignment.objects.filter(tree.lies_inside([unit.path], "unit__path"), role=Role.CLERK)
    return User.objects.filter(pk__in=mine.values("user"), is_active=True)


def clerks_of(filings) -> dict[int, list[User]]:
    """{filing pk: [its clerks]}: who is to see to it now; one query.

    Those of the nearest unit that has any, from the community upward; of one that lies with the
    street, the street's. A person of several roles is named once.
    """
    chains = {filing.pk: responsible_units(filing) for filing in filings}
    units = set().union(*chains.values())
    clerks = defaultdict(list)
    for part in in_chunks(units):
        mine = Assignment.objects.filter(unit__in=part, role=Role.CLERK, user__is_active=True)
        for each in mine.select_related("user").order_by("user__username"):
            clerks[each.unit_id].append(each.user)
    found = {}
    for pk, chain in chains.items():
        found[pk] = []
        for unit in chain:
            if unit in clerks:
                found[pk] = clerks[unit]
                break
    return found


def responsible_units(filing) -> list[int]:
    """The ids of the units that see to a filing while it is open, nearest first."""
    chain = tree.path_ids(filing.path)[::-1]
    if filing.is_open and filing.with_unit_id in chain:
        return chain[chain.index(filing.with_unit_id) :]
    return chain
