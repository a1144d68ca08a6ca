"""The tree in the back room: one unit at a time."""

import pytest

from accounts.models import AuditEntry
from communities.models import Assignment, GovernancePeriod, Unit
from tests.communities.conftest import tree
from tests.factories import UnitFactory

EMPTY = {
    f"{prefix}-{field}": 0
    for prefix in ("governance_periods", "assignments")
    for field in ("TOTAL_FORMS", "INITIAL_FORMS")
}


@pytest.fixture
def back_room(as_user, admin):
    return as_user(admin)


def form(unit, **changes):
    """What the change page of a unit sends."""
    fields = {"name": unit.name, "code": unit.code or "", "level": unit.level, "kind": unit.kind}
    return (
        EMPTY
        | fields
        | {"parent": unit.parent_id or "", "opened_on": "", "closed_on": ""}
        | changes
    )


def save(client, unit, **changes):
    return client.post(f"/admin/communities/unit/{unit.pk}/change/", form(unit, **changes))


def errors(response):
    return [text for texts in response.context["errors"] for text in texts]


def test_list_shows_level_kind_and_parent(back_room, units):
    page = back_room.get("/admin/communities/unit/?q=1309830010").content.decode()
    assert "育才社区居民委员会" in page
    assert "平安社区居民委员会" not in page


@pytest.mark.parametrize("more", [0, 30])
def test_list_costs_the_same_however_long(more, back_room, street_a, django_assert_num_queries):
    UnitFactory.create_batch(more, parent=street_a)
    with django_assert_num_queries(4):
        back_room.get("/admin/communities/unit/")


def test_added_unit_has_its_path_and_its_line_in_the_trail(back_room, street_a, admin):
    new = Unit(name="新苑社区", code="130983001030", level=5, kind="community", parent=street_a)
    back_room.post("/admin/communities/unit/add/", form(new))
    unit = Unit.objects.get(code="130983001030")
    assert unit.path == f"{street_a.path}{unit.pk}/"
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.verb, entry.what, entry.source) == (
        admin,
        "新增单位",
        "新苑社区",
        "admin",
    )
    assert (entry.path, entry.target) == (unit.path, f"unit:{unit.pk}")


def test_changed_parent_moves_the_subtree(back_room, units, street_a, city):
    other = UnitFactory(name="任丘市", level=3, kind="county_city", parent=city)
    save(back_room, street_a, parent=other.pk)
    assert tree()["育才社区居民委员会"] == [
        "河北省",
        "沧州市",
        "任丘市",
        "骅东街道",
        "育才社区居民委员会",
    ]
    assert AuditEntry.objects.get().changes == {"上级": ["黄骅市", "任丘市"]}


def test_cycle_is_refused(back_room, units, county, street_a):
    assert errors(save(back_room, county, parent=street_a.pk)) == [
        "“骅东街道”就在“黄骅市”之内，不能作它的上级。"
    ]
    assert AuditEntry.objects.count() == 0


def test_wrong_code_kind_and_name_are_refused(back_room, community_a, neighbour_a):
    assert errors(save(back_room, community_a, code="999")) == [
        "区划代码应为 12 位数字，前两位是省级代码，如 130983001016。"
    ]
    assert errors(save(back_room, community_a, kind="town")) == ["社区一级没有“镇”这种类型。"]
    assert errors(save(back_room, community_a, name=neighbour_a.name)) == [
        "同一上级下已有同名单位。"
    ]


def test_assignment_and_governance_stand_with_the_unit(back_room, street_a, clerk_b):
    period = {"model": "big_community", "since": "2022-01-01", "until": ""}
    role = {"user": clerk_b.pk, "role": "viewer"}
    data = {f"governance_periods-0-{name}": value for name, value in period.items()}
    data |= {f"assignments-0-{name}": value for name, value in role.items()}
    save(
        back_room,
        street_a,
        **data,
        **{"governance_periods-TOTAL_FORMS": 1, "assignments-TOTAL_FORMS": 1},
    )
    assert Assignment.objects.filter(user=clerk_b, unit=street_a, role="viewer").count() == 1
    assert GovernancePeriod.objects.get(unit=street_a).model == "big_community"
    assert AuditEntry.objects.get().changes == {
        "治理模式 骅东街道 大社区": ["", "新增"],
        "任职 骅中填报员 骅东街道 查看": ["", "新增"],
    }


def test_unit_with_units_below_cannot_be_deleted(back_room, units, street_a):
    back_room.post(f"/admin/communities/unit/{street_a.pk}/delete/", {"post": "yes"})
    assert Unit.objects.filter(pk=street_a.pk).count() == 1


def test_assignment_ended_is_in_the_trail(back_room, clerk_a, street_a):
    assignment = clerk_a.assignments.get()
    back_room.post(f"/admin/communities/assignment/{assignment.pk}/delete/", {"post": "yes"})
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.what, entry.path) == (
        "删除任职",
        "骅东填报员 骅东街道 填报",
        street_a.path,
    )


def test_clerk_has_no_back_room(as_user, clerk_a):
    assert as_user(clerk_a).get("/admin/communities/unit/").status_code == 403
