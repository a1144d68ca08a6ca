"""Lengthy work on the screen: it moves by itself, is cancelled, and leads to its result; without script by a link."""

import pytest
from django.urls import reverse

from surveys.jobs import start_job
from tests.browser.looking import SCREENS, violations


@pytest.fixture
def job(settings, clerk_a, filing_a):
    """Half done; the test does the worker's part, for a database in memory bears no second writer."""
    settings.JOBS = "worker"
    job = start_job(kind="test", title="年报汇编", by=clerk_a, filing=filing_a)
    assert job.claim()
    assert job.beat(message="正在写各社区", done=5, total=10)
    return job


def address(job):
    return reverse("surveys:job", args=[job.pk])


def test_page_moves_by_itself_and_leads_to_the_result(page, sign_in, clerk_a, job):
    sign_in(clerk_a)
    page.goto(address(job))
    page.wait_for_selector("text=50 %")
    for screen in SCREENS:
        page.set_viewport_size(screen)
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
        assert violations(page) == []
    job.end("done", link=reverse("surveys:jobs"))
    page.wait_for_url("**" + reverse("surveys:jobs"))
    assert page.inner_text("tbody .tag") == "完成"
    assert violations(page) == []


def test_job_is_found_again_and_cancelled(page, sign_in, clerk_a, job):
    sign_in(clerk_a)
    page.goto("/")
    page.click("text=我的任务")
    page.click("tbody >> text=年报汇编")
    page.click("text=取消任务")
    page.wait_for_selector("text=做完手上这一步就停下")
    assert not job.beat()
    job.end("cancelled")
    page.wait_for_selector("text=已取消，没有写入任何数据")
