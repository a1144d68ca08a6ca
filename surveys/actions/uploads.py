"""A workbook sent in: received and read, then applied as a whole, in one transaction."""

import hashlib
import json
import zlib

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
from surveys.difference import filing_conditions, workbook_differences
from surveys.models import Filing, Layout, Round, Upload
from surveys.models.filing import OPEN_STATUSES
from surveys.reading.reader import no_collection
from surveys.reading.result import FindingKind, no_progress
from surveys.workflow import lock_words, state_words, within_reach

NAMED = 5


def read_workbook(*, round, unit, name, content, decisions=None, tick=no_progress):
    """Read a workbook for a unit of a round; ValidationError with its sentences where nothing in it can be read."""
    file = ContentFile(content, name)
    about = {"round": round, "unit": unit, "decisions": decisions or {}, "layouts": layouts(unit)}
    found = reader.read_survey(file, **about, tick=tick)
    broken = [finding for finding in found.findings if finding.kind == FindingKind.FILE]
    if broken:
        raise ValidationError([sentence(finding) for finding in broken])
    return found


def check_workbook(*, round, unit, name, content, decisions=None, tick=no_progress):
    """Read a workbook and compare it with what is stored, writing nothing: (reading, {section: Difference})."""
    found = read_workbook(
        round=round, unit=unit, name=name, content=content, decisions=decisions, tick=tick
    )
    compared = workbook_differences(found, tick=tick)
    found.findings += [
        finding for difference in compared.values() for finding in difference.findings
    ]
    return found, compared


def layouts(unit):
    """Confirmed readings of foreign sheets, {signature: mapping}; a unit's own goes before those from above."""
    confirmed = Layout.objects.filter(unit__in=path_ids(unit.path)).order_by("unit__path")
    return dict(confirmed.values_list("signature", "mapping"))


def applied_before(*, round, unit, content, decisions=None):
    """The upload by which this very file, with these decisions, was applied, if nothing was saved since; else None.

    Sending a file twice is common, and reading it again would tell nothing new.
    """
    digest = hashlib.sha256(content).hexdigest()
    same = Upload.objects.filter(
        round=round, unit=unit, sha256=digest, status=Upload.Status.APPLIED
    ).order_by("-pk")
    upload = next((upload for upload in same if upload.decisions == (decisions or {})), None)
    return upload if upload and not moved_on(upload) else None


def moved_on(upload):
    """Whether filings of the area were saved, or readings of sheets confirmed, since the upload was applied."""
    filings = upload.round.filings.filter(
        lies_inside([upload.unit.path]), saved_at__gt=upload.applied_at
    )
    confirmed = Layout.objects.filter(unit__in=path_ids(upload.unit.path), at__gt=upload.at)
    return filings.exists() or confirmed.exists()


def keep_upload(*, round, unit, name, content, reading, counts=None, by=None, decisions=None):
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
):
    """Keep and apply a workbook at once, as the command does: all of it, or not even the original stays."""
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
def apply_upload(*, upload, reading, by=None, leave_out_undecided=False, clear_blanks=None):
    """Write what an upload brings: all of it or nothing; raises ValidationError with a sentence.

    Only a checked upload, once; only into filings that are open and that nobody saves meanwhile. Undecided rows stop
    it unless they are to be left out. `clear_blanks` says whether an empty cell clears; by default our template's do.
    """
    claim(upload)
    refuse_locked(upload.round_id)
    filings = snapshot(upload.round, spoken_of(reading))
    found = workbook_differences(reading, clear_blanks=clear_blanks)
    if not leave_out_undecided:
        refuse_undecided(reading, found)
    questions = new_questions(upload, reading, found, by=by)
    touched = sorted(set().union(*(difference.filings for difference in found.values())))
    refuse_closed(
        [filings[pk] for pk in {*touched, *(question.remark.filing_id for question in questions)}],
        by,
    )
    bump([filings[pk] for pk in touched], upload.applied_at, by)
    upload.counts = {name: difference.counts for name, difference in found.items()}
    upload.undo = packed({name: written(difference) for name, difference in found.items()})
    upload.findings += new_findings(upload, found)
    upload.save(update_fields=["counts", "undo", "findings"])
    pin_questions(upload.round, questions)
    attach_waiting(found.values())
    note_upload(upload, found, filings, by=by)
    if touched:
        saved(upload.round, touched)
    return upload


def claim(upload):
    """Only one of two people who confirm the same upload gets it."""
    now = timezone.now()
    mine = Upload.objects.filter(pk=upload.pk, status=Upload.Status.CHECKED)
    if not mine.update(status=Upload.Status.APPLIED, applied_at=now):
        raise ValidationError(f"“{upload}”已经入库或撤销，不能再次入库。如需重来，请重新上传。")
    upload.status, upload.applied_at = Upload.Status.APPLIED, now


def spoken_of(reading):
    """The ids of all filings a workbook has rows for or asks about."""
    wanted = {row[0] for incoming in reading.incoming.values() for row in incoming.rows}
    return wanted | {finding.filing for finding in reading.findings if finding.filing}


def snapshot(round, wanted):
    """{id: filing as a row}, versions included; taken before the records are looked at."""
    columns = ("pk", "name", "path", "version", "status", "with_unit_id")
    found = {}
    for part in filing_conditions(wanted, "pk"):
        rows = round.filings.filter(part).order_by().values_list(*columns, named=True)
        found |= {filing.pk: filing for filing in rows if filing.pk in wanted}
    if len(found) < len(wanted):
        raise ValidationError("工作簿中有不属于本填报期的单位，请重新上传。")
    return found


def refuse_undecided(reading, found):
    """Rows that wait for a decision stop the whole workbook."""
    waiting = {finding.place: finding for finding in reading.undecided}
    waiting |= {
        finding.place: finding
        for each in found.values()
        for finding in each.findings
        if blocks(finding)
    }
    if waiting:
        places = "、".join(list(waiting)[:NAMED])
        raise ValidationError(
            f"还有 {len(waiting)} 处待决定（{places}），全部决定或选择略过后才能入库。"
        )


def refuse_locked(pk):
    """Nothing is written before a round begins, nor once it is closed; asked anew, for an upload may have waited."""
    if locked := lock_words(Round.objects.select_related("unit").get(pk=pk)):
        raise ValidationError(locked)


def blocks(finding):
    return finding.kind in (FindingKind.ROW, FindingKind.FILE)


def refuse_closed(filings, by):
    """Filings that were handed in or approved are not written to, nor by a community's clerk one the street has."""
    closed = [
        filing
        for filing in filings
        if filing.status not in OPEN_STATUSES or not within_reach(filing, by)
    ]
    if closed:
        names = "、".join(f"{filing.name}（{state_words(filing)}）" for filing in closed[:NAMED])
        raise ValidationError(
            f"{len(closed)} 份填报表不能再改：{names}。请先退回，或从工作簿中去掉这些单位。"
        )


def bump(filings, moment, by):
    """Count a save on each filing, if it is still open and as it was when its records were read."""
    versions = {}
    for filing in filings:
        versions.setdefault(filing.version, []).append(filing.pk)
    for version, pks in versions.items():
        for part in in_chunks(pks):
            mine = Filing.objects.filter(pk__in=part, version=version).open_to(by)
            if mine.update(version=version + 1, saved_at=moment, saved_by=by) != len(part):
                raise ValidationError("导入时有人保存了同一份填报表，本次没有写入。请再试一次。")


def new_findings(upload, found):
    """What only the comparison with the database told, as the upload keeps it."""
    told = [finding.as_dict() for difference in found.values() for finding in difference.findings]
    return [finding for finding in told if finding not in upload.findings]


def written(difference):
    """Write one section; what to keep so that it can be taken back."""
    return {
        "names": difference.names,
        "created": created(difference),
        "changed": changed(difference),
    }


def created(difference):
    """Insert the new records: [id, filing, values, filings covered] of each."""
    section, new = difference.section, difference.new
    if not new:
        return []
    made = insert_records(section, difference.names, [(each.filing, *each.values) for each in new])
    for pk, each in zip(made, new, strict=True):
        each.pk = pk
    if section.covers:
        insert_covers(
            section,
            [(pk, f) for pk, each in zip(made, new, strict=True) for f in sorted(each.covers)],
        )
    return [
        [pk, each.filing, each.values, sorted(each.covers) if section.covers else []]
        for pk, each in zip(made, new, strict=True)
    ]


def changed(difference):
    """Update the changed records: [id, filing, {field: [old, new]}] of each."""
    section, changes = difference.section, difference.changed
    named = {name for change in changes for name in change.fields}
    at = {name: difference.names.index(name) for name in difference.names if name in named}
    update_records(section, list(at), [values_after(change, at) for change in changes])
    if section.covers in named:
        replace_covers(
            section,
            {
                each.pk: each.fields[section.covers][1]
                for each in changes
                if section.covers in each.fields
            },
        )
    return [[change.pk, change.filing, change.fields] for change in changes]


def values_after(change, at):
    """The values of the columns in `at` as they will be, and the id."""
    values = (
        change.fields[name][1] if name in change.fields else change.values[i]
        for name, i in at.items()
    )
    return (*values, change.pk)


def packed(content):
    """As `Upload.undo` keeps it; amounts as text."""
    return zlib.compress(json.dumps(content, default=str, ensure_ascii=False).encode(), 1)


def sentence(finding):
    """A finding in one sentence, its place in front where it has one."""
    place = f"{finding.place}：" if finding.cell else ""
    return f"{place}{finding.reason}" + (f"（{finding.expected}）" if finding.expected else "")
