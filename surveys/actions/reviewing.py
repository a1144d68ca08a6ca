"""What a reviewer does to a filing: pass it on or approve it, and pin questions to its cells.

Each is one conditional update on the version the reviewer saw: what was seen is what is approved.
"""

from django.db import transaction
from django.utils import timezone

from accounts.audit import write_entries
from surveys.actions.handing_in import (
    REMARKED,
    Refused,
    allowed,
    as_seen,
    line,
    move,
    moved_sentence,
)
from surveys.actions.messages import listed, tell_of_several
from surveys.actions.opening import period_label
from surveys.models import Filing, Message, Remark, Status
from surveys.workflow import Place, lock_words, may_question, own_hand, state_words
from surveys.worklist.obstacles import cell_place

PASSED_ON, APPROVED = "审核通过", "审定"
ASKED, SETTLED = REMARKED


@transaction.atomic
def approve(*, filing, version, by):
    """Give a filing to the next desk above, or freeze it where there is none; True once it is approved for good.

    Refused to whoever handed it in or saved it last, and while questions to its cells are open.
    """
    final = let_pass(filing, version, by)
    if final:
        tell_approved([filing], by)
    return final


@transaction.atomic
def approve_several(*, filings, versions, by, reason):
    """The same with many filings of a round, {pk: version} as they were seen: ([those that passed], [why each other did not]).

    One that is refused keeps none of the others; a clerk hears of all of them in one message. `reason` is what the
    trail keeps with each.
    """
    # All of them at once and in one order, so that two who decide about the same wait instead of blocking each other.
    list(
        Filing.objects.filter(pk__in=versions)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )
    passed, final, refusals = [], [], []
    for filing in filings:
        try:
            (final if let_pass(filing, versions[filing.pk], by, reason) else passed).append(filing)
        except Refused as refused:
            refusals += refused.messages
    tell_approved(final, by)
    return sorted(passed + final, key=filings.index), refusals


def tell_approved(filings, by):
    if filings:
        tell_of_several(filings=filings, kind=Message.Kind.APPROVED, say=approved_words, by=by)


def approved_words(filings):
    return f"{listed(filings)}{period_label(filings[0].round.period)}已审定，不用再做什么。"


@transaction.atomic
def let_pass(filing, version, by, reason=""):
    """One filing on its way upward, nobody told yet; True once it is approved for good."""
    step = allowed("approve", filing, by)
    if hand := own_hand(filing, by):
        raise Refused(f"{filing.name}{hand}，不能由本人审核，请由同级的另一位审核人办理。")
    if asked := Remark.objects.filter(
        filing=filing, kind=Remark.Kind.QUESTION, closed_at=None
    ).count():
        raise Refused(
            f"{filing.name}还有 {asked} 条批注没有答复。请退回让填报人答复，或逐条办结，再审核通过。"
        )
    now = timezone.now()
    fields = {"looked_at": filing.looked_at or now}
    final = step.target == Place.APPROVED
    if final:
        fields |= {"status": Status.APPROVED, "approved_at": now, "approved_by": by}
    move(
        filing,
        version,
        step,
        by,
        APPROVED if final else PASSED_ON,
        said=reason.strip()[:400],
        **fields,
    )
    return final


@transaction.atomic
def question(*, filing, version, section, key, field, value, text, by, record_id=None):
    """Pin a question to a cell, or to the filing as a whole where `section` is "".

    It counts as a change of the filing, so that nobody approves it without having seen the question.
    `record_id` and `key` are those of the cell's record, `value` is what stands in the cell.
    """
    text = text.strip()[:400]
    if not text:
        raise Refused("请写明要核实什么。")
    touch(filing, version, by, ASKED)
    where = {"section": section, "record_id": record_id, "key": key, "field": field}
    Remark.objects.create(
        filing=filing, kind=Remark.Kind.QUESTION, value=value[:200], text=text, by=by, **where
    )
    write_entries(
        line(
            filing,
            by,
            ASKED,
            {f"{cell_place(filing.round, section, key, field)}·批注": [None, text]},
        )
    )


@transaction.atomic
def settle(*, filing, version, remark, by):
    """Close a question that needs no answer any more."""
    touch(filing, version, by, SETTLED)
    if Remark.objects.filter(pk=remark.pk, filing=filing, closed_at=None).update(
        closed_at=timezone.now()
    ):
        where = cell_place(filing.round, remark.section, remark.key, remark.field)
        write_entries(line(filing, by, SETTLED, {f"{where}·批注": [remark.text, "已办结"]}))


def touch(filing, version, by, wanted):
    """Count a change on a filing that a reviewer works on, if it is as the page showed it."""
    if locked := lock_words(filing.round):
        raise Refused(locked)
    if not may_question(filing, by):
        raise Refused(f"{filing.name}{state_words(filing)}，不能{wanted}。要核实的，请先退回。")
    if not as_seen(filing, version).update(version=version + 1):
        raise Refused(moved_sentence(filing, wanted))
    filing.version = version + 1
