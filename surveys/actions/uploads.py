"""A workbook sent in: received and read, then applied as a whole, in one transaction."""

import hashlib
import json
import zlib
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from communities.bulk import in_chunks
from communities.tree import lies_inside, path_ids
from surveys import reading as reader
from surveys.actions.hooks import saved
from surveys.actions.questions import attach_waiting, new_questions, pin_questions
from surveys.actions.trail import note_upload
from surveys.bulk import insert_covers, insert_records, replace_covers, update_records
from surveys.difference import SectionDifference, filing_conditions, workbook_differences
from surveys.models import Filing, Layout, Round, Upload
from surveys.models.filing import OPEN_STATUSES
from surveys.reading.reader import no_collection
from surveys.reading.result import FindingKind, Reading, no_progress
from surveys.workflow import lock_words, state_words, within_reach

NAMED = 5


def read_workbook(*, round, unit, name, content, decisions=None, tick=no_progress) -> Reading:
    """Read a workbook for a unit of a round.

    Raises ValidationError with its sentences where nothing in it can be read.
    """
    found = reader.read_survey(
        ContentFile(content, name),
        round=round,
        unit=unit,
        decisions=decisions or {},
        layouts=confirmed_layouts(unit),
        tick=tick,
    )
    broken = [finding for finding in found.findings if finding.kind == FindingKind.FILE]
    if broken:
        raise ValidationError([finding_sentence(finding) for finding in broken])
    return found


def check_workbook(
    *, round, unit, name, content, decisions=None, tick=no_progress
) -> tuple[Reading, dict[str, SectionDifference]]:
    """Read a workbook and compare it with what is stored; writes nothing.

    What only the comparison tells joins the findings of the reading.
    """
    found = read_workbook(
        round=round, unit=unit, name=name, content=content, decisions=decisions, tick=tick
    )
    compared = workbook_differences(found, tick=tick)
    for difference in compared.values():
        found.findings += difference.findings
    return found, compared


def confirmed_layouts(unit) -> dict[str, dict]:
    """{signature: mapping} of confirmed foreign sheets; a unit's own goes before those above."""
    confirmed = Layout.objects.filter(unit__in=path_ids(unit.path)).order_by("unit__path")
    return dict(confirmed.values_list("signature", "mapping"))


def applied_before(*, round, unit, content, decisions=None) -> Upload | None:
    """The upload by which this very file, with these decisions, was applied, if it still stands.

    None where something was saved since. Sending a file twice is common, and reading it again would
    tell nothing new.
    """
    digest = hashlib.sha256(content).hexdigest()
    same_file = Upload.objects.filter(
        round=round, unit=unit, sha256=digest, status=Upload.Status.APPLIED
    )
    for upload in same_file.order_by("-pk"):
        if upload.decisions == (decisions or {}):
            if saved_since(upload):
                return None
            return upload
    return None


def saved_since(upload) -> bool:
    """Whether filings of the area were saved, or sheets confirmed, since the upload was applied."""
    filings = upload.round.filings.filter(
        lies_inside([upload.unit.path]), saved_at__gt=upload.applied_at
    )
    confirmed = Layout.objects.filter(unit__in=path_ids(upload.unit.path), at__gt=upload.at)
    return filings.exists() or confirmed.exists()


def keep_upload(
    *, round, unit, name, content, reading, counts=None, by=None, decisions=None
) -> Upload:
    """Store a workbook that was read: the original, byte by byte, and what was found in it."""
    upload = Upload(
        round=round,
        unit=unit,
        name=name[:255],
        sha256=hashlib.sha256(content).hexdigest(),
        findings=[finding.as_dict() for finding in reading.findings],
        decisions=decisions or {},
        counts=counts or {},
        by=by,
    )
    upload.file.save(name, ContentFile(content), save=True)
    return upload


def import_workbook(
    *, round, unit, name, content, reading, by=None, decisions=None, leave_out_undecided=False
) -> Upload:
    """Keep and apply a workbook at once, as the command does.

    Where it cannot be applied, not even the original stays.
    """
    kept = {"round": round, "unit": unit, "name": name, "content": content, "decisions": decisions}
    with transaction.atomic():
        upload = keep_upload(**kept, reading=reading, by=by)
        try:
            return apply_upload(
                upload=upload, reading=reading, by=by, leave_out_undecided=leave_out_undecided
            )
        except ValidationError:
            upload.file.delete(save=False)
            raise


@transaction.atomic
@no_collection()
def apply_upload(
    *, upload, reading, by=None, leave_out_undecided=False, clear_blanks=None
) -> Upload:
    """Write what an upload brings: all of it or nothing; raises ValidationError with a sentence.

    Only a checked upload, once; only into filings that are open and that nobody saves meanwhile.
    Undecided rows stop it unless they are to be left out. `clear_blanks` says whether an empty cell
    clears; by default our template's do.
    """
    claim(upload)
    refuse_locked(upload.round_id)
    filings = snapshot(upload.round, filings_spoken_of(reading))
    found = workbook_differences(reading, clear_blanks=clear_blanks)
    if not leave_out_undecided:
        refuse_undecided(reading, found)
    questions = new_questions(upload, reading, found, by=by)
    touched = set()
    for difference in found.values():
        touched |= difference.filings
    asked = {question.remark.filing_id for question in questions}
    refuse_closed([filings[pk] for pk in touched | asked], by)
    bump([filings[pk] for pk in sorted(touched)], upload.applied_at, by)
    upload.counts, written = {}, {}
    for name, difference in found.items():
        upload.counts[name] = difference.counts
        written[name] = write_section(difference)
    upload.undo = packed(written)
    upload.findings += new_findings(upload, found)
    upload.save(update_fields=["counts", "undo", "findings"])
    pin_questions(upload.round, questions)
    attach_waiting(found.values())
    note_upload(upload, found, filings, by=by)
    if touched:
        saved(upload.round, sorted(touched))
    return upload


def claim(upload) -> None:
    """Only one of two people who confirm the same upload gets it."""
    now = timezone.now()
    mine = Upload.objects.filter(pk=upload.pk, status=Upload.Status.CHECKED)
    if not mine.update(status=Upload.Status.APPLIED, applied_at=now):
        raise ValidationError(f"“{upload}”已经入库或撤销，不能再次入库。如需重来，请重新上传。")
    upload.status, upload.applied_at = Upload.Status.APPLIED, now


def filings_spoken_of(reading) -> set[int]:
    """The ids of all filings a workbook has rows for or asks about."""
    filings = {finding.filing for finding in reading.findings if finding.filing}
    for incoming in reading.incoming.values():
        filings.update(row[0] for row in incoming.rows)
    return filings


def snapshot(round, wanted) -> dict[int, NamedTuple]:
    """{id: filing as a row}, versions included; taken before the records are looked at."""
    columns = ("pk", "name", "path", "version", "status", "with_unit_id")
    found = {}
    for part in filing_conditions(wanted, "pk"):
        rows = round.filings.filter(part).order_by().values_list(*columns, named=True)
        found |= {filing.pk: filing for filing in rows if filing.pk in wanted}
    if len(found) < len(wanted):
        raise ValidationError("工作簿中有不属于本填报期的单位，请重新上传。")
    return found


def refuse_undecided(reading, found) -> None:
    """Rows that wait for a decision stop the whole workbook."""
    findings = list(reading.undecided)
    for difference in found.values():
        findings += [finding for finding in difference.findings if is_blocking(finding)]
    waiting = list(dict.fromkeys(finding.place for finding in findings))
    if waiting:
        places = "、".join(waiting[:NAMED])
        raise ValidationError(
            f"还有 {len(waiting)} 处待决定（{places}），全部决定或选择略过后才能入库。"
        )


def refuse_locked(pk) -> None:
    """Nothing is written before a round begins, nor once it is closed.

    The round is read anew, for an upload may have waited.
    """
    if locked := lock_words(Round.objects.select_related("unit").get(pk=pk)):
        raise ValidationError(locked)


def is_blocking(finding) -> bool:
    """Whether nothing is written before somebody decides about it."""
    return finding.kind in (FindingKind.ROW, FindingKind.FILE)


def refuse_closed(filings, by) -> None:
    """Filings that were handed in or approved are not written to.

    Nor does a community's own clerk write to one the street has.
    """
    closed = []
    for filing in filings:
        if filing.status not in OPEN_STATUSES or not within_reach(filing, by):
            closed.append(filing)
    if closed:
        described = []
        for filing in closed[:NAMED]:
            described.append(f"{filing.name}（{state_words(filing)}）")
        names = "、".join(described)
        raise ValidationError(
            f"{len(closed)} 份填报表不能再改：{names}。请先退回，或从工作簿中去掉这些单位。"
        )


def bump(filings, moment, by) -> None:
    """Count a save on each filing, if it is still open and as it was when its records were read."""
    versions = {}
    for filing in filings:
        versions.setdefault(filing.version, []).append(filing.pk)
    for version, pks in versions.items():
        for part in in_chunks(pks):
            mine = Filing.objects.filter(pk__in=part, version=version).open_to(by)
            if mine.update(version=version + 1, saved_at=moment, saved_by=by) != len(part):
                raise ValidationError("导入时有人保存了同一份填报表，本次没有写入。请再试一次。")


def new_findings(upload, found) -> list[dict]:
    """What only the comparison with the database told, as the upload keeps it."""
    findings = []
    for difference in found.values():
        findings += [finding.as_dict() for finding in difference.findings]
    return [finding for finding in findings if finding not in upload.findings]


def write_section(difference) -> dict:
    """Write one section; return what to keep so that it can be taken back."""
    return {
        "names": difference.names,
        "created": insert_new(difference),
        "changed": update_changed(difference),
    }


def insert_new(difference) -> list[list]:
    """Insert the new records: [id, filing, values, filings covered] of each."""
    section, new = difference.section, difference.new
    if not new:
        return []
    rows = [(each.filing, *each.values) for each in new]
    pks = insert_records(section, difference.names, rows)
    kept, pairs = [], []
    for pk, each in zip(pks, new, strict=True):
        each.pk = pk
        covers = []
        if section.covers:
            covers = sorted(each.covers)
        pairs += [(pk, filing) for filing in covers]
        kept.append([pk, each.filing, each.values, covers])
    if section.covers:
        insert_covers(section, pairs)
    return kept


def update_changed(difference) -> list[list]:
    """Update the changed records: [id, filing, {field: [old, new]}] of each."""
    section, changes = difference.section, difference.changed
    changed = set()
    for change in changes:
        changed.update(change.fields)
    positions = {}
    for at, name in enumerate(difference.names):
        if name in changed:
            positions[name] = at
    rows = [values_after(change, positions) for change in changes]
    update_records(section, list(positions), rows)
    if section.covers in changed:
        covers = {}
        for change in changes:
            if section.covers in change.fields:
                _, covers[change.pk] = change.fields[section.covers]
        replace_covers(section, covers)
    return [[change.pk, change.filing, change.fields] for change in changes]


def values_after(change, positions) -> tuple:
    """The values of these columns as they will be, and the id; `positions` {name: where}."""
    values = []
    for name, at in positions.items():
        value = change.values[at]
        if name in change.fields:
            _, value = change.fields[name]
        values.append(value)
    return (*values, change.pk)


def packed(content) -> bytes:
    """As `Upload.undo` keeps it; amounts as text."""
    text = json.dumps(content, default=str, ensure_ascii=False)
    return zlib.compress(text.encode(), 1)


def finding_sentence(finding) -> str:
    """A finding in one sentence, its place in front where it has one."""
    text = finding.reason
    if finding.cell:
        text = f"{finding.place}：{text}"
    if finding.expected:
        text = f"{text}（{finding.expected}）"
    return text
