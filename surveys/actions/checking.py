"""A workbook under review: taken in, decided on cell by cell, its columns confirmed, applied.

Until it is applied nothing of the survey changes: what is written here is the upload itself.
"""

import hashlib

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry
from surveys.actions.uploads import apply_upload, check_workbook, keep_upload
from surveys.difference import SectionDifference
from surveys.models import Layout, Upload
from surveys.reading.result import Reading, no_progress

WAITING = Upload.Status.CHECKED
NO_COLUMN = "这样这张表一列内容也读不到。至少给一列选上对应的内容，或在文件中删去这张表。"


def take_in(*, round, unit, name, content, by, tick=no_progress, then=None) -> Upload:
    """Receive a workbook from a person; sent twice it is one upload as long as it waits.

    `then` is called with a new upload, its reading and its comparison, once that is stored.
    Raises ValidationError with a sentence where nothing in it can be read.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    waiting = Upload.objects.filter(round=round, unit=unit, by=by, sha256=sha256, status=WAITING)
    same = waiting.first()
    if same:
        return same
    given = {"round": round, "unit": unit, "name": name, "content": content}
    reading, compared = check_workbook(**given, tick=tick)
    tick("正在整理核对结果")
    with transaction.atomic():
        # A double click waits for its first half.
        get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)
        same = waiting.first()
        if same:
            return same
        upload = keep_upload(**given, reading=reading, counts=section_counts(compared), by=by)
        write_entries(upload_entry(upload, "上传工作簿", by=by))
    if then:
        then(upload, reading, compared)
    return upload


def section_counts(compared) -> dict[str, dict]:
    """As `Upload.counts` keeps them."""
    return {section: difference.counts for section, difference in compared.items()}


def upload_entry(upload, verb, *, by, changes=None) -> AuditEntry:
    """A line of the trail about an upload, unsaved."""
    return audit_entry(
        by=by,
        verb=verb,
        what=upload.name,
        path=upload.unit.path,
        target=f"upload:{upload.pk}",
        changes=changes,
    )


def original_content(upload) -> bytes:
    """The workbook as it was sent in. Raises ValidationError where it is gone."""
    try:
        with upload.file.open("rb") as file:
            return file.read()
    except FileNotFoundError:
        raise ValidationError("原件已不在服务器上，请重新上传。") from None


def recheck(
    upload, decisions=None, tick=no_progress
) -> tuple[Reading, dict[str, SectionDifference]]:
    """Read the original again with the decisions made so far; compare it with what is stored."""
    if decisions is None:
        decisions = upload.decisions
    return check_workbook(
        round=upload.round,
        unit=upload.unit,
        name=upload.name,
        content=original_content(upload),
        decisions=decisions,
        tick=tick,
    )


def refresh(upload, tick=no_progress) -> tuple[Reading, dict[str, SectionDifference]]:
    """Read the original again and keep what it says now, as the list of uploads shows it."""
    reading, compared = recheck(upload, tick=tick)
    upload.findings = [finding.as_dict() for finding in reading.findings]
    upload.counts = section_counts(compared)
    waiting = Upload.objects.filter(pk=upload.pk, status=WAITING)
    waiting.update(findings=upload.findings, counts=upload.counts)
    return reading, compared


def decide(*, upload, given, dropped=(), by, reread=True) -> None:
    """Add decisions, {cell: decision}, and take back those for the cells `dropped`.

    Then the original is read again. Without `reread` that is left to a job: a large workbook takes
    longer than a page may.
    """
    with transaction.atomic():
        lock_upload(upload)
        before = upload.decisions
        after = before | given
        for place in dropped:
            after.pop(place, None)
        changed = changed_entries(before, after)
        if changed:
            Upload.objects.filter(pk=upload.pk).update(decisions=after)
            write_entries(upload_entry(upload, "处理上传内容", by=by, changes=changed))
        upload.decisions = after
    if changed and reread:
        refresh(upload)


def changed_entries(before, after) -> dict[str, list]:
    """{name: [old, new]} of what differs between two mappings."""
    changes = {}
    for name in before | after:
        old, new = before.get(name), after.get(name)
        if old != new:
            changes[name] = [old, new]
    return changes


@transaction.atomic
def confirm_columns(*, upload, signature, mapping, by, reread=True) -> None:
    """Keep how a person reads a sheet's columns, for this and later files.

    `mapping` is {joined label: "section.field", "" to ignore}. Then the original is read again;
    without `reread` that is left to a job, as in `decide`.
    """
    lock_upload(upload)
    if not any(mapping.values()):
        raise ValidationError(NO_COLUMN)
    layouts = Layout.objects.filter(unit=upload.unit, signature=signature)
    before = layouts.values_list("mapping", flat=True).first() or {}
    Layout.objects.update_or_create(
        unit=upload.unit, signature=signature, defaults={"mapping": mapping, "by": by}
    )
    known = {label: before[label] for label in mapping if label in before}
    changes = changed_entries(known, mapping)
    write_entries(upload_entry(upload, "确认列的对应", by=by, changes=changes))
    if reread:
        reading, _ = refresh(upload)
        if signature not in {sheet.signature for sheet in reading.sheets}:
            raise ValidationError(NO_COLUMN)


def lock_upload(upload) -> None:
    """Only what still waits is decided on, by one person at a time."""
    locked = Upload.objects.select_for_update(of=["self"]).select_related("round", "unit")
    upload.refresh_from_db(from_queryset=locked)
    if upload.status != WAITING:
        raise ValidationError(
            f"“{upload}”{upload.get_status_display()}，不能再改。如需重来，请重新上传。"
        )


def fingerprint(compared) -> str:
    """A digest of all that would be written, so that nobody confirms what they did not see."""
    state = hashlib.sha256()
    for name, difference in sorted(compared.items()):
        new = []
        for each in difference.new:
            new.append((each.filing, each.values, sorted(each.covers)))
        changed = []
        for each in difference.changed:
            changed.append((each.pk, sorted(each.fields.items())))
        state.update(repr((name, difference.names, new, changed)).encode())
    return state.hexdigest()[:32]


def confirm(*, upload, seen, leave_out_undecided=False, by, tick=None) -> Upload:
    """Apply what a person saw on the page, `seen` being its fingerprint.

    Raises ValidationError where it is something else by now.
    """
    reading, compared = recheck(upload, tick=tick or no_progress)
    if upload.status == WAITING and fingerprint(compared) != seen:
        raise ValidationError(
            "核对期间系统中的数据或决定有变化，下面已是最新的内容，请再看一遍后入库。"
        )
    if tick:
        tick.last()
    return apply_upload(
        upload=upload, reading=reading, by=by, leave_out_undecided=leave_out_undecided
    )
