"""A database of each released version is migrated, and says what it said before."""

import json
import lzma

import pytest
from django.db import connection

from tests import postgres
from tests.released import KEPT, figures, manage, postgresql_database, sqlite_database

VERSIONS = sorted(path.name.removesuffix(".json.xz") for path in KEPT.glob("*.json.xz"))


def unpacked(name):
    return lzma.decompress((KEPT / name).read_bytes())


def said_then(version):
    return json.loads(unpacked(f"{version}.json.xz"))


def test_first_version_is_kept():
    assert "0.1.0" in VERSIONS
    assert sum(path.stat().st_size for path in KEPT.glob("0.1.0.*.xz")) <= 300_000


@pytest.mark.once
@pytest.mark.parametrize("version", VERSIONS)
def test_sqlite_of_a_released_version_says_the_same_after_migration(version):
    with sqlite_database(unpacked(f"{version}.sqlite3.xz")) as url:
        manage(url, "migrate", "--verbosity", "0")
        assert figures(url) == said_then(version)


if connection.vendor == "postgresql":

    @pytest.mark.parametrize("version", VERSIONS)
    def test_postgresql_of_a_released_version_says_the_same_after_migration(version):
        statements = unpacked(f"{version}.sql.xz").decode()
        with postgresql_database(postgres.configured(), statements) as url:
            manage(url, "migrate", "--verbosity", "0")
            assert figures(url) == said_then(version)
