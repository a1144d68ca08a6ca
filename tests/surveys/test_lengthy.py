"""A city's workbook: read and applied beside the request, refused in words, found again on the page of uploads."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communities.models import Assignment
from residents.models import Profile
from surveys.actions import lengthy
from surveys.jobs import work
from surveys.models import Job, Upload
from surveys.views import uploads
from tests.surveys.test_upload_pages import ROW, book


@pytest.fixture
def street_filing(round_2022, street_a):
    return round_2022.filings.get(unit=street_a)


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
    monkeypatch.setattr("surveys.jobs.Tick.write", lambda tick, **progress: told.append(progress["message"]))
    send()
    work()
    assert told == ["正在打开工作簿", "正在读取“社区基本情况”（共 2 行）", "正在与系统中的“基本情况”核对"]


def test_cancelled_while_it_is_read_nothing_is_kept(send, monkeypatch):
    job = send()
    monkeypatch.setattr("surveys.jobs.Tick.__call__", lambda tick, *_: job.cancel() and tick.write())
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
