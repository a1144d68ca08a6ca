"""A filing handed in, taken back, sent back: one conditional update on what the person saw."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry
from communities.models import Unit
from surveys.actions.hooks import moved, saved
from surveys.actions.messages import clerks_of, send
from surveys.models import Filing, Message, Remark, Status
from surveys.workflow import FilingPlace, Step, lock_words, next_desk, state_words, step_for
from surveys.worklist.obstacles import find_obstacles
from surveys.worklist.questions import open_questions_and_answers

HANDED_IN = "报送"
RETURNED = "退回"
REMARKED = ("提出批注", "办结批注")
NO_STEP = {"hand_in": "报送", "withdraw": "撤回", "send_back": "退回", "approve": "审核通过"}


class Refused(ValidationError):
    """The step is not this person's, or the filing moved on meanwhile; says what to do."""


@transaction.atomic
def hand_in(*, filing, version, by, records=None) -> list:
    """Check everything once more and give the filing to the next unit above, locked.

    Returns the obstacles that keep it; [] where it was handed in. `version` is the one the page
    showed. `records` are those of several filings, where they were fetched just now
    (`surveys.worklist.records`).
    """
    step = allowed_step("hand_in", filing, by)
    obstacles = find_obstacles(filing, records)
    if obstacles:
        return obstacles
    status = Status.DRAFT
    if step.target == FilingPlace.ABOVE:
        status = Status.SUBMITTED
    now = timezone.now()
    move_filing(
        filing,
        version,
        step,
        by,
        HANDED_IN,
        status=status,
        submitted_at=now,
        submitted_by=by,
        looked_at=None,
    )
    if step.target == FilingPlace.STREET:
        tell_clerks(filing, Message.Kind.NOTICE, f"{filing.name}已填完交来，请核对后报送。", by)
    return []


@transaction.atomic
def withdraw(*, filing, version, by) -> None:
    """Take a filing back to go on filling it in, while nobody it lies with has looked at it."""
    step = allowed_step("withdraw", filing, by)
    if filing.looked_at:
        raise Refused(seen_sentence(filing))
    status = Status.DRAFT
    if filing.returned_at:
        status = Status.RETURNED
    move_filing(
        filing,
        version,
        step,
        by,
        "撤回",
        unseen=True,
        status=status,
        submitted_at=None,
        submitted_by=None,
    )


@transaction.atomic
def send_back(*, filing, version, by, reason) -> None:
    """Give a filing back to those who fill it in, with the reason; the remarks stay."""
    step = allowed_step("send_back", filing, by)
    reason = reason.strip()[:400]
    if not reason:
        raise Refused("请写明退回的理由，填报人按它修改。")
    back = {
        "returned_at": timezone.now(),
        "returned_by": by,
        "return_reason": reason,
        "looked_at": None,
    }
    move_filing(filing, version, step, by, RETURNED, reason=reason, status=Status.RETURNED, **back)
    text = f"{filing.name}被退回：{reason[:340]}。"
    asked = Remark.objects.open_questions(filing).count()
    if asked:
        text += f"另有 {asked} 条批注，请逐条答复。"
    tell_clerks(filing, Message.Kind.RETURNED, text.replace("。。", "。"), by)


def tell_clerks(filing, kind, text, by) -> None:
    """A message to those who fill it in; it leads to the remarks where they may change it."""
    clerks = clerks_of([filing])[filing.pk]
    send(to=clerks, kind=kind, text=text, filing=filing, by=by)


def look(*, filing, by) -> None:
    """Note that somebody the filing lies with opened it: from now on it is not taken back.

    No query for anybody else.
    """
    if filing.looked_at or filing.status == Status.APPROVED:
        return
    if not step_for("send_back", filing, by):
        return
    now = timezone.now()
    mine = Filing.objects.filter(
        pk=filing.pk, status=filing.status, with_unit=filing.with_unit_id, looked_at=None
    )
    with transaction.atomic():
        if mine.update(looked_at=now):
            filing.looked_at = now
            write_entries(filing_entry(filing, by, "开始审核", {}))


@transaction.atomic
def answer(*, filing, answers, by) -> int:
    """Answer questions about an open filing, {remark id: text}; how many were.

    Each answer closes its question.
    """
    given = {}
    for pk, text in answers.items():
        if text.strip():
            given[pk] = text.strip()[:400]
    if not given:
        return 0
    asked = Remark.objects.open_questions(filing).filter(pk__in=given)
    save = {"version": F("version") + 1, "saved_at": timezone.now(), "saved_by": by}
    if not Filing.objects.filter(pk=filing.pk).open_to(by).update(**save):
        raise Refused(moved_sentence(filing, "答复"))
    questions, _ = open_questions_and_answers(filing, given)
    questions = [question for question in questions if question.remark.pk in given]
    asked.update(closed_at=timezone.now())
    Remark.objects.bulk_create(answer_to(question, by) for question in questions)
    if questions:
        changes = {}
        for question in questions:
            changes[f"{question.place}·答复"] = [None, question.typed]
        write_entries(filing_entry(filing, by, "答复", changes))
    return len(questions)


def answer_to(question, by) -> Remark:
    """The clerk's words, unsaved, at the cell of the question, with the value there now."""
    asked = question.remark
    return Remark(
        kind=Remark.Kind.ANSWER,
        filing_id=asked.filing_id,
        section=asked.section,
        record_id=asked.record_id,
        key=asked.key,
        field=asked.field,
        value=question.now[:200],
        text=question.typed,
        by=by,
    )


def allowed_step(action, filing, by) -> Step:
    """The step of the table. Raises Refused where it is not this person's, or not now."""
    step = step_for(action, filing, by)
    if step:
        return step
    locked = lock_words(filing.round)
    if locked:
        raise Refused(locked)
    raise Refused(f"{filing.name}现在是“{state_words(filing)}”，您不能{NO_STEP[action]}。")


def move_filing(filing, version, step, by, verb, *, reason="", unseen=False, **fields) -> None:
    """One conditional update and its line in the trail; `filing` is brought up to it.

    `fields` are what the step changes besides. `unseen`: only while nobody has looked at it.
    """
    unit_before, unit_after = filing.with_unit_id, next_desk(filing, step)
    mine = as_seen(filing, version)
    if unseen:
        mine = mine.filter(looked_at=None)
    if not mine.update(version=version + 1, with_unit=unit_after, **fields):
        raise Refused(moved_sentence(filing, NO_STEP[step.action]))
    status_before, words_before = filing.status, state_words(filing)
    fields.update(version=version + 1, with_unit_id=unit_after)
    for name, value in fields.items():
        setattr(filing, name, value)
    units = Unit.objects.filter(pk__in={unit_before, unit_after} - {None})
    names = dict(units.values_list("pk", "name"))
    changes = {
        "办理环节": [names.get(unit_before), names.get(unit_after)],
        "状态": [words_before, state_words(filing)],
    }
    if reason:
        changes["理由"] = [None, reason]
    write_entries(filing_entry(filing, by, verb, changes))
    if Status.APPROVED in (status_before, filing.status):
        saved(filing.round, [filing.pk])
    moved(filing, step, by)


def as_seen(filing, version) -> QuerySet:
    """The filing if it is still as the person saw it, in a round that runs.

    Every step updates this and nothing else.
    """
    return Filing.objects.running().filter(
        pk=filing.pk, version=version, status=filing.status, with_unit=filing.with_unit_id
    )


def filing_entry(filing, by, verb, changes) -> AuditEntry:
    """A line of the trail about a filing, unsaved."""
    what = f"{filing.name} {filing.round.period}"
    return audit_entry(
        by=by, verb=verb, what=what, path=filing.path, target=f"filing:{filing.pk}", changes=changes
    )


def moved_sentence(filing, wanted) -> str:
    """What became of the filing since the page was shown."""
    now = Filing.objects.select_related("saved_by", "round__unit").get(pk=filing.pk)
    locked = lock_words(now.round)
    if locked:
        return locked
    if now.looked_at and not filing.looked_at:
        return seen_sentence(now)
    if (now.status, now.with_unit_id) != (filing.status, filing.with_unit_id):
        return f"{now.name}刚才变成了“{state_words(now)}”，没有再{wanted}。"
    since = f"{now.name}在您打开页面以后由"
    last = AuditEntry.objects.filter(target=f"filing:{now.pk}").first()
    if last and last.verb in REMARKED:
        return f"{since}{last.name}{last.verb}，没有{wanted}。请看过再{wanted}一次。"
    who = "系统"
    if now.saved_by:
        who = now.saved_by.name
    return f"{since}{who}改过，没有{wanted}。请看过改动再{wanted}一次。"


def seen_sentence(filing) -> str:
    """Why a filing that somebody looked at is not taken back."""
    at = timezone.localtime(filing.looked_at)
    when = f"{at.month} 月 {at.day} 日 {at:%H:%M}"
    return f"{filing.name}已在 {when} 开始审核，不能撤回。要修改，请对方退回。"
