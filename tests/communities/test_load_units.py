"""A list of units brought into the tree."""

from datetime import date

from accounts.models import AuditEntry
from communities.models import GovernancePeriod, Unit
from tests.communities.conftest import tree


def sentences(result):
    return [str(error) for error in result.errors]


def counts(result):
    return result.new, result.changed, result.unchanged, sentences(result)


def test_demo_city_has_its_levels_and_kinds(huanghua):
    units = Unit.objects.within(huanghua)
    assert units.filter(level=4, kind="street").count() == 3
    assert units.filter(level=5, kind="community").count() == 29
    assert (huanghua.kind, huanghua.path) == (
        "county_city",
        f"/{huanghua.parent.parent_id}/{huanghua.parent_id}/{huanghua.pk}/",
    )


def test_rows_in_any_order_find_their_parents(load):
    result = load(
        "130983001016,育才社区,5,130983001",
        "130983001,骅东街道,4,130983",
        "130983,黄骅市,3,13",
        "13,河北省,1,",
    )
    assert counts(result) == (4, 0, 0, [])
    assert tree()["育才社区"] == ["河北省", "黄骅市", "骅东街道", "育才社区"]


def test_second_time_changes_nothing(load, units):
    line = "130983001030,新苑社区,5,130983001"
    assert counts(load(line)) == (1, 0, 0, [])
    audited = AuditEntry.objects.count()
    assert counts(load(line)) == (0, 0, 1, [])
    assert AuditEntry.objects.count() == audited


def test_rename_tells_the_new_kind_and_is_audited(load, street_a):
    result = load("130983001,骅东镇,4,130983")
    assert counts(result) == (0, 1, 0, [])
    street_a.refresh_from_db()
    assert (street_a.name, street_a.kind) == ("骅东镇", "town")
    entry = AuditEntry.objects.get(target=f"unit:{street_a.pk}")
    assert entry.changes == {"名称": ["骅东街道", "骅东镇"], "类型": ["街道", "镇"]}


def test_names_swapped_in_one_list(load, community_a, neighbour_a):
    load(
        "130983001016,东昊社区居民委员会,5,130983001", "130983001017,育才社区居民委员会,5,130983001"
    )
    assert [Unit.objects.get(pk=unit.pk).name for unit in (community_a, neighbour_a)] == [
        "东昊社区居民委员会",
        "育才社区居民委员会",
    ]


def test_changed_parent_moves_the_subtree(load, units, county, street_a, community_a):
    load("1310,廊坊市,2,13", "131003,广阳区,3,1310")
    result = load("130983001,骅东街道,4,131003")
    assert counts(result) == (0, 1, 0, [])
    assert tree()["育才社区居民委员会"] == [
        "河北省",
        "廊坊市",
        "广阳区",
        "骅东街道",
        "育才社区居民委员会",
    ]
    assert Unit.objects.within(county).filter(pk=community_a.pk).count() == 0


def test_new_street_takes_over_communities_in_one_list(load, units):
    result = load(
        "130983009,新街道,4,130983",
        "130983001016,育才社区居民委员会,5,130983009",
        "130983009001,新区社区,5,130983009",
    )
    assert counts(result) == (2, 1, 0, [])
    assert tree()["育才社区居民委员会"] == [
        "河北省",
        "沧州市",
        "黄骅市",
        "新街道",
        "育才社区居民委员会",
    ]
    assert tree()["新区社区"][-2:] == ["新街道", "新区社区"]


def test_street_and_its_community_both_move(load, units):
    load("1310,廊坊市,2,13", "131003,广阳区,3,1310", "131003001,甲街道,4,131003")
    load(
        "130983001,骅东街道,4,131003",
        "130983001016,育才社区居民委员会,5,131003001",
        "130983001099,末社区,5,130983001",
    )
    assert tree()["育才社区居民委员会"] == [
        "河北省",
        "廊坊市",
        "广阳区",
        "甲街道",
        "育才社区居民委员会",
    ]
    assert tree()["东昊社区居民委员会"] == [
        "河北省",
        "廊坊市",
        "广阳区",
        "骅东街道",
        "东昊社区居民委员会",
    ]
    assert tree()["末社区"] == ["河北省", "廊坊市", "广阳区", "骅东街道", "末社区"]


def test_blank_optional_cells_leave_values(load, community_a):
    Unit.objects.filter(pk=community_a.pk).update(opened_on=date(2004, 8, 1), kind="other")
    result = load("130983001016,育才社区居民委员会,5,,,", also=["kind", "opened_on"])
    assert counts(result) == (0, 0, 1, [])


def test_grids_without_code_go_by_name(load, community_a):
    lines = [",第一网格,6,130983001016", ",第二网格,6,130983001016"]
    assert counts(load(*lines)) == (2, 0, 0, [])
    assert counts(load(*lines)) == (0, 0, 2, [])
    assert set(community_a.children.values_list("kind", "code")) == {("grid", None)}


def test_community_that_gets_its_code_later(load, street_a):
    load(",新苑社区,5,130983001")
    assert counts(load("130983001030,新苑社区,5,130983001")) == (0, 1, 0, [])
    assert street_a.children.get(name="新苑社区").code == "130983001030"


def test_street_set_up_again_after_it_was_closed(load, street_a):
    closed = "130983001,骅东街道,4,130983,2022-06-30"
    again = "130983009,骅东街道,4,130983,"
    assert counts(load(closed, again, also=["closed_on"])) == (1, 1, 0, [])
    assert Unit.objects.open(on=date(2022, 12, 31)).get(name="骅东街道").code == "130983009000"


def test_governance_model_of_a_unit(load, street_a):
    line = "130983001,骅东街道,4,130983,大社区"
    assert counts(load(line, also=["model"])) == (0, 1, 0, [])
    assert counts(load(line, also=["model"])) == (0, 0, 1, [])
    load("130983001,骅东街道,4,130983,传统型", also=["model"])
    periods = GovernancePeriod.objects.filter(unit=street_a).values_list("model", "until")
    assert [model for model, until in periods if until is None] == ["traditional"]
    assert len(periods) == 2


def test_every_error_is_told_at_once_and_nothing_written(load, units):
    before = list(Unit.objects.values_list("name", "path"))
    result = load(
        "13098300103X,甲社区,5,130983001",
        "130983001031,,5,130983001",
        "130983001032,丙社区,七,130983001",
        "130983001033,丁社区,5,130984001",
        "130983001034,戊社区,5,130983001016",
        "130983001035,好社区,5,130983001",
        "1.30983E+11,己社区,5,130983001",
        "130983001036,庚社区,5,",
    )
    assert sentences(result) == [
        "第 2 行：区划代码“13098300103X”不对，应为 12 位数字（末尾的零可省），前两位是省级代码，如 130983001016。",
        "第 3 行：没有写名称。",
        "第 4 行：层级“七”不认识，应为 1 省、2 市、3 区县、4 街道、5 社区、6 网格。",
        "第 5 行：上级代码 130984001000 在文件和系统里都没有；请先写上级单位，或改正代码。",
        "第 6 行：上级是“育才社区居民委员会”，社区不能放在社区下面，上级的层级应更高。",
        "第 8 行：区划代码“1.30983E+11”被表格软件改成了科学计数法，末几位已丢失；请把该列设为文本后重填。",
        "第 9 行：没有写上级；只有省、市、区县可以没有上级。",
    ]
    assert list(Unit.objects.values_list("name", "path")) == before


def test_same_code_twice(load, street_a):
    result = load("130983001030,甲社区,5,130983001", "130983001030,乙社区,5,130983001")
    assert sentences(result) == [
        "第 3 行：区划代码 130983001030 在第 2 行已写给“甲社区”，每个代码只写一次。"
    ]


def test_same_name_below_one_parent(load, community_a):
    result = load(
        "130983001030,育才社区居民委员会,5,130983001",
        "130983001031,甲社区,5,130983001",
        "130983001032,甲社区,5,130983001",
    )
    assert sentences(result) == [
        "第 2 行：同一上级下已有“育才社区居民委员会”，代码 130983001016；若它已撤销，请先写它的撤销日期。",
        "第 4 行：“甲社区”与第 3 行同名且同一上级；请改名，或给已撤销的一个写撤销日期。",
    ]


def test_kind_that_does_not_fit_the_level(load, street_a):
    result = load("130983001030,甲社区,5,130983001,街道", also=["kind"])
    assert sentences(result) == ["第 2 行：类型“街道”不是社区一级的类型。"]


def test_unit_that_sinks_below_its_children(load, community_a):
    result = load("130983001,骅东街道,5,130983")
    assert sentences(result) == [
        "第 2 行：下级“育才社区居民委员会”是社区，“骅东街道”的层级应更高。",
    ]


def test_error_of_a_parent_is_not_repeated_for_its_children(load, county):
    result = load("130983009,,4,130983", "130983009001,甲社区,5,130983009")
    assert sentences(result) == ["第 2 行：没有写名称。"]


def test_under_takes_rows_without_parent_and_refuses_others(load, units, street_a):
    result = load(
        "130983001030,甲社区,5,", "130983002014,平安社区居民委员会,5,130983002", under=street_a
    )
    assert sentences(result) == [
        "第 3 行：“平安社区居民委员会”不在“骅东街道”范围内，这次只能载入它和它下面的单位。"
    ]
    assert counts(load("130983001030,甲社区,5,", under=street_a)) == (1, 0, 0, [])
    assert tree()["甲社区"][-2:] == ["骅东街道", "甲社区"]


def test_dry_run_counts_and_writes_nothing(load, street_a):
    assert counts(load("130983001030,甲社区,5,130983001", dry_run=True)) == (1, 0, 0, [])
    assert Unit.objects.filter(name="甲社区").count() == 0


def test_load_is_one_line_in_the_trail(load, street_a, admin):
    load("130983001030,甲社区,5,130983001", by=admin)
    assert list(AuditEntry.objects.values_list("by", "verb", "what", "source")) == [
        (admin.pk, "载入单位", "新增 1，变更 0，未变 0", "command")
    ]
