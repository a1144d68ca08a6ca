"""`within` and `visible_to` are index ranges: their cost does not grow with the country."""

import pytest
from django.db import connection

from communities.models import Assignment, Unit
from tests.factories import UserFactory


@pytest.fixture
def street(county):
    """One street among 200, with 25 communities each."""
    streets = [
        Unit(pk=pk, name=f"{pk}街道", level=4, kind="street", parent=county)
        for pk in range(2_000, 2_200)
    ]
    communities = [
        Unit(pk=street.pk * 100 + n, name=f"{n}社区", level=5, kind="community", parent=street)
        for street in streets
        for n in range(25)
    ]
    for unit in streets + communities:
        unit.path = f"{unit.parent.path}{unit.pk}/"
    Unit.objects.bulk_create(streets + communities)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return streets[100]


def uses_path_index(queryset):
    plan = queryset.explain()
    if connection.vendor == "sqlite":
        return (
            "SEARCH communities_unit USING" in plan
            and "INDEX unit_path (path>? AND path<?)" in plan
        )
    return "Seq Scan" not in plan and "unit_path" in plan


def test_within_searches_the_path_index(street):
    assert uses_path_index(Unit.objects.within(street))
    assert Unit.objects.within(street).count() == 26


def test_visible_to_searches_the_path_index(street):
    user = UserFactory()
    for unit in (street, Unit.objects.get(pk=2_150)):
        Assignment.objects.create(user=user, unit=unit, role="viewer")
    plan = Unit.objects.visible_to(user).order_by().explain()
    assert "unit_path" in plan
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan


def test_prefix_search_would_not(street):
    assert not uses_path_index(Unit.objects.filter(path__contains=street.path))
