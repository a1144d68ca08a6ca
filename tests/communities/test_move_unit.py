"""A unit moves with all below it, whatever door it goes through."""

import pytest
from django.core.exceptions import ValidationError

from communities.models import Kind, Level, Unit
from tests.communities.conftest import tree
from tests.factories import UnitFactory


def move(unit, parent):
    """Put the unit under another superior, as a form does."""
    unit.parent = parent
    unit.check_place()
    unit.save()


@pytest.fixture
def other_county(city):
    return Unit.objects.create(
        name="任丘市", level=Level.DISTRICT, kind=Kind.COUNTY_CITY, parent=city
    )


def test_move_takes_the_subtree_along(units, street_a, other_county):
    move(street_a, other_county)
    assert tree()["育才社区居民委员会"] == [
        "河北省",
        "沧州市",
        "任丘市",
        "骅东街道",
        "育才社区居民委员会",
    ]
    assert tree()["平安社区居民委员会"] == [
        "河北省",
        "沧州市",
        "黄骅市",
        "骅中街道",
        "平安社区居民委员会",
    ]


def test_move_costs_the_same_whatever_its_size(
    units, street_a, other_county, django_assert_num_queries
):
    UnitFactory.create_batch(300, parent=street_a)
    with django_assert_num_queries(7):
        move(street_a, other_county)
    assert Unit.objects.within(other_county).count() == 304


def test_move_below_itself_is_refused(units, county, street_a):
    with pytest.raises(ValidationError) as raised:
        move(county, street_a)
    assert raised.value.messages == ["“骅东街道”就在“黄骅市”之内，不能作它的上级。"]


def test_move_below_a_lower_level_is_refused(units, street_a, community_b):
    with pytest.raises(ValidationError) as raised:
        move(street_a, community_b)
    assert raised.value.messages == ["街道不能放在社区下面，上级的层级应更高。"]


def test_stale_copy_saved_after_a_move_keeps_the_path(units, street_a, community_a, other_county):
    stale = Unit.objects.get(pk=community_a.pk)
    move(street_a, other_county)
    stale.name = "育才新村社区"
    stale.save()
    assert tree()["育才新村社区"] == ["河北省", "沧州市", "任丘市", "骅东街道", "育才新村社区"]


def test_new_unit_gets_its_path(county):
    unit = Unit.objects.create(name="羊二庄镇", level=Level.STREET, kind=Kind.TOWN, parent=county)
    assert Unit.objects.get(pk=unit.pk).path == unit.path == f"{county.path}{unit.pk}/"
