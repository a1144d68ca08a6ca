"""The other shapes of a report, and how their wording follows what is there."""

import zipfile
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from communities.models import Governance
from documents.builder import markup_blocks
from documents.models import Shape
from documents.report import Report
from residents.models import Profile
from surveys.actions.hooks import saved
from surveys.models import Filing
from tests.documents.reading import ODD, body, numbers, sayable
from tests.factories import (
    FundLineFactory,
    InstitutionFactory,
    PremisesFactory,
    ProfileFactory,
    StandardFactory,
    WorkerFactory,
    stand,
)
from tests.rounds import open_year


def said(filing, shape, **options):
    return body(Report(filing, shape=shape, **options).file())


@pytest.fixture(autouse=True)
def standards(db):
    """What asks for more rooms and money than anybody has, and what everybody meets."""
    rooms = {"topic": "premises", "unit": "m²", "gap_unit": "m²"}
    money = {"topic": "funding", "unit": "元", "gap_unit": "元"}
    StandardFactory(
        code="rooms", name="用房不少于300平方米", actual="office_area", lower="300", **rooms
    )
    StandardFactory(
        code="money", name="每人10元", actual="funding_received", lower="10 * residents", **money
    )
    StandardFactory(
        code="any", name="有用房", actual="premises", lower="1", topic="premises", gap_unit="处"
    )


@pytest.fixture
def county_filing(round_2022, county):
    return round_2022.filings.get(unit=county)


def fill(filing):
    ProfileFactory(filing=filing, households=1_234, residents=3_456)
    PremisesFactory(filing=filing, area="82.5", tenure="rented")
    InstitutionFactory(filing=filing, category="police_room", stage="plaque")
    FundLineFactory(filing=filing, budgeted=20_000, received=1_500)
    saved(filing.round, [filing.pk])


@pytest.fixture
def filled(county_filing, filing_a):
    fill(filing_a)
    return county_filing


@pytest.mark.parametrize("shape", Shape.values)
def test_nothing_reads_odd_where_little_is_known(shape, filled):
    assert ODD.findall(said(filled, shape)) == []


@pytest.mark.parametrize("shape", Shape.values)
def test_nothing_reads_odd_where_nothing_is_known(shape, county_filing):
    text = said(county_filing, shape)
    assert ODD.findall(text) == []
    assert text.count("\n") > 5


@pytest.mark.parametrize("shape", Shape.values)
def test_every_number_is_a_figure_in_every_shape(shape, filled):
    report = Report(filled, shape=shape)
    known = sayable(report.used)
    assert [number for number in numbers(body(report.file())) if number not in known] == []


@pytest.mark.parametrize("shape", Shape.values)
def test_report_of_one_community_is_said_in_the_singular(shape, round_2022, street_b, filing_b):
    fill(filing_b)
    text = said(round_2022.filings.get(unit=street_b), shape)
    assert ODD.findall(text) == []
    assert "平均每个社区" not in text
    assert "均未达标" not in text


@pytest.fixture
def later(filled, county, filing_a):
    """The year after: one community more in the tree is not needed, other numbers are."""
    round = open_year(county, 2023)
    now = round.filings.get(unit=filing_a.unit)
    Profile.objects.filter(filing=now).update(households=1_200, residents=3_500)
    saved(round, [now.pk])
    return round.filings.get(unit=county)


def test_problems_and_advice_follow_from_verdicts(filled):
    text = said(filled, "survey")
    assert (
        "“用房不少于300平方米”没有落实，可评价的1个社区未达标，共差218平方米，另有2个社区缺数"
        in text
    )
    assert "面积已核实的社区尚缺218平方米" in text
    assert "如一律按没有用房计，全市最多缺818平方米" in text
    assert "警务室1个只挂牌，挂了牌子而没有配备人员" in text
    assert (
        "分2年实施，达标目标80%、即3个社区，共需资金3.31万元：第一年解决1个社区，需3.31万元；2个社区缺数"
        in text
    )
    assert "“有用房”也有社区未达标" not in text


def test_merger_shows_before_and_after(later):
    text = said(later, "merger")
    assert "根据2022年度和2023年度两次调查" in text
    assert "调整前（2022年度），黄骅市共有3个社区，总户数1,234户，总人口3,456人" in text
    assert "总户数减少34户" in text
    assert "总人口增加44人" in text


def test_merger_without_a_round_before_says_so(filled):
    assert "没有上期数据，不能比较合并调整前后的情况" in said(filled, "merger")


def test_sums_with_other_gaps_than_last_year_are_not_compared(later, filing_b):
    now = later.round.filings.get(unit=filing_b.unit)
    ProfileFactory(filing=now, households=100, residents=300)
    saved(later.round, [now.pk])
    lines = [line for line in said(later, "survey").splitlines() if line.startswith("指标|")]
    assert "总户数|1,234户|1,300户|缺数不同，不作比较" in lines[0]


def test_models_are_compared_where_communities_name_them(filled, filing_a, filing_b):
    for filing, model in ((filing_a, Governance.TRADITIONAL), (filing_b, Governance.BIG)):
        Filing.objects.filter(pk=filing.pk).update(governance=model)
    saved(filled.round, [filing_a.pk, filing_b.pk])
    text = said(filled, "models")
    assert "按填报的治理模式，传统型1个；大社区1个；1个社区没有写明。" in text
    assert "传统型|1|1,234|3,456" in text


def test_report_of_approved_data_speaks_of_those_alone(filled, filing_a):
    stand(filing_a, "approved")
    saved(filled.round, [filing_a.pk])
    text = said(filled, "survey", approved=True)
    assert "应报3个社区，已审定1个。" in text
    assert "总户数1,234户、总人口3,456人" in text
    assert "未填报基本情况" not in text


@pytest.mark.parametrize("rows", [1, 3])
def test_report_costs_the_same_queries_for_one_and_three_communities(
    rows, round_2022, county, filing_a, filing_b, neighbour_a, django_assert_num_queries
):
    third = round_2022.filings.get(unit=neighbour_a)
    for filing in [filing_a, filing_b, third][:rows]:
        fill(filing)
    filing = round_2022.filings.select_related("round").get(unit=county)
    Report(filing)
    with django_assert_num_queries(18):
        Report(filing)


def test_markup_joins_lines_and_keeps_tables_together():
    text = "# 一\n文字\n  接着\n\n| 甲 1 |\n| 乙 |\n尾"
    assert markup_blocks(text) == ["# 一", "文字接着", ["| 甲 1 |", "| 乙 |"], "尾"]


def test_axis_of_people_counts_in_whole_people(filled, filing_a):
    WorkerFactory(filing=filing_a, employment="temporary", pay=100)
    saved(filled.round, [filing_a.pk])
    with zipfile.ZipFile(BytesIO(Report(filled).file())) as package:
        assert b'<c:majorUnit val="1"/>' in package.read("word/charts/chart1.xml")


def test_small_tables_stay_on_one_page_and_quotes_are_chinese(filled):
    made = Document(BytesIO(Report(filled).file()))
    first = made.tables[0]
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in first.rows]
    assert kept == [True] * (len(first.rows) - 1) + [None]
    quoting = [run for paragraph in made.paragraphs for run in paragraph.runs if "“" in run.text]
    assert {run._r.rPr.rFonts.get(qn("w:hint")) for run in quoting} == {"eastAsia"}
