"""What a round asks of its own in the report of a street or above: item by item, every number traced to its rows."""

import pytest
from django.urls import reverse

from documents.checker.known import KnownFacts
from documents.report import Report
from surveys.models import ExtraRecord, Filing
from tests.documents.reading import body, numbers, sayable
from tests.factories import StandardFactory


@pytest.fixture
def county_filing(round_2022, county):
    return lambda: Filing.objects.select_related("round", "previous__round").get(
        round=round_2022, unit=county
    )


@pytest.fixture
def items(asked, answer, filing_b):
    """Four questions, answered by two of three communities, the words by one."""
    lifts, sheds = asked("加装电梯数", unit="部"), asked("充电棚", kind="yes_no")
    ways = asked("投放方式", kind="choice", words=["定时", "7时起"])
    rule = {"actual": lifts.code, "lower": "10", "unit": "部", "gap_unit": "部"}
    StandardFactory(code="lifts", name="加装电梯", region_code="130983000000", **rule)
    ExtraRecord.objects.create(
        filing=filing_b, **{lifts.column: 30, sheds.column: True, ways.column: 2}
    )
    wish = asked("急盼", kind="text")  # counts every filing of the round anew
    answer({lifts: "4", sheds: "否", ways: "7时起", wish: "电梯"})
    return lifts, sheds, ways, wish


@pytest.mark.parametrize("shape", ["survey", "work"])
def test_report_says_item_by_item_what_was_answered(shape, items, county_filing):
    text = body(Report(county_filing(), shape=shape).file())
    assert "本期另有补充项4项" in text
    assert "加装电梯数|2|1|合计34部，平均每个社区17部|“加装电梯”达标1个、未达标1个，缺数1个" in text
    assert "充电棚|2|1|是1个，否1个|—" in text
    assert "投放方式|2|1|定时0个，7时起2个|—" in text
    assert "急盼|1|2|文字，见明细|—" in text


def test_report_of_a_round_without_items_has_no_such_part(county_filing):
    text = body(Report(county_filing()).file())
    assert "补充项" not in text


def test_report_says_of_an_item_nobody_answered_that_nobody_did(asked, county_filing):
    asked("加装电梯数", unit="部")
    assert "加装电梯数|0|3|没有社区填报|—" in body(Report(county_filing()).file())


def test_figures_of_items_lead_to_their_rows(items, county_filing, bureau):
    report = Report(county_filing())
    own = [figure for figure in report.used if figure.source == "本期补充"]
    assert {*numbers("加装电梯34部，2个填报")} <= sayable(own)
    total = report.context.figures["补充项·加装电梯数"]
    assert total.href == reverse("reports:measure", args=[county_filing().pk, items[0].code])
    assert {bureau.get(report.address(figure)).status_code for figure in own} == {200}


def test_checker_knows_what_was_answered(items, county_filing, bureau):
    facts = {fact.figure.label: fact.value for fact in KnownFacts(county_filing()).facts}
    assert (facts["加装电梯数"], facts["充电棚：是"], facts["投放方式：7时起"]) == (34, 1, 2)


@pytest.mark.parametrize(("kind", "queries"), [("count", 13), ("text", 14)])
def test_items_cost_a_report_one_query_or_two(
    kind, queries, asked, county_filing, django_assert_num_queries
):
    for at in range(3):
        asked(f"第{at}项", kind=kind)
    Report(county_filing())
    filing = county_filing()
    with django_assert_num_queries(queries):
        Report(filing)
