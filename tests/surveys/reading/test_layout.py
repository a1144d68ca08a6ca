"""Sheets as people lay them out: the values of a column land in that column, or nowhere, and that is said."""

import random

import pytest

from surveys.reading import FindingKind
from tests.large import many
from tests.surveys.reading.conftest import found, records

COMMUNITIES = ["育才社区", "东昊社区", "新华社区", "雅居社区", "交通社区"]
# Every column has its own range of values, so a value tells which column it came from.
LABELS = {
    "households": ("总户数", "户数", "居民户数", "总户数（户）"),
    "residents": ("总人口", "人口合计", "总人口数", "人口|合计"),
    "men": ("男", "男性", "人口|男"),
    "women": ("女", "其中女性", "人口|女"),
    "floating": ("流动人口", "流动人口数", "人口|其中：流动人口"),
    "low_income": ("低保户", "低保户数"),
    "estates": ("小区数", "小区个数"),
    "volunteers": ("志愿者人数", "志愿者"),
}
# Of each block, by seeds beside each other.
LAYOUTS, long_layouts = many("layouts of sheets, made at random", usual=4, long=200)
BASE = {name: 1000 * at for at, name in enumerate(LABELS, 1)} | {"estates": 500}
UNITS = {
    name: "户" if name in ("households", "low_income") else "个" if name == "estates" else "人"
    for name in LABELS
}
STRANGE = ["80岁以上", "联系电话", "楼栋数", "男党员", "排名"]


def variant(seed):
    """A sheet of the five communities in a layout of its own, and the columns it carries."""
    chance = random.Random(seed)
    names = chance.sample(list(LABELS), chance.randint(4, len(LABELS)))
    two_rows = chance.random() < 0.5
    labels = {
        name: chance.choice([w for w in LABELS[name] if two_rows or "|" not in w]) for name in names
    }
    if two_rows:
        names.sort(key=lambda name: "|" not in labels[name])
    columns = ["社区名称", *names, *chance.sample(STRANGE, chance.randint(0, 2))]
    if not two_rows:
        chance.shuffle(columns)
    rows = titles(chance, len(columns)) + header(columns, labels, two_rows)
    rows += [[UNITS.get(name, "") for name in columns]] * chance.randint(0, 1)
    for at, community in enumerate(COMMUNITIES):
        rows.append(
            [community if c == "社区名称" else BASE.get(c, 7_000_000) + at for c in columns]
        )
        if chance.random() < 0.1:
            rows.append([None] * len(columns))
        if chance.random() < 0.1:
            rows += header(columns, labels, two_rows)
    return rows + footer(chance, columns), names


def titles(chance, width):
    lines = [["2022年度社区情况统计表"], ["填报单位（盖章）：黄骅市民政局"], []]
    return [line + [None] * (width - len(line)) for line in lines[: chance.randint(0, 3)]]


def header(columns, labels, two_rows):
    texts = [labels.get(name, name) for name in columns]
    if not two_rows:
        return [texts]
    top, bottom, before = [], [], None
    for text in texts:
        group, _, part = text.rpartition("|")
        top.append((group if group != before else None) if group else text)
        bottom.append(part if group else None)
        before = group
    return [top, bottom]


def footer(chance, columns):
    total = [
        "合 计" if c == "社区名称" else sum(BASE.get(c, 0) + at for at in range(5)) for c in columns
    ]
    notes = [["注：以公安户籍数为准。"] + [None] * (len(columns) - 1)]
    return [total] * chance.randint(0, 1) + notes * chance.randint(0, 1)


@long_layouts
@pytest.mark.parametrize("block", range(10))
def test_no_value_is_misplaced_over_generated_layouts(reads, ids, block):
    for seed in range(block * LAYOUTS, (block + 1) * LAYOUTS):
        rows, names = variant(seed)
        reading = reads({f"表{seed}": rows})
        got = records(reading, "profile")
        assert [r["filing"] for r in got] == [ids[name] for name in COMMUNITIES], seed
        for name in set(got[0]) - {"filing"}:
            assert [r[name] for r in got] == [BASE[name] + at for at in range(5)], (seed, name)
        assert set(names) <= set(got[0]), (seed, reading.sheets[0].mapping)


def test_header_is_found_below_titles_and_units_scale(reads):
    rows = [
        ["表"],
        [],
        ["街道", "社区名称", "年初预算", "实际到位"],
        ["", "", "万元", "元"],
        ["骅东街道", "育才社区", 2, 1600],
    ]
    reading = reads({"经费": rows})
    [record] = records(reading, "funds")
    assert (reading.sheets[0].header, record["budgeted"], record["received"]) == (3, 20000, 1600)


def test_unit_in_the_header_scales(reads):
    rows = [["社区名称", "年初预算（万元）", "实际到位（千元）"], ["育才社区", 2, 1.6]]
    [record] = records(reads({"经费": rows}), "funds")
    assert (record["budgeted"], record["received"]) == (20000, 1600)


def test_row_of_column_numbers_is_passed_over(reads):
    rows = [["社区名称", "总户数", "总人口"], ["甲", 1, 2], ["育才社区", 967, 3583]]
    assert [r["households"] for r in records(reads({"基本情况": rows}), "profile")] == [967]


def test_label_unlike_any_is_named_with_the_nearest(reads):
    rows = [["社区名称", "总户数", "总人口", "80岁以上"], ["育才社区", 967, 3583, 90]]
    reading = reads({"基本情况": rows})
    assert "aged_60" not in reading.incoming["profile"].names
    [note] = [f for f in reading.findings if f.cell == "D1"]
    assert (note.kind, "60岁以上" in note.expected) == (FindingKind.NOTE, True)


def test_label_alike_but_for_filler_is_taken_and_said(reads):
    rows = [["社区名称", "居民总户数", "总人口数量"], ["育才社区", 967, 3583]]
    reading = reads({"基本情况": rows})
    assert records(reading, "profile")[0]["residents"] == 3583
    assert found(reading)["基本情况!C1"] == "“总人口数量”列按“总人口”读入"


def test_confirmed_layout_wins_over_labels(reads):
    rows = [["社区名称", "总户数", "80岁以上", "人数"], ["育才社区", 967, 90, 3583]]
    signature = reads({"基本情况": rows}).sheets[0].signature
    layouts = {signature: {"80岁以上": "", "人数": "profile.residents"}}
    reading = reads({"基本情况": rows}, layouts=layouts)
    assert records(reading, "profile")[0]["residents"] == 3583
    assert not [f for f in reading.findings if f.cell in ("C1", "D1")]


@pytest.mark.parametrize("group", ["流动人口", "外来人员", "党员", "80岁以上"])
def test_short_label_below_a_group_is_not_taken_alone(reads, group):
    rows = [
        ["社区名称", "总户数", "总人口", group, None],
        [None, None, None, "男", "女"],
        ["育才社区", 9, 20, 3, 4],
    ]
    reading = reads({"基本情况": rows})
    assert set(reading.incoming["profile"].names) == {"households", "residents"}
    assert len([f for f in reading.findings if "没有读入" in f.reason]) == 2


def test_stray_column_of_another_section_is_left_and_said(reads):
    rows = [["党支部名称", "党员数", "女"], ["育才社区党支部", 30, 12]]
    reading = reads({"党组织": rows})
    assert list(reading.incoming) == ["party"]
    assert found(reading)["党组织!C1"] == "“女”列不认识，没有读入"


@pytest.mark.parametrize(
    ("label", "unit"), [("建筑面积", "间"), ("年租金", "元/月"), ("建筑面积", "元")]
)
def test_column_in_another_kind_of_unit_is_left_and_said(reads, label, unit):
    rows = [["社区名称", "产权", label], ["", "", unit], ["育才社区", "自有", 3]]
    reading = reads({"办公用房": rows})
    assert set(reading.incoming["premises"].names) == {"name", "tenure"}
    assert f"“{label}”列单位写“{unit}”" in found(reading)["办公用房!C1"]


def test_blanks_alone_are_empty(reads):
    rows = [["社区名称", "总户数"], ["育才社区", 9], ["  ", "　"], ["", " "]]
    assert len(records(reads({"基本情况": rows}), "profile")) == 1


def test_sheet_without_a_known_header_is_said(reads):
    reading = reads(
        {
            "说明": [["请如实填写"], ["谢谢", "支持"]],
            "设备": [["社区", "电话", "电脑"], ["育才社区", 1, 2]],
        }
    )
    assert found(reading)["说明!A1"] == "没有找到认得的表头，这张表没有读"
    assert [sheet.name for sheet in reading.sheets] == ["设备"]


def test_one_sheet_per_street_takes_the_street_from_its_name(reads, ids):
    rows = [["社区名称", "总户数", "总人口"]]
    reading = reads({"骅东街道": [*rows, ["育才", 1, 2]], "骅中街道": [*rows, ["平安", 3, 4]]})
    assert [r["filing"] for r in records(reading, "profile")] == [ids["育才社区"], ids["平安社区"]]


def test_sheets_with_other_columns_of_one_section_are_kept_apart(reads):
    one = [["社区名称", "总户数", "总人口"], ["育才社区", 1, 2]]
    other = [["社区名称", "总户数", "志愿者人数"], ["东昊社区", 3, 4]]
    reading = reads({"甲表": one, "乙表": other})
    assert [i.names for i in reading.incoming.values()] == [
        ("households", "residents"),
        ("households", "volunteers"),
    ]


def test_totals_that_differ_are_noted(reads):
    rows = [
        ["社区名称", "总户数", "总人口"],
        ["育才社区", 10, 20],
        ["东昊社区", 5, 9],
        ["合计", 15, 30],
    ]
    notes = found(reads({"基本情况": rows}), FindingKind.NOTE)
    assert notes == {"基本情况!C4": "“总人口”写的合计是 30，读到的各行相加是 29"}
