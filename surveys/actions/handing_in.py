"""A filing handed in, taken back, sent back: each one conditional update on what the person looked at."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry
from communities.models import Unit
from surveys.actions.hooks import moved, saved
from surveys.actions.messages import clerks_of, send
from surveys.models import Filing, Message, Remark, Status
from surveys.workflow import Place, lock_words, next_desk, state_words, step_for
from surveys.worklist.obstacles import find_obstacles
from surveys.worklist.questions import open_questions_and_answers

HANDED_IN = "报送"
RETURNED = "退回"
REMARKED = ("提出批注", "办结批注")
NO_STEP = {"hand_in": "报送", "withdraw": "撤回", "send_back": "退回", "approve": "审核通过"}


class Refused(ValidationError):
    """The step is not this person's, or the filing moved on meanwhile; the sentence says what to do."""


@transaction.atomic
def hand_in(*, filing, version, by):
    """Check everything once more and give the filing to the next desk, locked.

    Returns the stops that keep it; [] where it was handed in. `version` is the one the page showed.
    """
    step = allowed("hand_in", filing, by)
    if found := find_obstacles(filing):
        return found
    status = Status.SUBMITTED if step.target == Place.ABOVE else Status.DRAFT
    now = timezone.now()
    move(
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
    if step.target == Place.STREET:
        tell_clerks(filing, Message.Kind.NOTICE, f"{filing.name}已填完交来，请核对后报送。", by)
    return []


@transaction.atomic
def withdraw(*, filing, version, by):
    """Take a filing back to go on filling it in, while nobody at the desk has looked at it."""
    step = allowed("withdraw", filing, by)
    if filing.looked_at:
        raise Refused(seen_sentence(filing))
    status = Status.RETURNED if filing.returned_at else Status.DRAFT
    move(
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
def send_back(*, filing, version, by, reason):
    """Give a filing back to those who fill it in, with the reason; the remarks stay."""
    step = allowed("send_back", filing, by)
    reason = reason.strip()[:400]
    if not reason:
        raise Refused("请写明退回的理由，填报人按它修改。")
    back = {
        "returned_at": timezone.now(),
        "returned_by": by,
        "return_reason": reason,
        "looked_at": None,
    }
    move(filing, version, step, by, RETURNED, said=reason, status=Status.RETURNED, **back)
    asked = Remark.objects.filter(filing=filing, kind=Remark.Kind.QUESTION, closed_at=None).count()
    more = f"另有 {asked} 条批注，请逐条答复。" if asked else ""
    tell_clerks(
        filing,
        Message.Kind.RETURNED,
        f"{filing.name}被退回：{reason[:340]}。{more}".replace("。。", "。"),
        by,
    )


def tell_clerks(filing, kind, text, by):
    """A message to those who fill it in; it leads to the remarks where they may change the filing."""
    send(to=clerks_of([filing])[filing.pk], kind=kind, text=text, filing=filing, by=by)


def look(*, filing, by):
    """Note that somebody at the desk opened a filing: from now on it is not taken back. No query for anybody else."""
    if (
        filing.looked_at
        or filing.status == Status.APPROVED
        or not step_for("send_back", filing, by)
    ):
        return
    now = timezone.now()
    mine = Filing.objects.filter(
        pk=filing.pk, status=filing.status, with_unit=filing.with_unit_id, looked_at=None
    )
    with transaction.atomic():
        if mine.update(looked_at=now):
            filing.looked_at = now
            write_entries(line(filing, by, "开始审核", {}))


@transaction.atomic
def answer(*, filing, answers, by):
    """Answer questions about an open filing, {remark id: text}: each answer closes its question; how many were."""
    given = {pk: text.strip()[:400] for pk, text in answers.items() if text.strip()}
    asked = Remark.objects.filter(
        filing=filing, pk__in=given, kind=Remark.Kind.QUESTION, closed_at=None
    )
    if not given:
        return 0
    save = {"version": F("version") + 1, "saved_at": timezone.now(), "saved_by": by}
    if not Filing.objects.filter(pk=filing.pk).open_to(by).update(**save):
        raise Refused(moved_sentence(filing, "答复"))
    questions, _ = open_questions_and_answers(filing, given)
    questions = [question for question in questions if question.remark.pk in given]
    asked.update(closed_at=timezone.now())
    Remark.objects.bulk_create(answer_to(question, by) for question in questions)
    if questions:
        said = {f"{question.place}·答复": [None, question.typed] for question in questions}
        write_entries(line(filing, by, "答复", said))
    return len(questions)


def answer_to(question, by):
    """The clerk's words, pinned to the cell of the question and to the value that stands there now."""
    where = {
        name: getattr(question.remark, name)
        for name in ("filing_id", "section", "record_id", "key", "field")
    }
    return Remark(
        kind=Remark.Kind.ANSWER, text=question.typed, value=question.now[:200], by=by, **where
    )


def allowed(action, filing, by):
    """The step of the table. Raises Refused where it is not this person's, or not now."""
    if step := step_for(action, filing, by):
        return step
    if locked := lock_words(filing.round):
        raise Refused(locked)
    raise Refused(f"{filing.name}现在是“{state_words(filing)}”，您不能{NO_STEP[action]}。")


def move(filing, version, step, by, verb, *, said="", unseen=False, **fields):
    """One conditional update and its line in the trail; `filing` is brought up to it."""
    desk = next_desk(filing, step)
    mine = as_seen(filing, version)
    if unseen:
        mine = mine.filter(looked_at=None)
    if not mine.update(version=version + 1, with_unit=desk, **fields):
        raise Refused(moved_sentence(filing, NO_STEP[step.action]))
    was, before = filing.status, state_words(filing)
    desks = dict(
        Unit.objects.filter(pk__in={desk, filing.with_unit_id} - {None}).values_list("pk", "name")
    )
    changes = {"办理环节": [desks.get(filing.with_unit_id), desks.get(desk)]}
    for name, value in {**fields, "version": version + 1, "with_unit_id": desk}.items():
        setattr(filing, name, value)
    changes |= {"状态": [before, state_words(filing)]} | ({"理由": [None, said]} if said else {})
    write_entries(line(filing, by, verb, changes))
    if Status.APPROVED in (was, filing.status):
        saved(filing.round, [filing.pk])
    moved(filing, step, by)


def as_seen(filing, version):
    """The filing if it is still as the person saw it, in a round that runs: what every step updates, and nothing else."""
    return Filing.objects.running().filter(
        pk=filing.pk, version=version, status=filing.status, with_unit=filing.with_unit_id
    )


def line(filing, by, verb, changes):
    what = f"{filing.name} {filing.round.period}"
    return audit_entry(
        by=by, verb=verb, what=what, path=filing.path, target=f"filing:{filing.pk}", changes=changes
    )


def moved_sentence(filing, wanted):
    """What became of the filing since the page was shown."""
    now = Filing.objects.select_related("saved_by", "round__unit").get(pk=filing.pk)
    if locked := lock_words(now.round):
        return locked
    if now.looked_at and not filing.looked_at:
        return seen_sentence(now)
    if (now.status, now.with_unit_id) != (filing.status, filing.with_unit_id):
        return f"{now.name}刚才变成了“{state_words(now)}”，没有再{wanted}。"
    last = AuditEntry.objects.filter(target=f"filing:{now.pk}").first()
    if last and last.verb in REMARKED:
        return f"{now.name}在您打开页面以后由{last.name}{last.verb}，没有{wanted}。请看过再{wanted}一次。"
    who = now.saved_by.name if now.saved_by else "系统"
    return f"{now.name}在您打开页面以后由{who}改过，没有{wanted}。请看过改动再{wanted}一次。"


def seen_sentence(filing):
    at = timezone.localtime(filing.looked_at)
    return f"{filing.name}已在 {at.month} 月 {at.day} 日 {at:%H:%M} 开始审核，不能撤回。要修改，请对方退回。"
