"""A database made by another version of the program is refused, with the way out."""

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.database_version import unknown_migrations


@pytest.fixture
def older_database(db):
    """As a database of before 0.1.0 says what it went through."""
    MigrationRecorder(connection).record_applied("reports", "0010_means")


def test_database_of_this_version_is_accepted(db):
    assert unknown_migrations(connection) == []


def test_older_database_is_refused_by_migrate(older_database):
    (error,) = [
        found
        for found in run_checks(tags=[Tags.database], databases=["default"])
        if found.id == "config.E013"
    ]
    assert error.msg == (
        "这个数据库是别的版本的程序建的（其中有 reports.0010_means），本版本读不了。"
    )
    assert "改名留存" in error.hint


def test_older_database_is_refused_by_the_demo(older_database):
    with pytest.raises(CommandError, match="reports.0010_means"):
        call_command("demo", no_server=True)
