"""A workbook under review: taken in once, decided on cell by cell, its columns confirmed, and then applied.

Until it is applied nothing of the survey changes: what is written here is the upload itself.
"""

import hashlib

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import audit_entry, write_entries
from surveys.actions.uploads import apply_upload, check_workbook, keep_upload
from surveys.models import Layout, Upload
from surveys.reading.result import no_progress

WAITING = Upload.Status.CHECKED
NO_COLUMN = "这样这张表一列内容也读不到。至少给一列选上对应的内容，或在文件中删去这张表。"


def take_in(*, round, unit, name, content, by, tick=no_progress, then=None):
    """Receive a workbook from a person; sent twice it is one upload as long as it waits. Returns the upload.

    `then` is called with a new upload, its reading and its comparison, once that is stored.
    Raises ValidationError with a sentence where nothing in it can be read.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    waiting = Upload.objects.filter(round=round, unit=unit, by=by, sha256=sha256, status=WAITING)
    if there := waiting.first():
        return there
    given = {"round": round, "unit": unit, "name": name, "content": content}
    reading, compared = check_workbook(**given, tick=tick)
    tick("正在整理核对结果")
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(
            pk=by.pk
        )  # a double click waits for its first half
        if there := waiting.first():
            return there
        upload = keep_upload(**given, reading=reading, counts=counts_of(compared), by=by)
        write_entries(line(upload, "上传工作簿", by=by))
    if then:
        then(upload, reading, compared)
    return upload


def counts_of(compared):
    """As `Upload.counts` keeps them."""
    return {section: difference.counts for section, difference in compared.items()}


def line(upload, verb, *, by, changes=None):
    """A line of the trail about an upload."""
    return audit_entry(
        by=by,
        verb=verb,
        what=upload.name,
        path=upload.unit.path,
        target=f"upload:{upload.pk}",
        changes=changes,
    )


def content_of(upload):
    """The original, byte by byte."""
    try:
        with upload.file.open("rb") as file:
            return file.read()
    except FileNotFoundError:
        raise ValidationError("原件已不在服务器上，请重新上传。") from None


def recheck(upload, decisions=None, tick=no_progress):
    """Read the original again with the decisions made so far: (reading, {section: Difference})."""
    return check_workbook(
        round=upload.round,
        unit=upload.unit,
        name=upload.name,
        content=content_of(upload),
        decisions=upload.decisions if decisions is None else decisions,
        tick=tick,
    )


def refresh(upload, tick=no_progress):
    """Keep what the original says now, as the list of uploads shows it; (reading, {section: Difference})."""
    reading, compared = recheck(upload, tick=tick)
    upload.findings, upload.counts = (
        [finding.as_dict() for finding in reading.findings],
        counts_of(compared),
    )
    waiting = Upload.objects.filter(pk=upload.pk, status=WAITING)
    waiting.update(findings=upload.findings, counts=upload.counts)
    return reading, compared


def decide(*, upload, given, dropped=(), by, reread=True):
    """Add decisions, {cell: decision}, and take back those for the cells `dropped`; then read the original again.

    Without `reread` that is left to a job: a large workbook takes longer than a page may.
    """
    with transaction.atomic():
        lock(upload)
        before = upload.decisions
        after = {place: how for place, how in {**before, **given}.items() if place not in dropped}
        changed = {
            place: [before.get(place), after.get(place)]
            for place in {**before, **after}
            if before.get(place) != after.get(place)
        }
        if changed:
            Upload.objects.filter(pk=upload.pk).update(decisions=after)
            write_entries(line(upload, "处理上传内容", by=by, changes=changed))
        upload.decisions = after
    if changed and reread:
        refresh(upload)


@transaction.atomic
def confirm_columns(*, upload, signature, mapping, by, reread=True):
    """Keep how a person reads a sheet's columns, {joined label: "section.field", "" to ignore}, for this and later files.

    Then the original is read again; without `reread` that is left to a job, as in `decide`.
    """
    lock(upload)
    if not any(mapping.values()):
        raise ValidationError(NO_COLUMN)
    before = (
        Layout.objects.filter(unit=upload.unit, signature=signature)
        .values_list("mapping", flat=True)
        .first()
        or {}
    )
    Layout.objects.update_or_create(
        unit=upload.unit, signature=signature, defaults={"mapping": mapping, "by": by}
    )
    changes = {
        label: [before.get(label), path]
        for label, path in mapping.items()
        if before.get(label) != path
    }
    write_entries(line(upload, "确认列的对应", by=by, changes=changes))
    if reread and signature not in {sheet.signature for sheet in refresh(upload)[0].sheets}:
        raise ValidationError(NO_COLUMN)


def lock(upload):
    """Only what still waits is decided on, by one person at a time."""
    upload.refresh_from_db(
        from_queryset=Upload.objects.select_for_update(of=["self"]).select_related("round", "unit")
    )
    if upload.status != WAITING:
        raise ValidationError(
            f"“{upload}”{upload.get_status_display()}，不能再改。如需重来，请重新上传。"
        )


def fingerprint(compared):
    """A digest of all that would be written, so that nobody confirms what they did not see."""
    state = hashlib.sha256()
    for name, difference in sorted(compared.items()):
        new = [(each.filing, each.values, sorted(each.covers)) for each in difference.new]
        changed = [(each.pk, sorted(each.fields.items())) for each in difference.changed]
        state.update(repr((name, difference.names, new, changed)).encode())
    return state.hexdigest()[:32]


def confirm(*, upload, seen, leave_out_undecided=False, by, tick=None):
    """Apply what a person saw on the page, `seen` being its fingerprint; ValidationError where it is something else by now."""
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
