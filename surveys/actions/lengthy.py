"""A city's workbook, taken in, applied, undone and marked as jobs.

Reading 50,000 rows takes longer than a page may.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from surveys.actions.checking import confirm, refresh, take_in
from surveys.actions.undo import undo_upload
from surveys.jobs import Made, start_job
from surveys.marking import marked_original
from surveys.models import Job, Preview, Upload
from surveys.reading.result import no_progress
from surveys.uploading import kept

LARGE_FILE = 512 * 1024  # bytes; some 10,000 rows, two seconds
LARGE_ROWS = 5_000
INCOMING = "incoming"
KEPT = timedelta(days=1)
KINDS = ("read_workbook", "recheck_workbook", "apply_workbook", "undo_workbook", "mark_workbook")


def is_large(upload) -> bool:
    """Whether applying it is a job: by the rows that were read."""
    rows = 0
    for counts in upload.counts.values():
        rows += counts["new"] + counts["changed"] + counts["same"]
    return rows >= LARGE_ROWS


def take_in_upload(*, round, unit, tick=no_progress, **given) -> Upload:
    """Take in a workbook, as `take_in` does; of a large one keep what its page shows as well."""
    state = kept.area_state(round, unit)

    def keep(upload, reading, compared) -> None:
        if is_large(upload):
            kept.keep_preview(upload, state, reading, compared)

    return take_in(round=round, unit=unit, **given, tick=tick, then=keep)


def start_reading(*, filing, name, content, by) -> Job:
    """Lay the file aside and have it read; the job."""
    clear_incoming()
    place = f"{INCOMING}/{uuid4().hex}.bin"
    file = default_storage.save(place, ContentFile(content))
    return start_job(
        kind="read_workbook", title=f"读取“{name}”", by=by, filing=filing, file=file, name=name
    )


def clear_incoming() -> None:
    """Take away what no job came to read: those were cancelled before their turn."""
    if not default_storage.exists(INCOMING):
        return
    oldest = timezone.now() - KEPT
    _, names = default_storage.listdir(INCOMING)
    for name in names:
        file = f"{INCOMING}/{name}"
        if default_storage.get_modified_time(file) < oldest:
            default_storage.delete(file)


def start_applying(*, upload, filing, seen, leave_out_undecided, by) -> Job:
    """Have an upload that a person saw and confirmed written; the job."""
    given = {"upload": upload.pk, "seen": seen, "leave_out_undecided": leave_out_undecided}
    return start_job(
        kind="apply_workbook", title=f"“{upload.name}”入库", by=by, filing=filing, **given
    )


def start_rechecking(*, upload, filing, by) -> Job:
    """Have a large workbook read again, with the decisions made so far; the job."""
    return start_job(
        kind="recheck_workbook",
        title=f"重新核对“{upload.name}”",
        by=by,
        filing=filing,
        upload=upload.pk,
    )


def start_undoing(*, upload, filing, by) -> Job:
    """Have a large upload taken back; the job."""
    return start_job(
        kind="undo_workbook", title=f"撤销“{upload.name}”", by=by, filing=filing, upload=upload.pk
    )


def start_marking(*, upload, filing, by) -> Job:
    """Have a large workbook marked, for download; the job."""
    return start_job(
        kind="mark_workbook", title=f"标注“{upload.name}”", by=by, filing=filing, upload=upload.pk
    )


def jobs_about(user, filing) -> QuerySet:
    """What a person has in the works for an area: files being read or written."""
    return Job.objects.visible_to(user).active().filter(kind__in=KINDS, filing=filing)


def read_large(job, tick) -> str:
    """The work of `start_reading`: the address of the page about what was found."""
    refuse_others(job)
    file, name = job.arguments["file"], job.arguments["name"]
    try:
        with default_storage.open(file, "rb") as stored:
            content = stored.read()
        about = {"round": job.filing.round, "unit": job.filing.unit, "name": name}
        upload = take_in_upload(**about, content=content, by=job.by, tick=tick)
    except FileNotFoundError:
        raise ValidationError("文件已不在服务器上，请重新上传。") from None
    finally:
        default_storage.delete(file)
    return reverse("surveys:upload", args=[upload.pk])


def apply_large(job, tick) -> str:
    """The work of `start_applying`: the address of the page that says what was written."""
    refuse_others(job)
    upload, page = upload_of_job(job)
    with leading_back(page):
        given = {name: job.arguments[name] for name in ("seen", "leave_out_undecided")}
        confirm(upload=upload, **given, by=job.by, tick=tick)
    Preview.objects.filter(upload=upload).delete()  # what would be written was written
    return page


def recheck_large(job, tick) -> str:
    """The work of `start_rechecking`: the address of the page, which shows what was found now."""
    refuse_others(job)
    upload, page = upload_of_job(job)
    state = kept.area_state(upload.round, upload.unit)
    if upload.status == Upload.Status.CHECKED:
        with leading_back(page):
            reading, compared = refresh(upload, tick=tick)
        tick("正在整理核对结果")
        kept.keep_preview(upload, state, reading, compared)
    return page


def undo_large(job, tick) -> str:
    """The work of `start_undoing`: the address of the page that says so."""
    refuse_others(job)
    upload, page = upload_of_job(job)
    tick.last("正在撤销")
    with leading_back(page):
        undo_upload(upload=upload, by=job.by)
    return page


def mark_large(job, tick) -> Made:
    """The work of `start_marking`: the file."""
    refuse_others(job)
    upload, page = upload_of_job(job)
    with leading_back(page):
        name, content = marked_original(upload=upload, filing=job.filing, by=job.by, tick=tick)
        return Made(name, content)


def upload_of_job(job) -> tuple[Upload, str]:
    """The upload a job is about, and the address of its page."""
    uploads = Upload.objects.visible_to(job.by).select_related("round", "unit")
    upload = uploads.get(pk=job.arguments["upload"])
    return upload, reverse("surveys:upload", args=[upload.pk])


@contextmanager
def leading_back(page) -> Iterator[None]:
    """A refusal that says where to go on."""
    try:
        yield
    except ValidationError as refused:
        refused.link = page
        raise


def refuse_others(job) -> None:
    """Time has passed: the person may no longer fill in the area."""
    areas = job.by.paths(role="clerk")
    if not any(job.filing.path.startswith(area) for area in areas):
        raise ValidationError(f"您已不再是{job.filing.name}的填报员，没有办理。")
