"""A PostgreSQL for the tests: the one that answers, or one started in a temporary directory."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

LOCAL = "postgres://postgres@127.0.0.1:5432/survey"


def configured():
    """The server somebody named, or the usual one on this machine."""
    url = os.environ.get("DATABASE_URL", "")
    return os.environ.get("DATABASE_URL_PG") or (url if url.startswith("postgres") else LOCAL)


def version(url):
    """What server answers at the address, such as "15.6"; None where none does or it lets us not in."""
    try:
        connection = psycopg2.connect(
            urlunsplit(urlsplit(url)._replace(path="/postgres")), connect_timeout=3
        )
    except psycopg2.OperationalError:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        found = cursor.fetchone()[0]
    connection.close()
    return found.split()[0]


def binaries():
    """The directory with initdb and pg_ctl, or None; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    places = (
        [Path(on_path).parent]
        if on_path
        else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    )
    return next((place for place in places if (place / "initdb").exists()), None)


def as_server(*command):
    """PostgreSQL refuses to run as root; Debian's package brings the user postgres."""
    prefix = (
        ["runuser", "-u", "postgres", "--"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    )
    subprocess.run([*prefix, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def started(place):
    """A server of our own for the length of the block, without durability; yields its address."""
    home, port = Path(tempfile.mkdtemp(prefix="survey-postgres-")), free_port()
    home.chmod(0o777)  # the directory is ours, the server runs as postgres
    data = home / "data"
    options = (
        f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off"
    )
    as_server(
        place / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C"
    )
    as_server(place / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/survey"
    finally:
        as_server(place / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def server():
    """The address of a PostgreSQL to test on, or None with nothing to be had."""
    url, place = configured(), binaries()
    if version(url):
        yield url
    elif place:
        with started(place) as own:
            yield own
    else:
        yield None
