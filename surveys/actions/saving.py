"""A section saved as it is typed: cell by cell, in one transaction, never over somebody else's change."""

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

    def __init__(self, answer):
        super().__init__()
        self.answer = answer


def save_section(*, filing, section, version, changes, by, key):
    """Store what was typed (`surveys.entry.typed.Typed`) in a section of a filing; the answer for the page as a dict.

    `version` is the one the page showed: where it moved on, the answer brings what stands now in `all` cells. A cell
    that somebody else changed meanwhile comes back with both values, one that cannot be read with a sentence. `key` is
    the form's own id: sent twice, saved once. Raises Closed where the filing may no longer be changed.
    """
    try:
        with transaction.atomic():
            return save_once(filing, section, version, changes, by, key)
    except Unsaved as unsaved:
        return unsaved.answer
    except IntegrityError:
        # The same form twice at the same moment: the other one was first.
        if known := replay(by, key):
            return known
        raise


def save_once(filing, section, version, changes, by, key):
    theirs = claim(filing, version, by)
    if theirs and (known := replay(by, key)):
        raise Unsaved(known)
    stored = SectionState(section, filing)
    made = FormChanges(stored, changes)
    notes = Notes(stored, made, changes.reasons, by)
    seen = theirs["version"] if theirs else version
    if not (made.any or notes.any):
        raise Unsaved(save_answer(made, stored, version=seen, theirs=theirs))
    write(stored, made)
    notes.write()
    record_typed(filing, made, notes.made, by=by)
    answer = save_answer(made, stored, version=seen + 1, theirs=theirs, at=filing.saved_at)
    Receipt.objects.create(user=by, key=key, answer=answer)
    if made.any:
        saved(filing.round, [filing.pk])
    return answer


def claim(filing, version, by):
    """Count a save on the filing, which also locks it until the end of the transaction.

    None where it still has the version the page showed; else what it had become, as a dict, and by whom.
    """
    if move(filing, version, by):
        return None
    for _ in range(ATTEMPTS):
        found = Filing.objects.filter(pk=filing.pk)
        theirs = found.values("version", "status", "saved_at", "saved_by", "saved_by__name").get()
        if not found.open_to(by).exists():
            if locked := lock_words(Round.objects.select_related("unit").get(pk=filing.round_id)):
                raise Closed(locked)
            label = (
                "已交街道" if theirs["status"] in OPEN_STATUSES else Status(theirs["status"]).label
            )
            raise Closed(f"{filing.name}{label}，不能再改。如需修改，请撤回，或让上级退回。")
        if move(filing, theirs["version"], by):
            return theirs
    raise Closed("同时保存的人太多，本次没有写入，请再保存一次。")


def move(filing, version, by):
    """One conditional update; whether the filing was open to this person and at that version."""
    filing.saved_at = timezone.now()
    mine = Filing.objects.filter(pk=filing.pk, version=version).open_to(by)
    return mine.update(version=version + 1, saved_at=filing.saved_at, saved_by=by)


def replay(by, key):
    """The answer this form got before, or None."""
    return Receipt.objects.filter(user=by, key=key).values_list("answer", flat=True).first()


def write(stored, made):
    """The records: deleted ones first, so that their names are free."""
    section, rows = stored.section, stored.rows
    if made.deleted:
        section.model.objects.filter(
            pk__in=[record["pk"] for record in made.deleted.values()]
        ).delete()
    names = sorted({name for fields in made.updated.values() for name in fields})
    update_records(
        section,
        names,
        [(*(rows[row][name] for name in names), rows[row]["pk"]) for row in made.updated],
    )
    if made.created:
        lines = [
            (stored.filing.pk, *(record[name] for name in stored.names))
            for record in made.created.values()
        ]
        for record, pk in zip(
            made.created.values(), insert_records(section, stored.names, lines), strict=True
        ):
            record["pk"] = pk
    write_covers(stored, made)


def write_covers(stored, made):
    """覆盖社区: new records get theirs, changed ones are brought to what was typed."""
    fresh = [
        (rec["pk"], pk)
        for row, rec in made.created.items()
        for pk in sorted(made.covers.get(row, ()))
    ]
    if fresh:
        insert_covers(stored.section, fresh)
    changed = {
        stored.rows[row]["pk"]: pks for row, pks in made.covers.items() if row not in made.created
    }
    if changed:
        replace_covers(stored.section, changed)
