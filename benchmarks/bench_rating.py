"""绩效评估 of 5,000 communities by 20 standards: the ranking, one community, a change of points tried, the files.

The floor of a ranking is the same standards judged and counted in the database, nothing added up or ranked.
"""

from datetime import date
from functools import partial
from io import BytesIO

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import QUICK, milliseconds, result, seconds
from benchmarks.bench_report import filled_city
from benchmarks.city import build_units
from benchmarks.reviewer import load_rule_book, new_reviewer, signed_in_client
from reports.engine.area import Area
from reports.engine.compliance import binding_standards
from reports.engine.judged_query import JudgedQuery
from reports.engine.rules import rules_for
from reports.models import Scheme, ScoringMethod, Weight
from reports.rating import actions, tables
from reports.rating.items import judged_by, standards_worth_points
from reports.rating.rating import rating_of
from surveys.export.xlsx import write_xlsx
from surveys.models import Filing

COMMUNITIES, ITEMS = (200, 20) if QUICK else (5_000, 20)


def run():
    load_rule_book()
    filing = filled_city(build_units(COMMUNITIES))
    user = new_reviewer(filing.unit)
    standards = binding_standards(filing.round, filing)
    scheme = set_up_scheme(filing, standards)
    return [
        ranking_result(filing, standards, scheme),
        *rating_page_results(filing, user, scheme),
        *rating_file_results(filing, standards, scheme, user),
    ]


def set_up_scheme(filing, standards):
    """Twenty standards of five points, half of them by share."""
    chosen = standards_worth_points(standards)[:ITEMS]
    weights = [
        Weight(code=s.code, points=5, way=list(ScoringMethod)[at % 2])
        for at, s in enumerate(chosen)
    ]
    given = {
        "name": "测速",
        "effective_from": date(2020, 1, 1),
        "least_known": 0,
        "stars": [50, 60, 70, 80, 90],
    }
    return actions.set_up_scheme(by=None, scheme=Scheme(unit=filing.unit, **given), weights=weights)


def ranking_result(filing, standards, scheme):
    made = partial(rating_of, Area(filing), standards, scheme, [])
    found = made()
    given = rules_for(judged_by(found.items, standards))
    communities = Filing.objects.within(filing).filter(round=filing.round_id).communities()
    query = JudgedQuery.of(communities, given)
    sums = {}
    for item in found.counted:
        sums[f"sum_{item.standard.pk}"] = f"SUM({query.verdict(item.standard)})"
    floor = milliseconds(lambda: query.rows(**sums), 5)
    spent = milliseconds(lambda: made().rows, 5)
    what = f"{COMMUNITIES:,} communities scored by {len(found.counted)} standards and ranked"
    return result(what, spent, floor=floor, goal="≤ 1 s")


def rating_page_results(filing, user, scheme):
    client = signed_in_client(user)
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
        call = partial(open_rating_page, client, method, address, data)
        with CaptureQueriesContext(connection) as queries:
            call()
        yield result(
            f"{what} ({len(queries)} queries)", milliseconds(call, 5), goal="≤ 1 s, ≤ 12 queries"
        )


def open_rating_page(client, method, address, data):
    assert getattr(client, method)(address, data, headers={"HX-Request": "true"}).status_code == 200


def rating_file_results(filing, standards, scheme, user):
    for what, declared in (
        ("ranking", tables.ranking_table),
        ("every standard's points", tables.points_table),
    ):
        spent, _ = seconds(partial(rating_workbook, filing, standards, scheme, user, declared))
        yield result(f"{what} of {COMMUNITIES:,} as .xlsx", spent, unit="s", goal="≤ 3 s")


def rating_workbook(filing, standards, scheme, user, declared):
    found = rating_of(Area(filing), standards, scheme, [])
    more = [found.rows] if declared is tables.ranking_table else []
    return write_xlsx(declared(filing, found, *more, {}, reading=None), user, BytesIO())
