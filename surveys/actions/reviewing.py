"""What a reviewer does to a filing: pass it on or approve it, and pin questions to its cells.

Each is one conditional update on the version the reviewer saw: what was seen is what is approved.
"""

from django.db import transaction
from django.utils import timezone

from accounts.audit import write_entries
from surveys.actions.handing_in import (
    REMARKED,
    Refused,
    allowed_step,
    as_seen,
    filing_entry,
    move_filing,
    moved_sentence,
)
from surveys.actions.messages import list_filings, tell_of_several
from surveys.actions.opening import period_label
from surveys.models import Filing, Message, Remark, Status
from surveys.workflow import FilingPlace, lock_words, may_question, own_hand, state_words
from surveys.worklist.obstacles import cell_place

PASSED_ON, APPROVED = "审核通过", "审定"
ASKED, SETTLED = REMARKED


@transaction.atomic
def approve(*, filing, version, by) -> bool:
    """Give a filing to the next unit above, or freeze it where there is none.

    True once it is approved for good. Raises Refused for whoever handed it in or saved it last, and
    while questions to its cells are open.
    """
    final = pass_filing(filing, version, by)
    if final:
        tell_approved([filing], by)
    return final


@transaction.atomic
def approve_several(*, filings, versions, by, reason) -> tuple[list[Filing], list[str]]:
    """Approve many filings of a round: those that passed, and why each other did not.

    `versions` are {pk: version} as they were seen, `reason` is what the trail keeps with each. A
    refusal does not stop the rest; a clerk hears of all of them in one message.
    """
    # All at once and in one order: two who decide about the same wait and do not block each other.
    wanted = Filing.objects.filter(pk__in=versions).order_by("pk")
    list(wanted.select_for_update(no_key=True).values_list("pk"))
    passed, final, refusals = [], [], []
    for filing in filings:
        try:
            is_final = pass_filing(filing, versions[filing.pk], by, reason)
        except Refused as refused:
            refusals += refused.messages
            continue
        passed.append(filing)
        if is_final:
            final.append(filing)
    tell_approved(final, by)
    return passed, refusals


def tell_approved(filings, by) -> None:
    """Those who filled them in hear that nothing is left to do."""
    if filings:
        tell_of_several(filings=filings, kind=Message.Kind.APPROVED, say=approved_words, by=by)


def approved_words(filings) -> str:
    """What a clerk is told of his own filings."""
    period = period_label(filings[0].round.period)
    return f"{list_filings(filings)}{period}已审定，不用再做什么。"


@transaction.atomic
def pass_filing(filing, version, by, reason="") -> bool:
    """One filing on its way upward, nobody told yet; True once it is approved for good."""
    step = allowed_step("approve", filing, by)
    hand = own_hand(filing, by)
    if hand:
        raise Refused(f"{filing.name}{hand}，不能由本人审核，请由同级的另一位审核人办理。")
    asked = Remark.objects.open_questions(filing).count()
    if asked:
        raise Refused(
            f"{filing.name}还有 {asked} 条批注没有答复。请退回让填报人答复，或逐条办结，再审核通过。"
        )
    now = timezone.now()
    fields = {"looked_at": filing.looked_at or now}
    verb = PASSED_ON
    final = step.target == FilingPlace.APPROVED
    if final:
        verb = APPROVED
        fields.update(status=Status.APPROVED, approved_at=now, approved_by=by)
    move_filing(filing, version, step, by, verb, reason=reason.strip()[:400], **fields)
    return final


@transaction.atomic
def question(*, filing, version, section, key, field, value, text, by, record_id=None) -> None:
    """Pin a question to a cell, or to the filing as a whole where `section` is "".

    It counts as a change of the filing: nobody approves it without having seen the question.
    `record_id` and `key` are those of the cell's record, `value` is what stands in the cell.
    """
    text = text.strip()[:400]
    if not text:
        raise Refused("请写明要核实什么。")
    count_change(filing, version, by, ASKED)
    Remark.objects.create(
        kind=Remark.Kind.QUESTION,
        filing=filing,
        section=section,
        record_id=record_id,
        key=key,
        field=field,
        value=value[:200],
        text=text,
        by=by,
    )
    place = cell_place(filing.round, section, key, field)
    write_entries(filing_entry(filing, by, ASKED, {f"{place}·批注": [None, text]}))


@transaction.atomic
def settle(*, filing, version, remark, by) -> None:
    """Close a question that needs no answer any more."""
    count_change(filing, version, by, SETTLED)
    still_open = Remark.objects.filter(pk=remark.pk, filing=filing, closed_at=None)
    if still_open.update(closed_at=timezone.now()):
        place = cell_place(filing.round, remark.section, remark.key, remark.field)
        changes = {f"{place}·批注": [remark.text, "已办结"]}
        write_entries(filing_entry(filing, by, SETTLED, changes))


def count_change(filing, version, by, wanted) -> None:
    """Count a change on a filing that a reviewer works on, if it is as the page showed it."""
    locked = lock_words(filing.round)
    if locked:
        raise Refused(locked)
    if not may_question(filing, by):
        raise Refused(f"{filing.name}{state_words(filing)}，不能{wanted}。要核实的，请先退回。")
    if not as_seen(filing, version).update(version=version + 1):
        raise Refused(moved_sentence(filing, wanted))
    filing.version = version + 1
