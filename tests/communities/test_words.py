"""What a name tells about a unit's kind, against the official word in the list of the demo city."""

import csv
from pathlib import Path

import pytest

from communities.words import infer_kind, read_kind, read_level


@pytest.mark.parametrize(
    ("name", "level", "kind"),
    [
        ("河北省", 1, "province"),
        ("内蒙古自治区", 1, "autonomous_region"),
        ("重庆市", 1, "municipality"),
        ("沧州市", 2, "city"),
        ("延边朝鲜族自治州", 2, "prefecture"),
        ("黄骅市", 3, "county_city"),
        ("前进区", 3, "district"),
        ("桦南县", 3, "county"),
        ("鄂温克族自治旗", 3, "county"),
        ("沧州经济开发区", 3, "zone"),
        ("骅东街道", 4, "street"),
        ("四丰镇", 4, "town"),
        ("东河乡", 4, "township"),
        ("工业园区", 4, "zone"),
        ("七星农场", 4, "other"),
        ("育才社区", 5, "community"),
        ("育才社区居民委员会", 5, "community"),
        ("前进第一居委会", 5, "community"),
        ("新立村村民委员会", 5, "village"),
        ("社区村委会", 5, "village"),
        ("工业园区虚拟社区", 5, "other"),
        ("第一网格", 6, "grid"),
    ],
)
def test_kind_by_name(name, level, kind):
    assert infer_kind(name, level) == kind


def test_official_words_of_the_demo_city_agree_with_the_names():
    with Path("fixtures/units_huanghua_2022.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert (
                read_kind(row["kind"]) or infer_kind(row["name"], int(row["level"]))
            ) == infer_kind(row["name"], int(row["level"]))


@pytest.mark.parametrize(
    ("word", "level"), [("1", 1), ("地级市", 2), ("区县", 3), ("乡镇", 4), ("村", 5), ("网格", 6)]
)
def test_level_by_word(word, level):
    assert read_level(word) == level


def test_words_nobody_uses_are_not_read():
    assert (read_level("7"), read_kind("委员会"), read_kind("县级"), read_kind("")) == (
        None,
        None,
        "",
        "",
    )
