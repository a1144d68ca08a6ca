"""What a reviewer does to a filing: pass it on or approve it, and pin questions to its cells.

Each is one conditional update on the version the reviewer saw: what was seen is what is approved.
"""

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from surveys.actions.handing_in import REMARKED, Refused, allowed, as_seen, line, move, moved_sentence, tell_clerks
from surveys.desk.stops import place
from surveys.models import Message, Remark, Status
from surveys.workflow import Place, lock_words, may_question, own_hand, state_words

PASSED_ON, APPROVED = "审核通过", "审定"
ASKED, SETTLED = REMARKED


@transaction.atomic
def approve(*, filing, version, by, reason=""):
    """Give a filing to the next desk above, or freeze it where there is none; True once it is approved for good.

    Refused to whoever handed it in or saved it last, and while questions to its cells are open. `reason` is what the
    trail keeps of a decision about several at once.
    """
    step = allowed("approve", filing, by)
    if hand := own_hand(filing, by):
        raise Refused(f"{filing.name}{hand}，不能由本人审核，请由同级的另一位审核人办理。")
    if asked := Remark.objects.filter(filing=filing, kind=Remark.Kind.QUESTION, closed_at=None).count():
        raise Refused(f"{filing.name}还有 {asked} 条批注没有答复。请退回让填报人答复，或逐条办结，再审核通过。")
    now = timezone.now()
    fields = {"looked_at": filing.looked_at or now}
    final = step.target == Place.APPROVED
    if final:
        fields |= {"status": Status.APPROVED, "approved_at": now, "approved_by": by}
    move(filing, version, step, by, APPROVED if final else PASSED_ON, said=reason.strip()[:400], **fields)
    if final:
        tell_clerks(filing, Message.Kind.APPROVED, f"{filing.name}{filing.round.period}已审定，不用再做什么。", by)
    return final


@transaction.atomic
def question(*, filing, version, section, key, field, value, text, by):
    """Pin a question to a cell, or to the filing as a whole where `section` is "".

    It counts as a change of the filing, so that nobody approves it without having seen the question. `value` is what
    stands in the cell.
    """
    text = text.strip()[:400]
    if not text:
        raise Refused("请写明要核实什么。")
    touch(filing, version, by, ASKED)
    where = {"section": section, "key": key[:120], "field": field, "value": value[:200]}
    Remark.objects.create(filing=filing, kind=Remark.Kind.QUESTION, text=text, by=by, **where)
    record(line(filing, by, ASKED, {f"{place(filing.round, section, key, field)}·批注": [None, text]}))


@transaction.atomic
def settle(*, filing, version, remark, by):
    """Close a question that needs no answer any more."""
    touch(filing, version, by, SETTLED)
    if Remark.objects.filter(pk=remark.pk, filing=filing, closed_at=None).update(closed_at=timezone.now()):
        where = place(filing.round, remark.section, remark.key, remark.field)
        record(line(filing, by, SETTLED, {f"{where}·批注": [remark.text, "已办结"]}))


def touch(filing, version, by, wanted):
    """Count a change on a filing that a reviewer works on, if it is as the page showed it."""
    if locked := lock_words(filing.round):
        raise Refused(locked)
    if not may_question(filing, by):
        raise Refused(f"{filing.name}{state_words(filing)}，不能{wanted}。要核实的，请先退回。")
    if not as_seen(filing, version).update(version=version + 1):
        raise Refused(moved_sentence(filing, wanted))
    filing.version = version + 1
