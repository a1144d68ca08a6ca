"""绩效评估 of 5,000 communities by 20 standards: the ranking, one community, a change of points tried, the files.

The floor of a ranking is the same standards judged and counted in the database, nothing added up or ranked.
"""

import os
from datetime import date
from functools import partial
from io import BytesIO

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from benchmarks import QUICK, milliseconds, result, seconds
from benchmarks.bench_report import filled
from benchmarks.city import build_units
from communities.models import Assignment
from reports.engine import judging
from reports.engine.compliance import binding_standards, rules_for
from reports.models import Scheme, Way, Weight
from reports.rating import actions, tables
from reports.rating.items import candidates, judged_by
from reports.rating.rating import rating_of
from surveys.export.xlsx import write_xlsx
from surveys.models import Filing

COMMUNITIES, ITEMS = (200, 20) if QUICK else (5_000, 20)


def run():
    call_command("load_standards", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    filing = filled(build_units(COMMUNITIES))
    user = User.objects.create_user("bench", password=None, name="测速")
    Assignment.objects.create(user=user, unit=filing.unit, role="reviewer")
    standards = binding_standards(filing.round, filing)
    scheme = set_up(filing, standards)
    return [
        ranking(filing, standards, scheme),
        *pages(filing, user, scheme),
        *files(filing, standards, scheme, user),
    ]


def set_up(filing, standards):
    """Twenty standards of five points, half of them by share."""
    chosen = candidates(standards)[:ITEMS]
    weights = [Weight(code=s.code, points=5, way=list(Way)[at % 2]) for at, s in enumerate(chosen)]
    given = {
        "name": "测速",
        "effective_from": date(2020, 1, 1),
        "least_known": 0,
        "stars": [50, 60, 70, 80, 90],
    }
    return actions.set_up(by=None, scheme=Scheme(unit=filing.unit, **given), weights=weights)


def ranking(filing, standards, scheme):
    made = partial(rating_of, filing, standards, scheme, [])
    found = made()
    given = rules_for(judged_by(found.items, standards))
    communities = Filing.objects.within(filing).filter(round=filing.round_id).communities()
    counts = ", ".join(f"SUM(j.v{item.standard.pk})" for item in found.counted)
    floor = milliseconds(lambda: judging.select(given, communities, counts), 5)
    spent = milliseconds(lambda: made().rows, 5)
    what = f"{COMMUNITIES:,} communities scored by {len(found.counted)} standards and ranked"
    return result(what, spent, floor=floor, goal="≤ 1 s")


def pages(filing, user, scheme):
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    one = (
        Filing.objects.filter(round=filing.round_id)
        .communities()
        .order_by("path")[COMMUNITIES // 2]
    )
    tried = {
        "check": 1,
        "seen": 0,
        "name": "测速",
        "effective_from": "2020-01-01",
        "unknown": "zero",
        "least_known": 0,
    }
    tried |= {f"star_{n}": 40 + 10 * n for n in range(1, 6)} | {
        f"points-{w.code}": 6 for w in scheme.weights.all()
    }
    for what, method, address, data in (
        ("ranking, first page", "get", f"/rating/{filing.pk}/", {}),
        ("one community, its place among all", "get", f"/rating/{one.pk}/", {}),
        (
            "other points tried before they are saved",
            "post",
            f"/rating/{filing.pk}/scheme/{scheme.pk}/edit/",
            tried,
        ),
    ):
        call = partial(opened, client, method, address, data)
        with CaptureQueriesContext(connection) as queries:
            call()
        yield result(
            f"{what} ({len(queries)} queries)", milliseconds(call, 5), goal="≤ 1 s, ≤ 12 queries"
        )


def opened(client, method, address, data):
    assert getattr(client, method)(address, data, headers={"HX-Request": "true"}).status_code == 200


def files(filing, standards, scheme, user):
    for what, declared in (("ranking", tables.ranking), ("every standard's points", tables.points)):
        spent, _ = seconds(partial(as_workbook, filing, standards, scheme, user, declared))
        yield result(f"{what} of {COMMUNITIES:,} as .xlsx", spent, unit="s", goal="≤ 3 s")


def as_workbook(filing, standards, scheme, user, declared):
    found = rating_of(filing, standards, scheme, [])
    more = [found.rows] if declared is tables.ranking else []
    return write_xlsx(declared(filing, found, *more, {}, reading=None), user, BytesIO())
