"""Rows find their filing, wait for a decision, or are left out by one."""

import pytest

from surveys.models import Filing
from surveys.reading import FindingKind
from tests.factories import ProfileFactory, stand
from tests.surveys.reading.conftest import found, records

HEAD = ["街道", "社区名称", "区划代码", "总户数", "总人口"]
ROSTER = ["街道", "所在社区", "姓名", "出生年月", "月报酬"]


def one(reads, *cells, **options):
    return reads({"基本情况": [HEAD, [*cells, 10, 20]]}, **options)


@pytest.mark.parametrize(
    ("street", "name", "code"),
    [
        ("骅东街道", "育才社区", "130983001016"),
        ("骅东街道", "育才社区居民委员会", ""),
        ("骅东", "育才居委会", None),
        ("骅东街道办事处", " 育　才 ", ""),
        ("", "育才社区党支部", ""),
        ("", "中共黄骅市骅东街道育才社区支部委员会", ""),
        ("", "", 130983001016),
        ("骅东街道", "育才", "1.30983E+11"),
        ("骅东街道", "育才", 130983000000),
        ("骅东街道", "育才", "000000000000"),
    ],
)
def test_row_finds_its_community(reads, ids, street, name, code):
    reading = one(reads, street, name, code)
    assert ([r["filing"] for r in records(reading, "profile")], reading.undecided) == (
        [ids["育才社区"]],
        [],
    )


@pytest.mark.parametrize(
    ("cells", "cell", "words"),
    [
        (("骅东街道", "学府社区", ""), "B2", "名单里没有“学府社区”"),
        (("骅东街道", "育才社区", "130983001017"), "B2", "130983001017 是东昊社区"),
        (("骅东街道", "学府社区", "130983001017"), "B2", "130983001017 是东昊社区"),
        (("骅东街道", "平安社区", ""), "B2", "属于骅中街道平安社区"),
        (("骅南街道", "学府社区", ""), "B2", "名单里没有"),
        (("骅东街道", "", ""), "B2", "没有写是哪个社区"),
    ],
)
def test_row_in_question_names_its_cell(reads, cells, cell, words):
    reading = one(reads, *cells)
    [finding] = reading.undecided
    assert (finding.cell, words in finding.reason, reading.incoming["profile"].rows) == (
        cell,
        True,
        [],
    )


def test_same_name_in_two_streets_is_asked_about(reads, city_round, ids):
    Filing.objects.filter(pk=ids["平安社区"]).update(name="育才社区")
    reading = one(reads, "", "育才", "")
    assert "不止一个：骅东街道育才社区、骅中街道育才社区" in reading.undecided[0].reason


def test_merged_street_and_roster_without_community(reads, ids):
    rows = [
        ROSTER,
        ["骅东街道", "机关", "张三", 1980, 1],
        [None, "—", "李四", 1981, 2],
        [None, "育才", "王五", 1982, 3],
    ]
    got = records(reads({"工作人员": rows}), "workers")
    assert [r["filing"] for r in got] == [ids["骅东街道"], ids["骅东街道"], ids["育才社区"]]


def test_same_key_twice(reads):
    rows = [
        ROSTER,
        ["骅东街道", "育才", "张三", 1980, 1],
        ["骅东街道", "育才社区", "张三", 1980, "1元"],
    ]
    rows += [
        ["骅东街道", "育才", "张三", 1985, 5],
        ["骅东街道", "育才", "张三", 1985, 6],
        ["骅东街道", "育才", "", 1985, 6],
    ]
    reading = reads({"工作人员": rows})
    assert [(r["born"], r["pay"]) for r in records(reading, "workers")] == [
        ("1980", 1),
        ("1985", 5),
    ]
    assert found(reading, FindingKind.NOTE)["工作人员!B3"] == "与第 2 行完全相同，只取一次"
    assert found(reading, FindingKind.ROW) == {
        "工作人员!C5": "育才社区“张三”与第 4 行重复而内容不同",
        "工作人员!C6": "没有填姓名",
    }


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("育才社区 东昊社区", ["育才社区", "东昊社区"]),
        ("育才、东昊", ["育才社区", "东昊社区"]),
        ("育才社区和东昊社区", ["育才社区", "东昊社区"]),
        ("育才社区\n东昊社区", ["育才社区", "东昊社区"]),
        ("育才社区；骅中街道平安社区", ["育才社区", "平安社区"]),
        ("", ["育才社区"]),
    ],
)
def test_covered_communities_are_split(reads, ids, listed, names):
    rows = [["街道", "党支部名称", "覆盖社区", "党员数"], ["骅东街道", "育才社区党支部", listed, 9]]
    [record] = records(reads({"党组织": rows}), "party")
    assert (record["filing"], record["covers"]) == (
        ids["育才社区"],
        tuple(ids[name] for name in names),
    )


def test_names_that_hold_a_separator_are_kept_whole(reads, city_round, ids):
    Filing.objects.filter(pk=ids["东昊社区"]).update(name="和平社区")
    rows = [
        ["街道", "党支部名称", "覆盖社区"],
        ["骅东街道", "育才社区党支部", "育才社区和和平社区"],
    ]
    [record] = records(reads({"党组织": rows}), "party")
    assert record["covers"] == (ids["育才社区"], ids["东昊社区"])


def test_organisation_of_street_and_of_nobody(reads, ids):
    rows = [
        ["街道", "党组织名称", "覆盖社区"],
        ["骅东街道", "骅东街道党工委", ""],
        ["骅东街道", "阳光党支部", "东昊社区"],
    ]
    got = records(reads({"党组织": rows}), "party")
    assert [(r["filing"], r["form"]) for r in got] == [
        (ids["骅东街道"], "committee"),
        (ids["东昊社区"], "branch"),
    ]


def test_decisions_settle_rows_and_cells(reads, ids):
    rows = [
        HEAD,
        ["骅东街道", "学府", "", 1, 2],
        ["骅东街道", "某某", "", 3, 4],
        ["骅东街道", "新华", "", "若干", "许多"],
    ]
    decisions = {
        "基本情况!B2": {"unit": "130983001016"},
        "基本情况!B3": {"leave_out": True},
        "基本情况!D4": {"value": 7},
        "基本情况!E4": {"leave_out": True},
        "别的表!A1": {"leave_out": True},
    }
    reading = reads({"基本情况": rows}, decisions=decisions)
    got = [(r["filing"], r["households"], r["residents"]) for r in records(reading, "profile")]
    assert got == [(ids["育才社区"], 1, 2), (ids["新华社区"], 7, None)]
    assert [f for f in reading.findings if f.kind in (FindingKind.ROW, FindingKind.CELL)] == []
    assert [f.reason for f in reading.findings if "决定" in f.reason] == [
        "决定“别的表!A1”在本文件里没有用上"
    ]


def test_decision_for_an_unknown_unit_stays_a_question(reads):
    reading = one(reads, "骅东街道", "学府", "", decisions={"基本情况!B2": {"unit": "999"}})
    assert reading.undecided[0].reason == "决定里的单位 999 不在本期名单里"


def test_rows_outside_the_upload_are_asked_about(reads, city_round):
    street = city_round.filings.get(name="骅东街道").unit
    reading = one(reads, "骅中街道", "平安社区", "", unit=street)
    assert reading.undecided[0].reason == "平安社区不在本次上传的范围（骅东街道）内"


def test_approved_filing_is_asked_about_only_where_it_would_change(reads, city_round, ids):
    ProfileFactory(filing_id=ids["育才社区"], households=10, residents=20)
    stand(Filing.objects.get(pk=ids["育才社区"]), "approved")
    same = one(reads, "骅东街道", "育才社区", "")
    other = reads({"基本情况": [HEAD, ["骅东街道", "育才社区", "", 10, 21]]})
    assert (same.undecided, same.incoming["profile"].rows) == ([], [])
    assert found(other, FindingKind.ROW) == {"基本情况!B2": "育才社区的填报表已审定，不能修改"}


def test_blank_cells_are_noted_one_by_one_then_in_one_sentence(reads, ids, monkeypatch):
    rows = [HEAD, ["骅东街道", "育才", "", 1, ""], ["骅东街道", "新华", "", 1, ""]]
    assert len(found(reads({"基本情况": rows}), FindingKind.NOTE)) == 2
    monkeypatch.setattr("surveys.reading.remarks.MOST_BLANKS", 1)
    notes = found(reads({"基本情况": rows}), FindingKind.NOTE)
    assert notes == {"基本情况!E2": "“总人口”列有 2 格留空，按数据缺失处理（E2、E3 …）"}


def test_column_that_cannot_be_read_stops_the_upload(reads, monkeypatch):
    monkeypatch.setattr("surveys.reading.remarks.MOST_QUESTIONS", 1)
    rows = [HEAD, ["骅东街道", "育才", "", 1, "甲"], ["骅东街道", "新华", "", 1, "乙"]]
    assert found(reads({"基本情况": rows}), FindingKind.ROW) == {
        "基本情况!E1": "“总人口”列有 2 格读不出，像是列对错了"
    }


def test_broken_check_is_pinned_and_the_values_kept(reads):
    rows = [["社区名称", "总人口", "男", "女"], ["育才社区", 20, 10, 9]]
    reading = reads({"基本情况": rows})
    [finding] = [f for f in reading.findings if f.kind == FindingKind.CHECK]
    assert (finding.place, finding.section, finding.field) == ("基本情况!D2", "profile", "women")
    assert records(reading, "profile")[0]["women"] == 9
