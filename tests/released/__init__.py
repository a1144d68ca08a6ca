"""Databases of released versions, kept in tests/data/released: the demo city as that version made it.

Each version from 0.1.0 on is migrated by every later one and says the same figures afterwards.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg2

KEPT = Path(__file__).resolve().parent.parent / "data" / "released"
ROUND, CITY = "2022", "130983"


def manage(url, *command):
    """What a command of manage.py prints, in a process of its own on the database of this address."""
    environment = {**os.environ, "DATABASE_URL": url}
    # What hurries the suite on would lose saved work, and `migrate` refuses it.
    environment.pop("PGOPTIONS", None)
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def figures(url):
    """How the communities of the demo city stand, as `manage.py compliance --json` says it."""
    return json.loads(manage(url, "compliance", "--round", ROUND, "--unit", CITY, "--json"))


@contextmanager
def sqlite_database(content=None):
    """The address of a SQLite database of its own: empty, or with this content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.sqlite3"
        if content is not None:
            path.write_bytes(content)
        yield f"sqlite:///{path}"


@contextmanager
def postgresql_database(server, statements=""):
    """The address of a database of its own on a server: empty, or with what these statements make."""
    name = f"released_{uuid4().hex[:8]}"
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    administer(server, f'CREATE DATABASE "{name}"')
    try:
        if statements:
            run_statements(url, statements)
        yield url
    finally:
        administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def administer(server, statement):
    run_statements(urlunsplit(urlsplit(server)._replace(path="/postgres")), statement)


def run_statements(url, statements):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statements)
    connection.close()


def dump(url):
    """A PostgreSQL database as statements; what only psql understands is left out."""
    command = ["pg_dump", "--inserts", "--rows-per-insert=200", "--no-owner", "--no-acl", url]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    lines = [line for line in text.splitlines() if not line.startswith(("\\", "--"))]
    return "\n".join(lines)
