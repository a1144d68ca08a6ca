"""The figures of the Huanghua report come out of the real import, from both workbooks alike (issue's section 7)."""

import json
from functools import cache
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.demo_figures import DECISIONS, TOTALS

pytestmark = pytest.mark.django_db  # without it no test database is made for the module's fixture


def told(command, *arguments, **options):
    """What a command says."""
    out = StringIO()
    call_command(command, *arguments, stdout=out, round="2022", unit="130983", **options)
    return out.getvalue()


def load(workbook, directory, decisions=DECISIONS):
    """The demo city with this workbook imported, twice: what the compliance command says, and what came second."""
    path, file = f"tests/data/{workbook}", directory / "decisions.json"
    file.write_text(json.dumps(decisions), encoding="utf-8")
    call_command("load_units", "fixtures/units_huanghua_2022.csv", stdout=StringIO())
    call_command("load_standards", stdout=StringIO())
    call_command("open_round", year="2022", unit="130983", due="2022-12-31", stdout=StringIO())
    told("import_survey", path, decisions=str(file))
    data = json.loads(told("compliance", json=True))
    return data | {"again": json.loads(told("import_survey", path, decisions=str(file), json=True))}


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """`loaded(workbook)`: loaded once for all tests of this file, and taken back."""

    @cache
    def loaded(workbook, area=None):
        answers = {"办公用房及设备!D19": {"value": area}} if area else {}
        with django_db_blocker.unblock(), transaction.atomic():
            data = load(workbook, tmp_path_factory.mktemp("demo"), DECISIONS | answers)
            transaction.set_rollback(True)
        return data

    return loaded


@pytest.fixture(
    params=[
        "survey_2022_29_messy_1.xlsx",
        "survey_2022_29_messy_2.xlsx",
        "survey_2022_29_messy_1_libreoffice.xlsx",
    ]
)
def figures(request, loaded):
    return loaded(request.param)


def by_code(data, code):
    return next(row for row in data["standards"] if row["code"] == code)


def test_totals_are_those_of_the_report(figures):
    assert {name: figures["totals"][name] for name in TOTALS} == TOTALS
    assert 29_000 <= figures["totals"]["funding_received"] <= 58_000


def test_one_community_one_branch_lacks_fourteen(figures):
    row = by_code(figures, "branch_one_per_community")
    assert (row["met"], row["unmet"], row["unknown"], row["gap"]) == (15, 14, 0, 14)


def test_no_office_reaches_300_square_metres(figures):
    row = by_code(figures, "premises_area_300_huanghua")
    assert (row["met"], row["unmet"], row["unknown"]) == (0, 14, 15)


def test_every_community_misses_the_funding_rule(figures):
    row = by_code(figures, "funding_10_per_resident_50_per_member")
    assert (row["met"], row["unmet"], row["unknown"], row["required"]) == (0, 29, 0, 1_649_500)
    assert row["gap"] == 1_649_500 - row["actual"]


def test_shares_of_staff_are_those_of_the_report(figures):
    totals = figures["totals"]
    assert (
        round(totals["staff_established_in_community"] / totals["staff_established"] * 100, 1)
        == 22.2
    )
    assert round(totals["staff_temporary"] / totals["staff_in_community"] * 100, 1) == 53.3
    assert round(totals["funding_budgeted"] / 1_649_500 * 100, 1) == 35.2


def test_same_workbook_again_changes_nothing(figures):
    counts = figures["again"]["sections"].values()
    assert {(row["new"], row["changed"], row["absent"]) for row in counts} == {(0, 0, 0)}


def test_answered_cell_completes_the_size_classes(loaded):
    totals = loaded("survey_2022_29_messy_1.xlsx", area=14)["totals"]
    assert (
        totals["premises_below_50"],
        totals["premises_below_20"],
        totals["premises_area_unknown"],
    ) == (13, 8, 0)
