"""The whole suite, on SQLite, on PostgreSQL and in a browser: `python -m tests [arguments for pytest]`.

`--coverage` measures which lines of the program the run on SQLite passes through, and prints the share.
`--long` runs instead what is proved by large numbers, on both databases, and keeps the figures in docs/long.md.

What ran where, and what was left out and why, is said at the end. With REQUIRE_ALL=1 nothing may be left out.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import chromium, postgres

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
OWN_OPTIONS = {"--coverage", "--long"}
LONG, COVERAGE = "--long" in sys.argv, "--coverage" in sys.argv
FOR_PYTEST = [argument for argument in sys.argv[1:] if argument not in OWN_OPTIONS]
# On all cores; the tests of a file share its dear fixtures, and files begin in the order of tests/conftest.py.
BY_FILE = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
BY_TEST = ["-n", "auto", "--dist", "worksteal"]
SQLITE = f"sqlite:///{Path(tempfile.gettempdir()) / 'survey-tests.sqlite3'}"  # only a name: the tests stay in memory


def run(where, url, *arguments, measured=False):
    """One run of pytest, shown as it goes; returns (where, its exit status, its closing line)."""
    print(f"\n== {where}", flush=True)
    by_coverage = ["-m", "coverage", "run"] if measured else []
    command = [sys.executable, *by_coverage, "-m", "pytest", *arguments, *FOR_PYTEST]
    # All workers of all runs need the same bytecode: the first keeps it, also where the environment says otherwise.
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "LONG": "1" if LONG else "",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "",
    }
    environment["PGOPTIONS"] = "-c synchronous_commit=off"  # no power cut is to be survived here
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, errors="replace"
    )
    closing = ""
    for line in process.stdout:
        print(line, end="", flush=True)
        closing = line.strip() or closing
    return where, process.wait(), closing


def runs():
    """Yields each run's result, or what is left out as (what, None, why)."""
    how, only = (BY_TEST, "long and ") if LONG else (BY_FILE, "")
    where = f"SQLite {sqlite3.sqlite_version}"
    if COVERAGE:
        coverage("erase")
    yield run(where, SQLITE, *how, "-m", f"{only}not browser", measured=COVERAGE)
    if COVERAGE:
        yield "Coverage of the run on SQLite", 0, f"{covered_share()} % of the program's lines"
    with postgres.server() as url:
        if url:
            where = f"PostgreSQL {postgres.version(url)}"
            yield run(where, url, *how, "-m", f"{only}not browser and not once")
        else:
            why = "none answers and none is installed; DATABASE_URL_PG names one"
            yield "PostgreSQL", None, why
    if LONG:
        return
    browser = chromium.find()
    if browser:
        yield run(f"Browser {browser}, SQLite", SQLITE, *BY_TEST, "-m", "browser")
    else:
        yield "Browser", None, "no Chromium is installed; CHROMIUM names one"


def coverage(*arguments):
    """What coverage prints when told so."""
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def covered_share():
    """The share of the program's lines that the measured run passed through, in per cent."""
    coverage("combine", "-q")
    return coverage("report")


def passed(status):
    """Whether one run lets the whole pass; 5 is pytest's "no tests", left to happen when arguments select some."""
    return not REQUIRE_ALL if status is None else status == 0 or (status == 5 and FOR_PYTEST != [])


def main():
    results = list(runs())
    print("\n== Summary")
    for where, status, closing in results:
        print(f"{where}{' SKIPPED' if status is None else ''}:\n{closing}")
    return 0 if all(passed(status) for _, status, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
