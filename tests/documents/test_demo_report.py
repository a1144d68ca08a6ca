"""The report of the demo city says, derived and not typed, what the source report says."""

import pytest
from openpyxl import load_workbook

from documents.charts import WAN
from tests.documents.reading import body, charts, numbers, sayable, workbooks

pytestmark = pytest.mark.django_db
FIGURES = {
    "街道": 3,
    "社区": 29,
    "总户数": 43_046,
    "总人口": 159_720,
    "党员数": 1_046,
    "党支部": 15,
    "党小组数": 58,
    "一区一支·达标": 15,
    "一区一支·未达标": 14,
    "办公用房": 15,
    "自有用房": 2,
    "租借用房": 13,
    "五十平方米以上用房": 2,
    "五十平方米以下及待核实用房": 13,
    "不足二十平方米用房": 7,
    "面积待核实用房": 1,
    "社区办公用房不少于300平方米·达标": 0,
    "在编人员": 126,
    "在社区工作的在编人员": 28,
    "社区工作人员": 60,
    "社区临时人员": 32,
    "社区无报酬临时人员": 10,
    "社区有报酬临时人员": 22,
    "临时报酬最低": 40,
    "临时报酬最高": 400,
    "应拨经费": 1_649_500,
    "经费预算": 580_000,
}
SENTENCES = [
    "黄骅市共有3个街道、29个社区，总户数43,046户、总人口159,720人，平均每个社区1,484户、5,508人。",
    "社区党支部15个，其中两个以上社区合建的联合党支部14个；党小组58个，党员1,046人，平均每个支部69.7人。",
    "有自己党支部的社区15个，没有的14个。",
    "警务室有14个社区填报，均只挂牌，15个社区未填报。",
    "在编人员126人，其中在社区工作的28人，占22.2%，其余98人在街道。",
    "其中临时聘用人员32人，占53.3%：没有报酬的10人（含未填报酬的2人），有报酬的22人，月报酬40元至400元。",
    "共15处，其中自有2处（占13.3%），租赁或借用13处（14个社区未填报办公用房，未计入）。",
    "面积50平方米及以上的2处，50平方米以下的13处（其中已核实不足20平方米的7处，面积有待核实的1处）。",
    "全年应拨社区经费164.95万元。年初预算58万元，占应拨的35.2%，平均每个社区2万元；",
    "“一区一支”没有全面落实，15个社区达标、14个社区未达标，达标率51.7%",
    "按“社区经费每人10元、每名党员50元”测算，费用少的社区先行，分2年实施，达标目标80%、即24个社区，共需资金119.16万元",
    "年初预算比标准应拨数少106.95万元。",
    "“社区办公用房不少于300平方米”没有落实，可评价的14个社区均未达标，共差3,818.5平方米，另有15个社区缺数",
]


def test_figures_of_the_source_report_come_out(demo):
    assert {key: demo.figures[key].value for key in FIGURES} == FIGURES
    assert 29_000 <= demo.figures["经费实际到位"].value <= 58_000


@pytest.mark.parametrize("sentence", SENTENCES)
def test_report_says(demo, sentence):
    assert sentence in body(demo.file)


def test_every_number_of_the_text_is_a_figure(demo):
    text = body(demo.file)
    known = sayable(demo.used)
    assert len(numbers(text)) > 300
    assert [number for number in numbers(text) if number not in known] == []


def test_no_mark_and_no_tag_is_left(demo):
    assert not {*"\ue000\ue001\ue002\ue003\ue004{}"} & {*body(demo.file)}


def test_numbers_of_charts_are_figures_and_stand_in_the_workbook_behind(demo):
    known = sayable(demo.used)
    shown = charts(demo.file)
    assert len(shown) == 3
    for found, book in zip(shown.values(), workbooks(demo.file), strict=True):
        cells = [
            c.value
            for row in load_workbook(book).active.iter_rows(min_row=2, min_col=2)
            for c in row
        ]
        assert sorted(found) == sorted(cells)
        assert {*found} <= known


def test_chart_and_text_round_alike(demo):
    money = demo.report.context.charts["经费"]
    assert [money.label(figure) for figure in money.figures] == ["164.95", "58", "4.35"]
    assert demo.figures["经费实际到位"].value / WAN == 4.345
    assert demo.figures["经费实际到位"].words == "4.35万元"


def test_same_data_gives_the_same_bytes(demo):
    assert demo.file == demo.again == demo.report.file()


def test_changed_cell_changes_what_depends_on_it_and_nothing_else(demo):
    changed = {key for key, figure in demo.figures.items() if demo.after[key].value != figure.value}
    street = demo.street_of_change
    own = {key for key in changed if key.startswith("居委会一般100—700户·") or "每百户" in key}
    assert changed - own == {"总户数", "每社区户数", "每网格户数", f"{street}·户数"}
    assert "居委会一般100—700户·实际" in own


def test_report_of_approved_data_says_that_there_is_none(demo):
    text = body(demo.approved)
    assert "本报告只用已审定的数据，应报29个社区，还没有一个审定。" in text
    assert "基本情况" not in text


def test_report_of_a_street_speaks_of_its_communities(demo):
    text = body(demo.street)
    assert text.startswith("关于骅东街道社区组织体系建设情况的调研报告")
    assert "骅东街道共有6个社区，总户数9,318户、总人口33,748人" in text
    assert "各社区主要数据" in text
