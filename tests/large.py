"""What is proved by large numbers: some of each in every run, the same ones every time; very many in `make long`.

What `make long` ran, when and how many, is kept in docs/long.md.
"""

import os
import re
from collections import defaultdict
from datetime import date

import pytest
from hypothesis import HealthCheck, settings

from tests.source import ROOT

LONG = os.environ.get("LONG") == "1"
PAGE = ROOT / "docs" / "long.md"
ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<number>[\d,]+) \| (?P<database>\w+) \|.*$", re.M)
HARMLESS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


def many(what, *, usual, long):
    """How many this run takes, and the mark of a test that takes so many of `what`."""
    number = long if LONG else usual
    return number, pytest.mark.long(what, number)


def examples(what, *, usual, long):
    """Makes a test of hypothesis take so many examples; the usual ones are the same in every run."""
    number, mark = many(what, usual=usual, long=long)
    chosen = settings(
        max_examples=number,
        derandomize=not LONG,
        deadline=None,
        suppress_health_check=HARMLESS,
    )
    return lambda test: mark(chosen(test))


def keep_figures(reports, database):
    """Write into docs/long.md what these tests took; the rows of other tests and databases stay."""
    numbers, seconds = defaultdict(int), defaultdict(float)
    for report in reports:
        for what, number in (found for name, found in report.user_properties if name == "long"):
            numbers[what] += number
            seconds[what] += report.duration
    page = PAGE.read_text("utf-8")
    rows = {(row["what"], row["database"]): row[0] for row in ROW.finditer(page)}
    for what, number in numbers.items():
        took = f"{seconds[what]:,.0f} s | {date.today().isoformat()}"
        rows[what, database] = f"| {what} | {number:,} | {database} | {took} |"
    head, _, _ = page.partition("|---|")
    rule = "|---|---:|---|---:|---|"
    PAGE.write_text(
        "\n".join([head.rstrip(), rule, *(rows[key] for key in sorted(rows)), ""]), "utf-8"
    )
