"""A tree the size of China: loading it, and the subtree of a street, a district, a city.

Sizes of the statistical list of 2023: 31 provinces, 349 cities, 2,966 districts, 40,013 streets, 600,687 communities.
The floors are the same work in plain SQL: csv.reader and one bulk insert; the range on the path by hand.
"""

import csv
import tempfile
from itertools import count
from pathlib import Path

from django.db import connection, transaction

from benchmarks import QUICK, milliseconds, result, seconds
from communities import bulk
from communities.actions import load_units
from communities.files import read_units
from communities.models import Level, Unit
from communities.tree import child_path, path_end

SIZES = [31, 349, 2_966, 40_013, 600_687]
QUICK_SIZES = [2, 8, 40, 300, 3_000]
PROVINCES = [
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
]
ENDINGS = ["省", "市", "县", "街道", "社区居民委员会"]


def run():
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "nation.csv"
        write_nation(path)
        lines = load_nation(path)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return lines + [
        line
        for level in (Level.STREET, Level.DISTRICT, Level.CITY)
        for line in subtree_results(level)
    ]


def write_nation(path):
    """The list as an office gets it: every unit of a level hangs below one of the level above, evenly."""
    numbers, above = count(1), []
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["区划代码", "名称", "层级", "上级代码"])
        for level, size in enumerate(QUICK_SIZES if QUICK else SIZES, start=1):
            codes = []
            for index in range(size):
                parent = above[index * len(above) // size] if above else ""
                province = parent[:2] or PROVINCES[index]
                codes.append(f"{province}{next(numbers):010d}")
                out.writerow([codes[-1], f"第{index}{ENDINGS[level - 1]}", level, parent])
            above = codes


def load_nation(path):
    """Into the empty table, then once more with nothing to change."""
    floor, _ = seconds(lambda: plain_load(path))
    first, loaded = seconds(lambda: load_units(rows=read_units(path)))
    again, unchanged = seconds(lambda: load_units(rows=read_units(path)))
    assert not loaded.errors
    assert (unchanged.new, unchanged.changed) == (0, 0)
    what = f"load {loaded.new:,} units"
    return [
        result(f"{what}, file to committed", first, floor=floor, unit="s", goal="< 60 s"),
        result(f"{what} again, nothing changed", again, floor=floor, unit="s", goal="< 60 s"),
    ]


def plain_load(path):
    """The same rows read and inserted with nothing checked; taken back afterwards."""
    with transaction.atomic():
        ids, paths, rows = {"": None}, {"": ""}, []
        with path.open(encoding="utf-8", newline="") as file:
            for pk, (code, name, level, parent) in enumerate(list(csv.reader(file))[1:], start=1):
                ids[code], paths[code] = pk, child_path(paths[parent], pk)
                rows.append((pk, code, name, level, "other", ids[parent], paths[code]))
        bulk.insert_rows(Unit, ["id", "code", "name", "level", "kind", "parent_id", "path"], rows)
        transaction.set_rollback(True)


def subtree_results(level):
    """Count and first page of a unit from the middle of its level."""
    units = Unit.objects.filter(level=level)
    unit = units.order_by("pk")[units.count() // 2]
    within = Unit.objects.within(unit)
    label = f"subtree of a {level.name.lower()} ({within.count():,} units)"
    asked = {
        "count": (
            within.count,
            "SELECT count(*) FROM communities_unit WHERE path >= %s AND path < %s",
        ),
        "first 50": (
            lambda: list(within.all()[:50]),
            "SELECT * FROM communities_unit WHERE path >= %s AND path < %s ORDER BY path LIMIT 50",
        ),
    }
    return [
        result(
            f"{label}, {what}",
            milliseconds(ours),
            floor=milliseconds(lambda: plain_subtree(sql, unit)),  # noqa: B023
            goal="≤ 5 ms",
        )
        for what, (ours, sql) in asked.items()
    ]


def plain_subtree(sql, unit):
    with connection.cursor() as cursor:
        cursor.execute(sql, [unit.path, path_end(unit.path)])
        return cursor.fetchall()
