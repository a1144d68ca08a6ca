"""Lengthy work on the screen: it moves by itself, is cancelled, and leads to its result; without script by a link."""

import threading

import pytest
from django.urls import reverse

from surveys.jobs import kinds, start_job
from surveys.models import Job
from tests.browser.test_every_page import SCREENS, violations


@pytest.fixture
def steps(monkeypatch, settings):
    """Lets the job go on from half to its end, which it reaches only when asked to."""
    settings.JOBS = "inprocess"
    over = threading.Event()

    def run(job, tick):
        tick("正在写各社区", 5, 10)
        while not over.wait(0.1):
            tick("正在写各社区", 5, 10)
        return reverse("surveys:jobs")

    monkeypatch.setitem(kinds, "test", run)
    yield over
    over.set()


@pytest.fixture
def job(steps, transactional_db, clerk_a, filing_a):
    return start_job(kind="test", title="年报汇编", by=clerk_a, filing=filing_a)


def address(job):
    return reverse("surveys:job", args=[job.pk])


def test_page_moves_by_itself_and_leads_to_the_result(page, sign_in, clerk_a, job, steps):
    sign_in(clerk_a)
    page.goto(address(job))
    page.wait_for_selector("text=50 %")
    for screen in SCREENS:
        page.set_viewport_size(screen)
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
        assert violations(page) == []
    steps.set()
    page.wait_for_url("**" + reverse("surveys:jobs"))
    assert page.inner_text("tbody .tag") == "完成"
    assert violations(page) == []


def test_job_is_found_again_and_cancelled(page, sign_in, clerk_a, job):
    sign_in(clerk_a)
    page.goto("/")
    page.click("text=我的任务")
    page.click("tbody >> text=年报汇编")
    page.click("text=取消任务")
    page.wait_for_selector("text=已取消，没有写入任何数据")
    assert Job.objects.get().state == "cancelled"
