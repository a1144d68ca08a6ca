"""A city's workbook: read and applied beside the request, refused in words, found again on the page of uploads."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from communities.models import Assignment
from residents.models import Profile
from surveys.actions import lengthy
from surveys.actions.checking import recheck
from surveys.jobs import work
from surveys.models import Filing, Job, Preview, Upload
from surveys.uploading.preview import UploadPreview
from surveys.views import uploads
from tests.surveys.uploading.books import ROW, book


@pytest.fixture
def client(as_user, clerk_a, street_filing, monkeypatch, settings):
    """For this clerk every workbook is a large one, and jobs wait for a worker."""
    settings.JOBS = "worker"
    monkeypatch.setattr(uploads, "LARGE_FILE", 100)
    monkeypatch.setattr(lengthy, "LARGE_ROWS", 1)
    return as_user(clerk_a)


@pytest.fixture
def send(client, street_filing):
    def sent(content=None):
        file = SimpleUploadedFile("全市.xlsx", content or book(ROW))
        answer = client.post(reverse("surveys:uploads", args=[street_filing.pk]), {"file": file})
        job = Job.objects.first()
        assert answer.url == reverse("surveys:job", args=[job.pk])
        return job

    return sent


def seen(client, upload):
    return client.get(reverse("surveys:upload", args=[upload.pk])).context["review"].seen


def confirmed(client, upload, seen):
    client.post(reverse("surveys:apply", args=[upload.pk]), {"seen": seen})
    job = Job.objects.get(kind="apply_workbook")
    work()
    job.refresh_from_db()
    return job


def test_large_workbook_is_read_by_a_job_and_applied_by_another(client, send):
    file = send().arguments["file"]
    assert not Upload.objects.exists()
    work()
    upload = Upload.objects.get()
    assert Job.objects.get().link == reverse("surveys:upload", args=[upload.pk])
    assert not default_storage.exists(file)
    job = confirmed(client, upload, seen(client, upload))
    assert (job.state, job.may_cancel) == ("done", False)
    assert Profile.objects.values_list("households", flat=True).get() == 1200


def test_page_of_uploads_finds_what_is_being_read(client, send, street_filing):
    job = send()
    text = client.get(reverse("surveys:uploads", args=[street_filing.pk])).content.decode()
    assert f'<a href="{reverse("surveys:job", args=[job.pk])}">读取“全市.xlsx”</a>：等待中' in text


def test_progress_tells_sheets_and_rows(send, monkeypatch):
    told = []
    monkeypatch.setattr(
        "surveys.jobs.Tick.write", lambda tick, **progress: told.append(progress["message"])
    )
    send()
    work()
    assert told == [
        "正在打开工作簿",
        "正在读取“社区基本情况”（共 2 行）",
        "正在与系统中的“基本情况”核对",
        "正在整理核对结果",
    ]


def test_cancelled_while_it_is_read_nothing_is_kept(send, monkeypatch):
    job = send()
    monkeypatch.setattr(
        "surveys.jobs.Tick.__call__", lambda tick, *_: job.cancel() and tick.write()
    )
    work()
    assert Job.objects.get().state == "cancelled"
    assert not Upload.objects.exists()
    assert not default_storage.exists(job.arguments["file"])


def test_file_that_is_no_workbook_fails_with_its_sentence(send):
    send(b"%PDF" + b"x" * 200)
    work()
    assert (Job.objects.get().state, Job.objects.get().message[:8]) == ("failed", "这是 PDF 文")


def test_applying_what_changed_meanwhile_leads_back_to_the_page(client, send):
    send()
    work()
    upload = Upload.objects.get()
    job = confirmed(client, upload, "seen before")
    assert (job.state, job.link) == ("failed", reverse("surveys:upload", args=[upload.pk]))
    assert "请再看一遍后入库" in job.message
    assert not Profile.objects.exists()


def test_clerk_whose_role_was_taken_away_meanwhile_writes_nothing(send, clerk_a):
    send()
    Assignment.objects.filter(user=clerk_a).update(role="viewer")
    work()
    assert Job.objects.get().message == "您已不再是骅东街道的填报员，没有办理。"
    assert not Upload.objects.exists()


ASKED = ["", "骅东街道", "不知哪个社区", 900, 2700, ""]


@pytest.fixture
def kept(client, send):
    """`kept(rows)`: the upload of a large workbook, read by its job."""

    def kept(*rows):
        send(book(*rows))
        work()
        return Upload.objects.get()

    return kept


def page(client, upload, **query):
    return client.get(reverse("surveys:upload", args=[upload.pk]), query)


def no_reading(monkeypatch):
    """From here on whoever reads a workbook fails."""

    def read(*args, **kwargs):
        raise AssertionError("read again")

    monkeypatch.setattr("surveys.actions.uploads.reader.read_survey", read)


def test_page_and_lists_are_shown_without_reading_it_again(client, kept, monkeypatch):
    upload = kept(ROW, ASKED)
    live = UploadPreview(
        upload, upload.round.filings.get(unit=upload.unit), *recheck(upload), may_edit=True
    )
    no_reading(monkeypatch)
    review = page(client, upload).context["review"]
    assert (review.is_kept, review.is_old, review.seen) == (True, False, live.seen)
    assert (
        [item.place for item in review.must]
        == [item.place for item in live.must]
        == ["社区基本情况!C3"]
    )
    assert list(page(client, upload, list="new").context["new"]) == live.new
    assert (review.sections, len(review.changed), len(review.absent)) == (live.sections, 0, 0)


def test_decision_is_kept_at_once_and_read_when_asked_for(client, kept, monkeypatch, street_filing):
    upload = kept(ROW, ASKED)
    with monkeypatch.context() as held:
        no_reading(held)
        given = {"line": "0", "how-0": "out", "place-0": "社区基本情况!C3"}
        client.post(reverse("surveys:decisions", args=[upload.pk]), given)
        answer = page(client, upload)
    assert (answer.context["review"].must, answer.context["review"].is_old) == ([], True)
    text = answer.content.decode()
    assert ("有 1 处决定还没有核对进来。" in text, "全部入库" in text) == (True, False)
    again = client.post(reverse("surveys:recheck", args=[upload.pk]))
    assert again.url == reverse("surveys:job", args=[Job.objects.first().pk])
    work()
    answer = page(client, upload)
    assert (answer.context["review"].is_old, "全部入库" in answer.content.decode()) == (False, True)


def test_save_meanwhile_is_said_before_anything_is_applied(client, kept, filing_a):
    upload = kept(ROW)
    Filing.objects.filter(pk=filing_a.pk).update(version=5)
    text = page(client, upload).content.decode()
    assert ("系统中的数据或列的对应又有变化。" in text, "全部入库" in text) == (True, False)


def test_what_was_kept_goes_once_it_is_applied(client, kept):
    upload = kept(ROW)
    confirmed(client, upload, seen(client, upload))
    assert (Upload.objects.get().status, Preview.objects.count()) == ("applied", 0)


def test_large_workbook_without_anything_kept_is_read_for_its_page(client, kept):
    upload = kept(ROW)
    Preview.objects.all().delete()
    assert page(client, upload).context["review"].is_kept is False


def test_small_or_applied_workbook_is_not_read_by_a_job(client, kept):
    upload = kept(ROW)
    confirmed(client, upload, seen(client, upload))
    client.post(reverse("surveys:recheck", args=[upload.pk]))
    assert not Job.objects.filter(kind="recheck_workbook").exists()


def done(client, kind):
    """The job of that kind, done."""
    work()
    return Job.objects.get(kind=kind, state="done")


def test_large_upload_is_undone_by_a_job(client, kept):
    upload = kept(ROW)
    confirmed(client, upload, seen(client, upload))
    answer = client.post(reverse("surveys:undo", args=[upload.pk]))
    assert answer.url == reverse("surveys:job", args=[Job.objects.get(kind="undo_workbook").pk])
    assert Profile.objects.exists()
    job = done(client, "undo_workbook")
    assert (job.link, job.may_cancel) == (reverse("surveys:upload", args=[upload.pk]), False)
    assert (Upload.objects.get().status, Profile.objects.exists()) == ("undone", False)


def test_large_upload_edited_since_is_not_undone_and_the_job_says_why(client, kept):
    upload = kept(ROW)
    confirmed(client, upload, seen(client, upload))
    Profile.objects.update(households=7)
    client.post(reverse("surveys:undo", args=[upload.pk]))
    work()
    job = Job.objects.get(kind="undo_workbook")
    assert (job.state, job.link) == ("failed", reverse("surveys:upload", args=[upload.pk]))
    assert "入库后有 1 条记录又被改过，不能整批撤销" in job.message


def test_large_workbook_is_marked_by_a_job_that_hands_it_over(client, kept):
    upload = kept(ROW, ASKED)
    address = reverse("surveys:marked", args=[upload.pk])
    assert client.get(address).url == reverse("surveys:upload", args=[upload.pk])
    client.post(address)
    job = done(client, "mark_workbook")
    file = client.get(reverse("surveys:job_file", args=[job.pk])).content
    assert job.file_name == "全市（标注）.xlsx"
    assert load_workbook(BytesIO(file)).active["C3"].comment.author == "社区年报"


def test_columns_of_a_large_workbook_are_shown_and_confirmed_without_reading_it(
    client, kept, monkeypatch
):
    upload = kept(ROW)
    address = reverse("surveys:columns", args=[upload.pk, 0])
    with monkeypatch.context() as held:
        no_reading(held)
        lines = client.get(address).context["lines"]
        form = {f"column-{line['at']}": line["path"] for line in lines}
        answer = client.post(address, form)
    assert [line["samples"] for line in lines][3:5] == ["1200", "3600"]
    assert answer.url == reverse("surveys:job", args=[Job.objects.get(kind="recheck_workbook").pk])
    done(client, "recheck_workbook")
    assert page(client, upload).context["review"].is_old is False
