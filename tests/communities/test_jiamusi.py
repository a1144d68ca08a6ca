"""A second real city: 1,679 units with farms, prisons, zones, virtual communities and committees without a street."""

from collections import Counter

from communities.actions import load_units
from communities.files import read_units
from communities.models import Unit

LIST = "tests/data/jiamusi.csv"


def test_every_unit_finds_its_place_and_kind(db):
    result = load_units(rows=read_units(LIST))
    assert (result.new, result.errors) == (1_679, [])
    assert Counter(Unit.objects.values_list("level", "kind")) == {
        (1, "province"): 1,
        (2, "city"): 1,
        (3, "county"): 3,
        (3, "county_city"): 3,
        (3, "district"): 4,
        (4, "street"): 21,
        (4, "town"): 50,
        (4, "township"): 26,
        (4, "zone"): 2,
        (4, "other"): 39,
        (5, "community"): 316,
        (5, "village"): 1_195,
        (5, "other"): 18,
    }


def test_second_time_is_read_in_few_queries(db, django_assert_max_num_queries):
    load_units(rows=read_units(LIST))
    with django_assert_max_num_queries(8):
        again = load_units(rows=read_units(LIST))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1_679)
