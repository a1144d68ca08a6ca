"""A whole round in the browser: opened, reported by workbook, two returned and corrected, all approved, judged."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.urls import reverse

from communities.models import Level, Unit
from reports.models import Standard
from surveys.models import Filing, Remark, Round
from tests.browser.saving import SAVED
from tests.factories import AssignmentFactory, UserFactory

WORKBOOK = "tests/data/survey_2022_29_messy_1.xlsx"
FIGURES = {
    "社区": "29 个",
    "总户数": "43,046 户",
    "总人口": "159,720 人",
    "党支部": "15 个",
    "党小组数": "58 个",
    "党员数": "1,046 人",
    "在编人员": "126 人",
    "在社区工作的在编人员": "28 人",
    "临时聘用人员": "32 人",
    "无报酬的临时人员": "10 人",
    "办公用房": "15 处",
    "自有用房": "2 处",
    "租借用房": "13 处",
    "经费预算": "58.0 万元",
}


@pytest.fixture
def huanghua(transactional_db):
    """黄骅市 with its units and the rule book, and nothing reported yet: {role: person}."""
    call_command("load_units", "fixtures/units_huanghua_2022.csv", stdout=StringIO())
    call_command("load_standards", stdout=StringIO())
    city = Unit.objects.by_code("130983")
    roles = {"reviewer": "黄骅市审核员", "clerk": "黄骅市填报员"}
    return {
        role: AssignmentFactory(user=UserFactory(name=name), unit=city, role=role).user
        for role, name in roles.items()
    }


def open_round(page, year):
    page.goto(reverse("surveys:new_round"))
    page.fill("[name=unit]", "黄骅市")
    page.fill("[name=year]", str(year))
    page.fill("[name=due]", "2099-12-31")
    page.click("button >> text=开设")
    page.wait_for_selector(f"h1 >> text={year}")
    return Round.objects.get(period=str(year))


def report(page, round):
    """The city's workbook as people wrote it: one row's community is said, then all is written."""
    page.goto(reverse("surveys:uploads", args=[round.filings.get(parent=None).pk]))
    page.set_input_files("#file", WORKBOOK)
    page.click("text=上传并核对")
    page.select_option("#must select", "130983003022")
    page.click("#must >> text=按决定重新核对")
    page.click(".acts >> text=全部入库")
    page.wait_for_selector("h1 >> text=已入库")


def answer_questions(page):
    """What the workbook left open is answered at its cells: the value is right, or nobody knows."""
    asked = Remark.objects.filter(closed_at=None, kind=Remark.Kind.QUESTION)
    for pk in asked.order_by("filing").values_list("filing", flat=True).distinct():
        page.goto(reverse("surveys:answer", args=[pk]))
        for box in page.query_selector_all("textarea"):
            box.fill("已与社区核对，原表如此。")
        page.click("button >> text=保存答复")
        page.wait_for_selector("text=没有要核实的了")


def hand_in_all(page):
    page.goto(reverse("surveys:work"))
    for tick in page.query_selector_all("[name=pick]"):
        tick.check()
    page.click("button >> text=报送勾选的")
    page.wait_for_selector("text=已报送")


def return_one(page, name, reason):
    page.goto(reverse("surveys:send_back", args=[Filing.objects.get(name=name).pk]))
    page.fill("textarea", reason)
    page.click("form button >> text=退回")
    page.wait_for_selector("text=已退回")


def correct(page, name):
    """The returned filing opens at its reason; one number is mended and saved as typed, and it is handed in again."""
    filing = Filing.objects.get(name=name)
    page.goto(reverse("surveys:section", args=[filing.pk, "profile"]))
    page.fill('[name="one.volunteers"]', "35")
    page.keyboard.press("Tab")
    page.wait_for_selector(SAVED)
    page.goto(reverse("surveys:check", args=[filing.pk]))
    page.click(".send button >> text=报送")
    page.wait_for_selector("h1 >> text=报送情况")


def approve_all(page, round):
    page.goto(reverse("review:queue", args=[round.filings.get(parent=None).pk]))
    for tick in page.query_selector_all("[name=pick]"):
        tick.check()
    page.fill("[name=reason]", "退回的已改正，其余与上报一致")
    page.click("button >> text=通过勾选的")
    page.wait_for_selector("text=没有等您审核的填报表")


def key_figures(page, round):
    """{name: text} of the overview, counted from approved filings only."""
    page.goto(
        reverse("reports:overview", args=[round.filings.get(parent=None).pk]) + "?scope=approved"
    )
    rows = page.query_selector_all("section[aria-labelledby=h-figures] tr:has(td)")
    return {
        row.query_selector("th").inner_text(): row.query_selector("td").inner_text() for row in rows
    }


def new_version(page, code, **fields):
    page.goto(reverse("rulebook:version", args=[Standard.objects.get(code=code).pk]))
    for name, text in fields.items():
        page.fill(f"[name={name}]", text)
    page.click("button >> text=保存")
    page.wait_for_selector("text=的新版本自")


def verdicts(page, round, name):
    """What the overview says of one standard: (met, unmet)."""
    page.goto(reverse("reports:overview", args=[round.filings.get(parent=None).pk]))
    cells = page.query_selector_all(f"tr:has(a:text-is('{name}')) td")
    return tuple(int(cell.inner_text()) for cell in cells[1:3])


def statuses():
    """{status: how many} of the communities, and of the streets, which report their own staff."""
    found = (
        Filing.objects.filter(level__gte=Level.STREET).values_list("status").annotate(Count("pk"))
    )
    return dict(found.order_by())


def test_round_is_opened_reported_returned_corrected_approved_and_judged_by_its_own_rules(
    page, sign_in, huanghua
):
    reviewer, clerk = huanghua["reviewer"], huanghua["clerk"]
    sign_in(reviewer)
    round = open_round(page, 2022)
    sign_in(clerk)
    report(page, round)
    answer_questions(page)
    hand_in_all(page)
    assert statuses() == {"submitted": 32}
    sign_in(reviewer)
    return_one(page, "育才社区", "志愿者人数请核对")
    return_one(page, "平安社区", "志愿者人数请核对")
    assert statuses() == {"submitted": 30, "returned": 2}
    sign_in(clerk)
    correct(page, "育才社区")
    correct(page, "平安社区")
    sign_in(reviewer)
    approve_all(page, round)
    assert statuses() == {"approved": 32}
    assert FIGURES.items() <= key_figures(page, round).items()
    fewer = {"name": "每个党支部至少1名工作人员", "effective_from": "2023-01-01", "lower": "1"}
    new_version(page, "branch_staff_min_3", **fewer)
    later = open_round(page, 2023)
    assert verdicts(page, round, "每个党支部至少3名工作人员") == (6, 9)
    assert verdicts(page, later, "每个党支部至少1名工作人员") == (15, 0)
