"""Speed, measured against floors of the same run: `python -m benchmarks` (or `make bench`).

A bench module `bench_*.py` has a docstring (its first line is the heading) and `run() -> list[dict]` of `result(…)`.
It is run once per database in a process of its own, on an empty, migrated scratch database: never on anyone's data.
"""

import os
import statistics
import time

QUICK = bool(os.environ.get("BENCH_QUICK"))  # small data, to see that the benches still run


def result(what, value, *, floor=None, unit="ms", goal="", ratio=None):
    """One line of the table: a figure, the floor it is compared with, and what we want."""
    from django.db import connection

    if ratio is None and floor:
        ratio = value / floor
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    return {
        "what": what,
        "database": database,
        "value": value,
        "unit": unit,
        "floor": floor,
        "ratio": ratio,
        "goal": goal,
    }


def seconds(function):
    """How long one call takes, and what it returns."""
    start = time.perf_counter()
    returned = function()
    return time.perf_counter() - start, returned


def milliseconds(function, times=15):
    """The median of several calls, the first one (cold caches, prepared plans) left out."""
    function()
    return statistics.median(seconds(function)[0] for _ in range(times)) * 1000
