"""Who sees and edits which units: exactly the areas they were assigned to."""

import pytest

from accounts.models import User
from communities.models import Assignment, Unit
from tests.factories import UnitFactory

STREET_A = {"骅东街道", "育才社区居民委员会", "东昊社区居民委员会"}
STREET_B = {"骅中街道", "平安社区居民委员会"}
COUNTY = {"黄骅市"} | STREET_A | STREET_B
CITY = {"沧州市"} | COUNTY


def names(units):
    return set(units.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("person", "sees", "edits"),
    [
        ("clerk_a", STREET_A, STREET_A),
        ("clerk_b", STREET_B, STREET_B),
        ("district_reviewer", COUNTY, set()),
        ("city_reviewer", CITY, set()),
        ("viewer", COUNTY, set()),
        ("stranger", set(), set()),
        ("admin", set(), set()),
    ],
)
def test_cast_sees_and_edits_its_area(person, sees, edits, units, request):
    user = request.getfixturevalue(person)
    assert names(Unit.objects.visible_to(user)) == sees
    assert names(Unit.objects.editable_by(user)) == edits


def test_person_with_several_assignments(units, clerk_a, community_b, street_a):
    Assignment.objects.create(user=clerk_a, unit=community_b, role="viewer")
    Assignment.objects.create(user=clerk_a, unit=street_a, role="viewer")
    assert names(Unit.objects.visible_to(clerk_a)) == STREET_A | {"平安社区居民委员会"}
    assert names(Unit.objects.editable_by(clerk_a)) == STREET_A
    assert Unit.objects.visible_to(clerk_a).count() == 4


def test_sibling_whose_id_begins_alike_is_outside(county):
    first = UnitFactory(pk=7_005, name="甲街道", level=4, kind="street", parent=county)
    alike = UnitFactory(pk=70_050, name="乙街道", level=4, kind="street", parent=county)
    assert alike.path.startswith(first.path.rstrip("/"))
    assert names(Unit.objects.within(first)) == {"甲街道"}


def test_assignment_ended_counts_from_the_next_request(units, clerk_a):
    assert len(clerk_a.paths()) == 1
    clerk_a.assignments.all().delete()
    assert clerk_a.paths() != []  # one request, one answer
    assert User.objects.get(pk=clerk_a.pk).paths() == []


def test_scope_costs_one_query_for_assignments(units, clerk_a, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert Unit.objects.visible_to(clerk_a).count() == Unit.objects.editable_by(clerk_a).count()


def test_moved_street_takes_its_clerk_along(units, street_a, clerk_a, city):
    county = UnitFactory(name="任丘市", level=3, kind="county_city", parent=city)
    street_a.parent = county
    street_a.save()
    assert names(Unit.objects.visible_to(User.objects.get(pk=clerk_a.pk))) == STREET_A
