"""A section saved as it is typed: in one transaction, never over somebody else's change."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from surveys.actions.hooks import saved
from surveys.bulk import insert_covers, insert_records, replace_covers, update_records
from surveys.entry.answering import save_answer
from surveys.entry.changing import FormChanges
from surveys.entry.noting import Notes
from surveys.entry.section_state import SectionState
from surveys.entry.trail import record_typed
from surveys.models import Filing, Receipt, Round, Status
from surveys.models.filing import OPEN_STATUSES
from surveys.workflow import lock_words

ATTEMPTS = 20


class Closed(ValidationError):
    """The filing was handed in meanwhile; nothing can be saved."""


class Unsaved(Exception):
    """Takes the transaction back where nothing could be stored; carries the answer."""

    def __init__(self, answer) -> None:
        super().__init__()
        self.answer = answer


def save_section(*, filing, section, version, changes, by, key) -> dict:
    """Store what was typed (a TypedForm) in a section of a filing; the answer for the page.

    `version` is the one the page showed: where it moved on, the answer brings what stands now in
    `all` cells. A cell that somebody else changed meanwhile comes back with both values, one that
    cannot be read with a sentence. `key` is the form's own id: sent twice, saved once. Raises
    Closed where the filing may no longer be changed.
    """
    try:
        with transaction.atomic():
            return save_once(filing, section, version, changes, by, key)
    except Unsaved as unsaved:
        return unsaved.answer
    except IntegrityError:
        # The same form twice at the same moment: the other one was first.
        known = earlier_answer(by, key)
        if known:
            return known
        raise


def save_once(filing, section, version, changes, by, key) -> dict:
    """What `save_section` does, inside its transaction. Raises Unsaved where nothing is stored."""
    theirs = claim_version(filing, version, by)
    known = None
    if theirs:
        known = earlier_answer(by, key)
    if known:
        raise Unsaved(known)
    stored = SectionState(section, filing)
    made = FormChanges(stored, changes)
    notes = Notes(stored, made, changes.reasons, by)
    seen = version
    if theirs:
        seen = theirs["version"]
    if not (made.any or notes.any):
        raise Unsaved(save_answer(made, stored, version=seen, theirs=theirs))
    write_records(stored, made)
    notes.write()
    record_typed(filing, made, notes.made, by=by)
    answer = save_answer(made, stored, version=seen + 1, theirs=theirs, at=filing.saved_at)
    Receipt.objects.create(user=by, key=key, answer=answer)
    if made.any:
        saved(filing.round, [filing.pk])
    return answer


def claim_version(filing, version, by) -> dict | None:
    """Count a save on the filing, which also locks it until the end of the transaction.

    None where it still has the version the page showed; else what it had become, and by whom.
    """
    if count_save(filing, version, by):
        return None
    for _ in range(ATTEMPTS):
        found = Filing.objects.filter(pk=filing.pk)
        theirs = found.values("version", "status", "saved_at", "saved_by", "saved_by__name").get()
        if not found.open_to(by).exists():
            raise Closed(closed_words(filing, theirs["status"]))
        if count_save(filing, theirs["version"], by):
            return theirs
    raise Closed("同时保存的人太多，本次没有写入，请再保存一次。")


def closed_words(filing, status) -> str:
    """Why a filing of this status takes no save from a clerk."""
    round = Round.objects.select_related("unit").get(pk=filing.round_id)
    locked = lock_words(round)
    if locked:
        return locked
    label = Status(status).label
    if status in OPEN_STATUSES:
        label = "已交街道"
    return f"{filing.name}{label}，不能再改。如需修改，请撤回，或让上级退回。"


def count_save(filing, version, by) -> int:
    """One conditional update; whether the filing was open to this person and at that version."""
    filing.saved_at = timezone.now()
    mine = Filing.objects.filter(pk=filing.pk, version=version).open_to(by)
    return mine.update(version=version + 1, saved_at=filing.saved_at, saved_by=by)


def earlier_answer(by, key) -> dict | None:
    """The answer this form got before, or None."""
    return Receipt.objects.filter(user=by, key=key).values_list("answer", flat=True).first()


def write_records(stored, made) -> None:
    """The records: deleted ones first, so that their names are free."""
    if made.deleted:
        gone = [record["pk"] for record in made.deleted.values()]
        stored.section.model.objects.filter(pk__in=gone).delete()
    update_typed(stored, made)
    insert_typed(stored, made)
    write_covers(stored, made)


def update_typed(stored, made) -> None:
    """Write the changed records."""
    changed = set()
    for fields in made.updated.values():
        changed.update(fields)
    names, values = sorted(changed), []
    for row in made.updated:
        record = stored.rows[row]
        values.append((*(record[name] for name in names), record["pk"]))
    update_records(stored.section, names, values)


def insert_typed(stored, made) -> None:
    """Write the new records; each gets its id."""
    records = list(made.created.values())
    if not records:
        return
    lines = []
    for record in records:
        lines.append((stored.filing.pk, *(record[name] for name in stored.names)))
    pks = insert_records(stored.section, stored.names, lines)
    for record, pk in zip(records, pks, strict=True):
        record["pk"] = pk


def write_covers(stored, made) -> None:
    """覆盖社区: new records get theirs, changed ones are brought to what was typed."""
    new_pairs, changed = [], {}
    for row, filings in made.covers.items():
        pk = stored.rows[row]["pk"]
        if row in made.created:
            for filing in sorted(filings):
                new_pairs.append((pk, filing))
        else:
            changed[pk] = filings
    if new_pairs:
        insert_covers(stored.section, new_pairs)
    if changed:
        replace_covers(stored.section, changed)
