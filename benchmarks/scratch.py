"""Databases that exist only while a benchmark runs."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

SERVER = os.environ.get("BENCH_POSTGRES_URL", "postgres://postgres@127.0.0.1/postgres")


@contextmanager
def scratch_sqlite():
    """The URL of a file in a directory of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        yield f"sqlite:///{Path(directory) / 'bench.sqlite3'}"


@contextmanager
def scratch_postgresql():
    """The URL of a new database on the server; None where no server answers."""
    try:
        connection = psycopg2.connect(SERVER, connect_timeout=3)
    except psycopg2.OperationalError:
        yield None
        return
    name = f"bench_{os.getpid()}"
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()
