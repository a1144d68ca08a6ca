"""Cells as people write them: read, or asked about, never guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.reading.cells import cell_converter, read_column, read_percent, read_raw_cell
from surveys.reading.questions import CellQuestion
from surveys.sections import section_named
from tests.large import examples

pytestmark = pytest.mark.once
ASKED = object()


def reader(path, scale=Decimal(1)):
    section, name = path.split(".")
    section = section_named(section)
    column = next(column for column in section.columns if column.name == name and not column.fixed)
    return cell_converter(column, section.field(name), year=2022, scale=scale)


def value(path, raw, scale=Decimal(1)):
    """What a cell is read as, ASKED where it is asked about."""
    found = read_raw_cell(reader(path, scale), raw)
    return ASKED if type(found) is CellQuestion else found


COUNTS = [
    ("２００１", 2001),
    ("5,364", 5364),
    ("5，364", 5364),
    (" 1458", 1458),
    ("3361人", 3361),
    ("76名", 76),
    ("约300人", 300),
    ("1.2万", 12000),
    ("1.2万人", 12000),
    (967.0, 967),
    (-0.0, 0),
    ("0", 0),
    ("无", 0),
    ("—", 0),
    ("/", 0),
    ("〇", 0),
    ("300左右", 300),
    ("3,000.0", 3000),
    (-1081.0, ASKED),
    ("-5", ASKED),
    (3.5, ASKED),
    ("3.5人", ASKED),
    ("20左右到30", ASKED),
    ("300余人", ASKED),
    ("300多", ASKED),
    ("12-15", ASKED),
    ("12/15", ASKED),
    ("1,23", ASKED),
    ("3户", ASKED),
    ("38%", ASKED),
    ("不详", ASKED),
    ("1e3", ASKED),
    ("1e309", ASKED),
    (float("nan"), ASKED),
    (float("inf"), ASKED),
    (1e309, ASKED),
    ("12345678901234567890", ASKED),
    (1.2345678901234568e19, ASKED),
    ("TRUE", ASKED),
    ("#REF!", ASKED),
    ("公式没有结果", ASKED),
    (("2004-08-15",), ASKED),
    ("100000000", ASKED),
    ("12\x00", ASKED),
    ("٣٤", ASKED),
]


@pytest.mark.parametrize(("raw", "expected"), COUNTS)
def test_head_counts(raw, expected):
    assert value("profile.residents", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("√", 1),
        ("有", 1),
        ("×", 0),
        ("无", 0),
        ("2套", 2),
        ("1部", 1),
        (2.0, 2),
        ("TRUE", 1),
        ("若干", ASKED),
    ],
)
def test_things_are_ticked_or_counted(raw, expected):
    assert value("equipment.desks", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("12平米", 12),
        ("20㎡", 20),
        ("１４㎡", 14),
        ("42m2", 42),
        ("56平方米", 56),
        ("62.5m²", Decimal("62.5")),
        ("约16.5", Decimal("16.5")),
        ("0.5亩", Decimal("333.33")),
        (16.5, Decimal("16.5")),
        (33.33333333333333, Decimal("33.33")),
        ("不足20平米", ASKED),
        ("20以上", ASKED),
        ("3间", ASKED),
        ("5*8", ASKED),
    ],
)
def test_areas(raw, expected):
    assert value("premises.area", raw) == expected


@pytest.mark.parametrize(
    ("path", "raw", "scale", "expected"),
    [
        ("funds.budgeted", "2万", 1, 20000),
        ("funds.budgeted", "2.0万元", 1, 20000),
        ("funds.budgeted", "0.145万", 1, 1450),
        ("funds.budgeted", "1,600.00", 1, 1600),
        ("funds.budgeted", "1400元", 1, 1400),
        ("funds.budgeted", "¥1400", 1, 1400),
        ("funds.budgeted", 2.0, 10000, 20000),
        ("funds.budgeted", "2", 10000, 20000),
        ("funds.budgeted", "500元", 10000, 500),
        ("profile.area", 25.0, Decimal("0.01"), Decimal("0.25")),
        ("profile.area", "2.5平方公里", 1, Decimal("2.5")),
        ("profile.area", "150公顷", 1, Decimal("1.5")),
        ("profile.area", 0.0012, 1, ASKED),
        ("workers.pay", "160元/月", 1, 160),
        ("workers.pay", "160元每月", 1, 160),
        ("workers.pay", "2400元/年", 1, ASKED),
        ("premises.rent", "6000元/年", 1, 6000),
        ("premises.rent", "500元/月", 1, ASKED),
        ("workers.pay", "财政工资", 1, None),
        ("workers.pay", "无待遇", 1, 0),
        ("workers.pay", "２７０", 1, 270),
    ],
)
def test_amounts_scale_by_header_and_cell(path, raw, scale, expected):
    assert value(path, raw, Decimal(scale)) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2004.08", "2004-08"),
        ("2005年12月", "2005-12"),
        ("2012-6-28", "2012-06-28"),
        ("2012/6/28", "2012-06-28"),
        ("2012年6月28日", "2012-06-28"),
        (20080215.0, "2008-02-15"),
        ("20080215", "2008-02-15"),
        (198412.0, "1984-12"),
        ("196506", "1965-06"),
        ("591214", "1959-12-14"),
        (2004.0, "2004"),
        ("2004年", "2004"),
        ("12.2", "2012-02"),
        ("04.2", "2004-02"),
        ("22.1", "2022-01"),
        ("23.1", "1923-01"),
        ("59.12.14", "1959-12-14"),
        ("８４年５月", "1984-05"),
        (("2005-02-15",), "2005-02-15"),
        (38214.0, "2004-08-15"),
        ("2004-08-15 00:00:00", "2004-08-15"),
        (2004.08, "2004-08"),
        ("—", ""),
        ("不详", ""),
        (2004.1, ASKED),
        ("2004.13", ASKED),
        ("2005-02-30", ASKED),
        ("2031", ASKED),
        ("0000", ASKED),
        ("9999", ASKED),
        ("去年", ASKED),
        ("2004-2006", ASKED),
        (float("nan"), ASKED),
        (1e300, ASKED),
        ("#VALUE!", ASKED),
    ],
)
def test_dates_keep_their_precision(raw, expected):
    assert value("party.founded_on", raw) == expected


@pytest.mark.parametrize(
    ("path", "raw", "expected"),
    [
        ("workers.sex", "女 ", "female"),
        ("workers.politics", "党员", "party"),
        ("workers.politics", "中共预备党员", "probation"),
        ("workers.politics", "非党员", ASKED),
        ("workers.employment", "在编", "established"),
        ("workers.employment", "临时工", "temporary"),
        ("workers.education", "大学本科", "bachelor"),
        ("workers.education", "高中/中专", ASKED),
        ("premises.tenure", "租赁民房", "rented"),
        ("premises.tenure", "借用物业用房", "borrowed"),
        ("premises.tenure", "租", "rented"),
        ("premises.tenure", "无", "none"),
        ("premises.tenure", "租赁或借用", ASKED),
        ("institutions.stage", "有名无实", "plaque"),
        ("institutions.stage", "无", "none"),
        ("workers.sex", 1.0, ASKED),
        ("workers.sex", "—", ""),
        ("grids.phone", "√", True),
        ("grids.phone", "否", False),
        ("grids.phone", 1.0, True),
        ("grids.phone", "也许", ASKED),
    ],
)
def test_words(path, raw, expected):
    assert value(path, raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("董　秀　娟", "董秀娟"),
        ("㐀𠮷", "㐀𠮷"),
        ("𬀩𰻞", "𬀩𰻞"),
        ("买买提·艾力", "买买提·艾力"),
        ("Anna Li", "Anna Li"),
        ("刘\u200b芳", "刘芳"),
        ("—", ""),
        ("刘\x07芳", ASKED),
        ("刘\u202e芳", ASKED),
        ("刘\ufffd芳", ASKED),
        ("字" * 61, ASKED),
        (13912345678.0, "13912345678"),
        (1.3098319900101123e17, ASKED),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_texts(raw, expected):
    assert value("workers.name", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("8.0%", 8.0), (0.075, 7.5), (7.0, 7.0), (0.08199999999999999, 8.2), ("—", None)],
)
def test_percent_beside_fraction_beside_number(raw, expected):
    assert read_percent(raw) == expected


def test_a_column_reads_each_content_once_and_keeps_its_order():
    values, questions = read_column(["5", "", "x", "5"], reader("profile.residents"), None)
    assert values == [5, None, None, 5]
    assert [at for at, _ in questions] == [2]


CELL = st.one_of(st.text(max_size=30), st.floats(), st.dates().map(lambda day: (day.isoformat(),)))
PATHS = [
    "profile.residents",
    "premises.area",
    "party.founded_on",
    "workers.sex",
    "workers.name",
    "grids.phone",
]


@examples("cells of any content", usual=200, long=20_000)
@given(raw=CELL, path=st.sampled_from(PATHS))
def test_any_cell_is_read_within_bounds_or_asked_about(raw, path):
    found = value(path, raw)
    section, name = path.split(".")
    if found is not ASKED and found not in (None, ""):
        section_named(section).field(name).clean(found, None)


@examples("ways of writing a whole number", usual=150, long=20_000)
@given(
    number=st.integers(0, 1_000_000),
    unit=st.sampled_from(["", "人", "名", " 人"]),
    wide=st.booleans(),
)
def test_a_whole_number_survives_every_way_of_writing_it(number, unit, wide):
    text = f"{number:,}{unit}"
    text = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789,"}) if wide else text
    assert value("profile.residents", text) == number
