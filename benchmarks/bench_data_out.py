"""Data out of a city of 5,000 communities: 60 columns as .xlsx, the tables, and the interface for other programs.

The floor of a file is a workbook of as many cells of made-up numbers, of an answer the same JSON without questions asked.
"""

import json
from datetime import timedelta
from functools import partial
from io import BytesIO
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from xlsxwriter import Workbook

from api.tokens.actions import enable_token, open_token
from benchmarks import QUICK, milliseconds, result, seconds
from benchmarks.bench_report import filled_city
from benchmarks.city import build_units
from benchmarks.reviewer import load_rule_book, new_reviewer, open_page, signed_in_client
from reports.engine.measures import all_measures
from reports.engine.tallies import refresh_roll_ups

COMMUNITIES, ROWS, COLUMNS = (200, 100, 60) if QUICK else (5_000, 1_000, 60)


def run():
    load_rule_book()
    filing = filled_city(build_units(COMMUNITIES))
    refresh_roll_ups(filing)
    user = new_reviewer(filing.unit)
    return [
        *file_results(filing, user),
        *table_page_results(filing, user),
        *interface_results(filing, user),
    ]


def file_results(filing, user):
    """From the click to the file, asked and noted as a person's download is."""
    client = signed_in_client(user)
    measures = [("values", name) for name in list(all_measures())[:COLUMNS]]
    wide = urlencode([("rows", "community"), *measures, ("format", "xlsx")])
    asked = {
        f"pivot of {COMMUNITIES:,} communities × {COLUMNS} columns as .xlsx": (
            f"/pivot/{filing.pk}/?{wide}",
            "≤ 3 s",
        ),
        f"summary table of {COMMUNITIES:,} communities as .xlsx": (
            f"/tables/{filing.pk}/?by=5&format=xlsx",
            "≤ 3 s",
        ),
        "the workers of all communities as .xlsx": (
            f"/raw/{filing.pk}/?section=workers&format=xlsx",
            "",
        ),
        "the workers of all communities as .csv": (
            f"/raw/{filing.pk}/?section=workers&format=csv",
            "",
        ),
    }
    open_page(client, f"/pivot/{filing.pk}/")  # templates are read and compiled once
    floor, _ = seconds(plain_workbook)
    for what, (address, goal) in asked.items():
        spent, content = seconds(partial(open_page, client, address))
        floored = floor if what.startswith("pivot") else None
        yield result(
            f"{what}, {len(content) / 1e6:.1f} MB", spent, floor=floored, unit="s", goal=goal
        )


def plain_workbook():
    book = Workbook(BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(COMMUNITIES):
        sheet.write_string(row, 0, "第一社区")
        for at in range(1, COLUMNS + 1):
            sheet.write_number(row, at, row + at / 7)
    book.close()


def table_page_results(filing, user):
    """The same tables as pages."""
    client = signed_in_client(user)
    asked = {
        "summary table, first page": f"/tables/{filing.pk}/?by=5",
        "pivot by district, five measures": f"/pivot/{filing.pk}/?rows=district",
        "rows of one section, first page": f"/raw/{filing.pk}/?section=workers",
    }
    for what, address in asked.items():
        _, queries = with_query_count(partial(open_page, client, address))
        spent = milliseconds(partial(open_page, client, address), 7)
        yield result(f"{what} ({queries} queries)", spent, goal="≤ 100 ms, ≤ 12 queries")


def with_query_count(function):
    """What it returns, and how many queries that took."""
    with CaptureQueriesContext(connection) as captured:
        returned = function()
    return returned, len(captured)


def interface_results(filing, user):
    """What another program asks for, page by page."""
    token, text = open_token(
        by=user, name="测速", unit=filing.unit, expires_on=timezone.localdate() + timedelta(days=1)
    )
    enable_token(by=user, token=token)
    client, key = (
        Client(headers={"host": "localhost"}),
        {"headers": {"Authorization": f"Bearer {text}"}},
    )
    base = f"/api/v1/rounds/{filing.round_id}"
    asked = {
        f"all {len(all_measures())} measures of {ROWS:,} communities": f"{base}/values?per_page={ROWS}",
        f"five measures of {ROWS:,} communities": f"{base}/values?per_page={ROWS}&measures={','.join(list(all_measures())[:5])}",
        f"verdicts of {ROWS:,} communities": f"{base}/verdicts?per_page={ROWS}",
        "tallies of the districts": f"{base}/tallies?level=district",
        "one page of 100 filings": f"{base}/filings",
    }
    for what, address in asked.items():
        content, queries = with_query_count(partial(open_page, client, address, **key))
        floor = milliseconds(partial(written_json, json.loads(content)), 3)
        spent = milliseconds(partial(open_page, client, address, **key), 3)
        said = f"interface: {what} ({queries} queries, {len(content) / 1e3:,.0f} kB)"
        yield result(said, spent, floor=floor, goal="≤ 1 s")


def written_json(data):
    """The same data as JSON, and nothing else."""
    return json.dumps(data, ensure_ascii=False)
