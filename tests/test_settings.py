"""The cast itself, and what the start-up checks refuse."""

import pytest
from django.core.checks import run_checks

from config import checks
from surveys.models import Filing
from tests.factories import UserFactory

SAFE = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;",
}


def test_round_2022_freezes_the_tree(round_2022, community_a, street_a, county):
    filing = Filing.objects.get(round=round_2022, unit=community_a)
    assert filing.parent.unit == street_a
    assert (filing.street, filing.district, filing.path) == (street_a, county, community_a.path)


def test_clerk_edits_own_street_only(round_2022, clerk_a, filing_a, filing_b):
    editable = Filing.objects.editable_by(clerk_a)
    assert (filing_a in editable, filing_b in editable) == (True, False)


def test_administrator_without_assignment_sees_no_filing(round_2022, admin):
    assert not Filing.objects.visible_to(admin).exists()


def ids(messages):
    return [message.id for message in messages]


def sqlite(monkeypatch, **options):
    monkeypatch.setattr(checks, "sqlite_options", lambda: {"default": {**SAFE, **options}})


def test_checks_pass_as_shipped():
    assert ids(run_checks()) == []


def test_sqlite_as_shipped_is_safe(monkeypatch):
    sqlite(monkeypatch)
    assert checks.sqlite_takes_the_lock_first(None) + checks.sqlite_is_durable(None) == []


def test_sqlite_without_immediate_is_refused(monkeypatch):
    sqlite(monkeypatch, transaction_mode="DEFERRED")
    assert ids(checks.sqlite_takes_the_lock_first(None)) == ["config.E001"]


def test_sqlite_without_pragmas_is_refused(monkeypatch):
    sqlite(monkeypatch, init_command="")
    assert ids(checks.sqlite_is_durable(None)) == ["config.E002"]


@pytest.mark.parametrize(
    ("journal", "synchronous", "version", "safe"),
    [
        ("DELETE", "EXTRA", (3, 40, 1), True),
        ("DELETE", "3", (3, 40, 1), True),
        ("DELETE", "FULL", (3, 51, 3), False),
        ("WAL", "FULL", (3, 51, 2), False),
        ("WAL", "FULL", (3, 51, 3), True),
        ("WAL", "NORMAL", (3, 51, 3), False),
        ("MEMORY", "EXTRA", (3, 51, 3), False),
        ("", "", (3, 51, 3), False),
    ],
)
def test_sqlite_durability(journal, synchronous, version, safe):
    assert checks.keeps_every_save(journal, synchronous, version) is safe


def test_postgresql_that_loses_saves_is_refused():
    found = {
        "fsync": "off",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "server_encoding": "SQL_ASCII",
    }
    assert ids(checks.unsafe_settings("default", found)) == ["config.E003", "config.E004"]


@pytest.mark.django_db
def test_database_is_asked_how_it_stores():
    assert set(ids(checks.postgresql_is_durable(None, databases=["default"]))) <= {"config.E003"}


def test_deployment_without_key_is_refused(settings, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    settings.DEBUG, settings.HTTPS = True, False
    assert ids(checks.secret_key_is_kept(None)) == ["config.E005", "config.E006", "config.W007"]


def test_deployment_with_key_and_https_passes(settings, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x" * 50)
    settings.DEBUG, settings.HTTPS = False, True
    assert checks.secret_key_is_kept(None) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("username", "found"), [("demo-huadong", ["config.E008"]), ("wang", [])])
def test_deployment_with_demo_accounts_is_refused(username, found):
    UserFactory(username=username)
    assert ids(checks.no_demo_accounts(None, databases=["default"])) == found
