"""The second demo city comes out in the shape of the report it follows, through the same commands as any city."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from communities.models import Unit
from reports.engine.tallies import refresh_roll_ups, stored_totals
from reports.models import Measures
from surveys.models import Filing, Upload

pytestmark = pytest.mark.django_db
TOTALS = {
    "districts": 4,
    "counties": 5,
    "streets": 26,
    "townships": 68,
    "communities": 230,
    "grids_declared": 2_620,
    "grids": 2_620,
    "grid_households_min": 200,
    "grid_households_max": 300,
    "communities_with_premises": 230 - 87,
    "service_centres": 130,
    "volunteer_teams": 495,
    "volunteers": 20_000,
    "service_points": 5_670,
}


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """What is asked of the city, loaded once and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("sample_city", stdout=StringIO())
        call_command("sample_city", stdout=StringIO())
        filing = Filing.objects.get(code="230800000000")
        refresh_roll_ups(filing)
        rows = Measures.objects.within(filing).filter(level=5)
        made = {
            "totals": stored_totals(filing, TOTALS),
            "models": Counter(rows.values_list("governance", flat=True)),
            "villages": Unit.objects.filter(kind="village").count(),
            "uploads": Upload.objects.count(),
            "without_street": rows.filter(parent__level=3).count(),
        }
        transaction.set_rollback(True)
    return made


def test_counts_are_those_of_the_report(city):
    assert city["totals"] == TOTALS
    assert city["villages"] == 908


def test_models_and_skipped_levels_are_those_of_the_report(city):
    assert city["models"] == {"traditional": 130, "county": 80, "big_community": 20}
    assert city["without_street"] == 20


def test_city_is_loaded_once(city):
    assert city["uploads"] == 1
