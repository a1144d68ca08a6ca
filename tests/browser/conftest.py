"""A page in the machine's own Chromium, signed in where asked; what its console complains of fails the test."""

import os

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

from tests import chromium
from tests.conftest import DATA

OFFICE_SCREEN = {"width": 1366, "height": 768}


def is_here(item):
    return item.path.parent.name == "browser"


def pytest_collection_modifyitems(items):
    """Everything here needs a browser, and says so where there is none."""
    for item in filter(is_here, items):
        item.add_marker(pytest.mark.browser)
        if not chromium.find():
            item.add_marker(pytest.mark.skip(reason="no Chromium is installed; CHROMIUM names one"))


def pytest_collection_finish(session):
    """On SQLite, in a file: in memory all is one connection, in which requests and the test's own queries would meet.

    No power cut is to be survived: no write waits for the disk.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and any(map(is_here, session.items)):
        database.setdefault("TEST", {})["NAME"] = f"{DATA}/browser.sqlite3"
        options = database["OPTIONS"]
        database["OPTIONS"] = {
            **options,
            "init_command": f"{options['init_command']} PRAGMA synchronous=OFF;",
        }


@pytest.fixture(scope="session")
def browser():
    # Playwright keeps an event loop in this thread; Django would take our own queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(browser, live_server):
    """A page on an office screen; `page.goto("/")` is the sign-in page of the server under test."""
    context = browser.new_context(base_url=live_server.url, viewport=OFFICE_SCREEN, locale="zh-CN")
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.complaints = complaints  # a test that breaks the connection on purpose clears them
    page.on(
        "request",
        lambda request: (
            complaints.append(request.url) if is_foreign(request.url, live_server) else None
        ),
    )
    yield page
    context.close()
    assert complaints == []


def is_foreign(url, live_server):
    """Nothing may be fetched from outside: offices have no internet."""
    return not url.startswith((live_server.url, "data:", "blob:", "about:"))


@pytest.fixture
def sign_in(page, live_server):
    """`sign_in(clerk_a)`: the browser holds that person's session."""

    def signed_in(user):
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return page

    return signed_in
