"""The area of a filing: fresh by construction, in a scope, as its reader may see it."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction

from reports.engine.area import Area, freshen_areas
from reports.engine.scope import Scope
from reports.models import Stale
from surveys.models import Filing
from tests.factories import FilingFactory, PremisesFactory, ProfileFactory, RoundFactory, stand


@pytest.fixture
def read_only():
    """`with read_only():` the database is as a replica is: it can be read and not written."""

    @contextmanager
    def read_only():
        on, off = {
            "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
            "postgresql": ("SET TRANSACTION READ ONLY", ""),
        }[connection.vendor]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(on)
            yield
            if off:
                cursor.execute(off)

    return read_only


def test_values_are_those_of_the_last_save(area, filing_a, saved):
    ProfileFactory(filing=filing_a, households=50)
    saved()
    values = area.values(["households"])
    assert (values["households"], values.missing) == (50, {"households": 2})


def test_values_of_a_community_are_its_own(filing_a, saved):
    ProfileFactory(filing=filing_a, households=50)
    saved()
    values = Area(filing_a).values(["households", "residents"])
    assert (values.values, values.missing["residents"]) == (
        {"households": 50, "residents": None},
        1,
    )


def test_values_of_approved_filings_leave_out_the_others(root, filing_a, filing_b, saved):
    ProfileFactory(filing=filing_a, households=50)
    ProfileFactory(filing=filing_b, households=7)
    stand(filing_a, "approved")
    saved()
    assert Area(root, Scope(approved=True)).values(["households"])["households"] == 50


def test_area_is_refreshed_once(area, office, saved, django_assert_num_queries):
    saved()
    area.freshen()
    with django_assert_num_queries(1):
        area.tallies([office])


def test_tallies_follow_a_save_without_asking(root, office, filing_a, saved):
    saved()
    assert [tally.met for tally in Area(root).tallies()] == [0]
    PremisesFactory(filing=filing_a, area=300)
    saved()
    assert [tally.met for tally in Area(root).tallies()] == [1]


def test_several_areas_are_refreshed_by_one_look(round_2022, saved, django_assert_num_queries):
    saved()
    streets = [Area(filing) for filing in round_2022.filings.filter(level=4)]
    freshen_areas(streets)
    assert [area.is_fresh for area in streets] == [True, True]
    with django_assert_num_queries(0):
        freshen_areas(streets)


def test_area_on_a_read_only_database_shows_what_is_stored_and_since_when(
    root, office, filing_a, saved, read_only
):
    saved()
    Area(root).freshen()
    PremisesFactory(filing=filing_a, area=300)
    saved()
    marked = Stale.objects.earliest("at").at
    with read_only():
        area = Area(root)
        tallies = area.tallies([office])
    assert ([tally.met for tally in tallies], area.as_of) == ([0], marked)


def test_previous_is_there_for_who_may_see_it(round_2022, root, filing_a, clerk_a, clerk_b):
    year_before = RoundFactory(
        unit=round_2022.unit, period="2021", reference_date=date(2021, 12, 31)
    )
    before = FilingFactory(round=year_before, unit=filing_a.unit)
    Filing.objects.filter(pk=filing_a.pk).update(previous=before)
    now = Filing.objects.get(pk=filing_a.pk)
    assert Area(now, reader=clerk_a).previous.filing == before
    assert Area(now, reader=clerk_b).previous is None
    assert Area(root).previous is None


def test_communities_are_those_of_the_scope(root, filing_a):
    stand(filing_a, "approved")
    assert Area(root).communities.count() == 3
    assert list(Area(root, Scope(approved=True)).communities) == [filing_a]


def test_standards_of_communities_leave_parts_out(area, office):
    part = type(office).objects.create(
        code="part", name="部分", statement="…", topic="premises", source="测试", force="city",
        actual="premises", lower="1", parent=office,
    )  # fmt: skip
    assert area.without_parts == [office]
    assert area.with_parts([office]) == [office, part]
