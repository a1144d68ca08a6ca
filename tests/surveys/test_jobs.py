"""Lengthy work: done beside the request, stopped, lost, found again, and only by whom it belongs to."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from surveys.jobs import Made, kinds, nudge, start_job, work
from surveys.jobs.running import BROKEN
from surveys.models import Job

JOBS = reverse("surveys:jobs")


@pytest.fixture
def kind(monkeypatch):
    """`kind(run)`: what a job of the kind "test" does."""
    return lambda run: monkeypatch.setitem(kinds, "test", run)


@pytest.fixture
def later(settings):
    """Jobs wait for a worker."""
    settings.JOBS = "worker"


def start(by, filing=None, **arguments):
    return start_job(kind="test", title="汇编", by=by, filing=filing, **arguments)


def page(name, job):
    return reverse(f"surveys:{name}", args=[job.pk])


def again(job):
    return Job.objects.get(pk=job.pk)


def test_job_runs_with_its_arguments_and_leads_to_its_result(clerk_a, filing_a, kind):
    kind(lambda job, tick: f"/done/{job.filing_id}/{job.arguments['style']}/")
    job = again(start(clerk_a, filing_a, style="long"))
    assert (job.state, job.link) == ("done", f"/done/{filing_a.pk}/long/")


def test_ticks_are_seen_while_it_runs(clerk_a, kind):
    seen = []

    def run(job, tick):
        for at in (2, 3, 4):
            tick("正在写", at, 8)
            seen.append((again(job).message, again(job).percent))

    kind(run)
    start(clerk_a)
    assert seen == [("正在写", 25)] * 3  # the same words again at once are not written again


def test_asked_twice_it_is_one_job_until_it_ends(clerk_a, filing_a, later, kind):
    kind(lambda job, tick: None)
    first = start(clerk_a, filing_a, year=2022)
    assert start(clerk_a, filing_a, year=2022) == first
    assert start(clerk_a, filing_a, year=2021) != first
    work()
    assert start(clerk_a, filing_a, year=2022) != first


def test_one_that_waits_is_cancelled_at_once_and_never_done(as_user, clerk_a, later):
    job = start(clerk_a)
    answer = as_user(clerk_a).post(page("cancel_job", job), follow=True)
    assert "已取消，没有写入任何数据" in answer.content.decode()
    work()
    assert again(job).state == "cancelled"


def test_one_that_runs_stops_at_its_next_step(clerk_a, kind):
    steps = []

    def run(job, tick):
        for step in range(3):
            tick(f"第 {step} 步")
            steps.append(step)
            job.cancel()

    kind(run)
    assert (again(start(clerk_a)).state, steps) == ("cancelled", [0])


def test_what_is_being_written_is_not_cancelled(as_user, clerk_a, kind):
    said = []

    def run(job, tick):
        tick.last()
        said.append(as_user(clerk_a).post(page("cancel_job", job), follow=True).content.decode())

    kind(run)
    assert again(start(clerk_a)).state == "done"
    assert "已经开始写入，不能取消了" in said[0]


def test_reason_of_a_refusal_is_told(as_user, clerk_a, kind):
    def run(job, tick):
        raise ValidationError("第 3 行没有单位。")

    kind(run)
    job = start(clerk_a)
    assert again(job).state == "failed"
    assert "第 3 行没有单位。" in as_user(clerk_a).get(page("job", job)).content.decode()


def test_broken_one_is_said_to_be_broken_without_its_text(clerk_a, kind):
    kind(lambda job, tick: 1 // 0)
    with pytest.raises(ZeroDivisionError):  # which ends up in the log of the process
        start(clerk_a)
    assert (Job.objects.get().state, Job.objects.get().message) == ("failed", BROKEN)


def lose(job, minutes=3):
    """As if its process had been killed while it ran."""
    job.claim()
    Job.objects.filter(pk=job.pk).update(heartbeat=timezone.now() - timedelta(minutes=minutes))


def test_killed_one_does_not_run_for_ever(as_user, clerk_a, later):
    job = start(clerk_a)
    lose(job)
    assert (
        "处理中断了（可能是服务器重启）" in as_user(clerk_a).get(page("job", job)).content.decode()
    )
    assert again(job).state == "failed"


def test_one_heard_of_lately_is_not_given_up(clerk_a, later):
    job = start(clerk_a)
    lose(job, minutes=1)
    nudge([again(job)])
    assert again(job).state == "running"


def test_one_given_up_that_was_done_after_all_is_done(clerk_a, kind):
    def run(job, tick):
        lose(job)
        Job.objects.sweep()
        return "/done/"

    kind(run)
    job = again(start(clerk_a))
    assert (job.state, job.message, job.link) == ("done", "", "/done/")


def test_no_more_than_two_run_at_once(clerk_a, later, kind):
    kind(lambda job, tick: None)
    jobs = [start(clerk_a, at=at) for at in range(3)]
    assert [job.claim() for job in jobs[:2]] == [True, True]
    work()
    assert [again(job).state for job in jobs] == ["running", "running", "waiting"]


def test_two_processes_do_not_take_the_same(clerk_a, later):
    job = start(clerk_a)
    assert [job.claim(), again(job).claim()] == [True, False]


def test_command_does_what_waits(clerk_a, later, kind):
    kind(lambda job, tick: "/done/")
    job = start(clerk_a)
    call_command("work_jobs", once=True)
    assert again(job).state == "done"


@pytest.mark.django_db(transaction=True)
def test_thread_of_the_web_process_does_it(clerk_a, kind, settings):
    settings.JOBS = "inprocess"
    kind(lambda job, tick: tick("正在写") or "/done/")
    job, until = start(clerk_a), time.monotonic() + 10
    while again(job).is_active and time.monotonic() < until:
        time.sleep(0.05)
    assert again(job).state == "done"


def test_file_is_downloaded_under_its_name_and_the_trail_tells(as_user, clerk_a, filing_a, kind):
    kind(lambda job, tick: Made("年报汇编.docx", b"PK"))
    job = start(clerk_a, filing_a)
    answer = as_user(clerk_a).get(page("job_file", job))
    assert answer.content == b"PK"
    assert "%E5%B9%B4%E6%8A%A5%E6%B1%87%E7%BC%96.docx" in answer["Content-Disposition"]
    assert (
        AuditEntry.objects.filter(verb="下载文件", what="年报汇编.docx", path=filing_a.path).count()
        == 1
    )


@pytest.mark.parametrize("name", ["job", "job_file", "cancel_job"])
def test_job_is_its_persons_only(
    name, as_user, clerk_a, clerk_b, district_reviewer, filing_a, kind
):
    kind(lambda job, tick: Made("a.docx", b"PK"))
    job = start(clerk_a, filing_a)
    method = "post" if name == "cancel_job" else "get"
    found = {
        user.username: getattr(as_user(user), method)(page(name, job)).status_code
        for user in (clerk_b, district_reviewer)
    }
    assert found == {"clerk_b": 404, "district_reviewer": 404}


def test_job_is_closed_to_who_lost_the_area(as_user, clerk_a, filing_a, later):
    job = start(clerk_a, filing_a)
    clerk_a.assignments.all().delete()
    assert as_user(clerk_a).get(page("job", job)).status_code == 404


def test_page_asks_for_itself_until_it_ends_and_is_led_on(as_user, clerk_a, filing_a, later, kind):
    kind(lambda job, tick: "/done/")
    job, htmx = start(clerk_a, filing_a), {"HTTP_HX_REQUEST": "true"}
    assert b"hx-trigger" in as_user(clerk_a).get(page("job", job), **htmx).content
    work()
    answer = as_user(clerk_a).get(page("job", job), **htmx)
    assert (b"every 2s" in answer.content, b"?on=1" in answer.content) == (False, True)
    assert as_user(clerk_a).get(page("job", job) + "?on=1", **htmx)["HX-Redirect"] == "/done/"


def test_asking_by_itself_does_not_prolong_the_session(as_user, clerk_a, later):
    client, job = as_user(clerk_a), start(clerk_a)
    ends = timezone.now() + timedelta(minutes=20)
    Session.objects.update(expire_date=ends)
    client.get(page("job", job), HTTP_HX_REQUEST="true")
    assert Session.objects.get().expire_date == ends
    client.get(page("job", job))
    assert Session.objects.get().expire_date > ends


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_jobs_takes_so_many_queries(rows, as_user, clerk_a, filing_a, later):
    for at in range(rows):
        start(clerk_a, filing_a, at=at)
    client = as_user(clerk_a)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(JOBS)
    assert (answer.content.decode().count("汇编"), len(queries)) == (rows * 2, 7)


def test_list_without_jobs_says_what_would_be_there(as_user, stranger):
    assert "还没有任务" in as_user(stranger).get(JOBS).content.decode()
