"""A bureau's question with a standard on it: asked, answered by form and by workbook, judged, and out in Excel."""

from functools import partial
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from reports.models import Standard
from surveys.models import Extra
from tests.addresses import addresses
from tests.factories import StandardFactory
from tests.surveys.extras.books import answered_by_book

LIFTS = {
    "label": "加装电梯数",
    "kind": "count",
    "unit": "部",
    "highest": "500",
    "section": "profile",
    "required": "on",
}
RULE = {
    "seen": 0,
    "name": "加装电梯",
    "statement": "每个社区至少10部",
    "topic": "service",
    "source": "黄骅市民政局2022年工作要点",
    "force": "city",
    "region": "130983000000",
    "level": 5,
    "kinds": ["community"],
    "effective_from": "2022-01-01",
    "lower": "10",
    "unit": "部",
    "gap_unit": "部",
    "digits": 0,
}


@pytest.fixture
def county_filing(round_2022, county):
    return round_2022.filings.get(unit=county)


@pytest.fixture
def sheet(bureau, county_filing):
    """`sheet("matrix", level=5)`: {unit: the known cells of its line} of what the page hands over in Excel."""

    def lines(page, **query):
        answer = bureau.get(
            reverse(f"reports:{page}", args=[county_filing.pk]), {**query, "format": "xlsx"}
        )
        read = load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
        found = {
            line[0].strip("　"): [cell for cell in line[1:] if cell is not None]
            for line in read
            if line[0]
        }
        return {
            unit: cells
            for unit, cells in found.items()
            if unit.endswith(("社区", "市", "街道")) and len(unit) > 2
        }

    return lines


def test_question_goes_through_form_workbook_matrix_and_export(
    bureau, answer, sheet, round_2022, street_b
):
    bureau.post(reverse("surveys:ask_extra", args=[round_2022.pk]), LIFTS)
    lifts = Extra.objects.get()
    listed = bureau.get(reverse("rulebook:measures"), {"word": "电梯"}).content.decode()
    assert f'data-insert="{lifts.code}"' in listed
    bureau.post(reverse("rulebook:new"), RULE | {"actual": lifts.code})
    rule = Standard.objects.get(name="加装电梯")
    assert rule.words("actual") == "加装电梯数"
    assert answer({lifts: "4"})["errors"] == {}  # 育才社区, by form
    answered_by_book(round_2022, street_b, {"加装电梯数": "12部"})  # 平安社区, by workbook
    assert sheet("matrix", level=5, show=rule.code) == {
        "育才社区": ["骅东街道", "填报中", 4, 10, "未达标", 6],
        "东昊社区": ["骅东街道", "填报中", "—", 10, "数据缺失"],
        "平安社区": ["骅中街道", "填报中", 12, 10, "达标"],
    }
    assert sheet("summary", section="extras", by=5) == {
        "黄骅市": [3, 16],
        "骅东街道": [2, 4],
        "育才社区": [4],
        "东昊社区": ["缺数"],
        "骅中街道": [1, 12],
        "平安社区": [12],
    }
    assert sheet("raw", section="extras") == {
        "育才社区": ["骅东街道", "填报中", 4],
        "平安社区": ["骅中街道", "填报中", 12],
    }
    assert sheet("pivot", rows="street", values=lifts.code) == {"骅东街道": [4], "骅中街道": [12]}


def test_pages_show_the_question_and_its_verdicts(bureau, asked, answer, county_filing):
    lifts = asked("加装电梯数", unit="部")
    StandardFactory(
        code="lifts", name="加装电梯", actual=lifts.code, lower="10", unit="部", gap_unit="部"
    )
    answer({lifts: "4"})
    matrix = bureau.get(
        reverse("reports:matrix", args=[county_filing.pk]), {"level": 5, "show": "lifts"}
    )
    assert "实际 4 部，标准不少于 10 部，差 6 部" in matrix.content.decode()
    overview = bureau.get(reverse("reports:overview", args=[county_filing.pk])).context["figures"]
    figure = dict(overview)["本期补充"][0]
    assert (figure.label, figure.value, figure.unit, figure.missing) == ("加装电梯数", 4, "部", 2)
    rows = (
        bureau.get(reverse("reports:measure", args=[county_filing.pk, lifts.code]))
        .context["page"]
        .object_list
    )
    assert [(row.filing.name, row.value) for row in rows] == [
        ("育才社区", 4),
        ("东昊社区", None),
        ("平安社区", None),
    ]
    assert (
        bureau.get(reverse("reports:measure", args=[county_filing.pk, "q_999"])).status_code == 404
    )


@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_queries_whatever_is_asked(number, bureau, asked, county_filing):
    for at in range(number):
        asked(f"第{at}项", kind="choice", words=["有", "无"])
    addresses = {
        "overview": "",
        "matrix": "?level=5",
        "summary": "?section=extras",
        "raw": "?section=extras",
        "pivot": f"?values={Extra.objects.first().code}_1",
        "trend": f"?values={Extra.objects.first().code}_1",
        "units": "",
        "models": "?match=none",
    }
    counts = {}
    for name, query in addresses.items():
        address = reverse(f"reports:{name}", args=[county_filing.pk]) + query
        bureau.get(address)
        with CaptureQueriesContext(connection) as queries:
            bureau.get(address)
        counts[name] = len(queries)
    more = {"trend": 10, "units": 11, "models": 8}
    assert counts == {"overview": 12, "matrix": 10, "summary": 11, "raw": 7, "pivot": 9} | more


@pytest.fixture
def judged(asked, answer):
    """Two questions of 2022 answered, and a standard of the county on each."""
    lifts, ways = (
        asked("加装电梯数", unit="部"),
        asked("投放方式", kind="choice", words=["定时", "随时"]),
    )
    own = {"region_code": "130983000000", "region_name": "黄骅市", "cost": 100}
    StandardFactory(
        code="lifts",
        name="加装电梯",
        actual=lifts.code,
        lower="10",
        unit="部",
        gap_unit="部",
        **own,
    )
    rule = {"actual": f"{ways.code}_1", "lower": "1", "applies_when": f"known({lifts.code})"}
    StandardFactory(code="ways", name="定时投放", unit="是否", **rule, **own)
    answer({lifts: "4", ways: "定时"})
    return [lifts, ways]


# The research report reads all there is at once; tests/reports/documents holds its number.
WHOLE_REPORT = {"documents:draft", "documents:reference"}


@pytest.mark.parametrize("again", [False, True])
def test_no_page_asks_more_than_twelve_times(again, bureau, judged, request):
    if again:
        later = request.getfixturevalue("round_2023")
        bureau.post(
            reverse("surveys:ask_extras_again", args=[later.pk]),
            {"pick": [each.pk for each in judged]},
        )
    codes = {name: found for name, found in addresses().items() if name not in WHOLE_REPORT}
    costs = {
        name: max(map(partial(cost, bureau), found), default=0) for name, found in codes.items()
    }
    assert costs["rulebook:edit"] == 11
    assert {name: number for name, number in costs.items() if number > 12} == {}


def cost(client, address):
    """How often a page reads, asked for a second time; 0 of a file."""
    if "text/html" not in client.get(address).headers.get("Content-Type", ""):
        return 0
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return sum(query["sql"].startswith("SELECT") for query in queries)
