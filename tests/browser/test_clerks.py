"""Three clerks' whole ways to a filing handed in: by keyboard alone, by workbook, and through all that can go wrong."""

import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from residents.models import Grid, Profile
from surveys.actions import handing_in, reviewing
from surveys.models import Filing
from tests.browser.saving import SAVED, save_cell
from tests.factories import PASSWORD
from tests.surveys.office import needs_libreoffice, saved_again

FULL = {"households": "500", "residents": "1500", "men": "700", "women": "800"}


def reach(page, selector):
    """Press Tab until the keyboard is there."""
    for _ in range(150):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def follow(page, name, *args):
    """Go on by a link, as the keyboard does."""
    address = reverse(f"surveys:{name}", args=args)
    reach(page, f'#main a[href^="{address}"], nav a[href^="{address}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}*")


def type_in(page, **cells):
    for name, text in cells.items():
        reach(page, f'[name="{name}"]')
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.wait_for_selector(SAVED)


def state_of(filing):
    filing.refresh_from_db()
    return filing.status


def test_new_clerk_fills_a_community_and_hands_it_in_by_keyboard_alone(page, own_clerk, filing_a):
    page.goto("/")
    reach(page, "[name=username]")
    page.keyboard.type(own_clerk.username)
    reach(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=我的单位")
    follow(page, "section", filing_a.pk, "profile")
    type_in(page, **{f"one.{name}": text for name, text in FULL.items()})
    follow(page, "section", filing_a.pk, "grids")
    reach(page, '#grid tbody [data-cell$="name"], #grid tbody [name$=".name"]')
    page.keyboard.type("第一网格")
    page.keyboard.press("Tab")
    page.wait_for_selector(SAVED)
    follow(page, "work")
    follow(page, "check", filing_a.pk)
    reach(page, ".send button")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=报送情况")
    assert (state_of(filing_a), filing_a.submitted_by, filing_a.with_unit.name) == (
        "draft",
        own_clerk,
        "骅东街道",
    )
    assert Profile.objects.values_list("households", "residents", "men", "women").get() == (
        500,
        1500,
        700,
        800,
    )
    assert Grid.objects.get().name == "第一网格"


def filled(file):
    """What somebody writes into the downloaded workbook: the numbers of 育才社区."""
    book = load_workbook(file)
    sheet = book["基本情况"]
    head = next(row for row in sheet.iter_rows() if "总户数" in [cell.value for cell in row])
    at = {cell.value: cell.column for cell in head}
    row = next(row for row in sheet.iter_rows() if any(cell.value == "育才社区" for cell in row))[
        0
    ].row
    for label, value in zip(("总户数", "总人口", "男", "女"), FULL.values(), strict=True):
        sheet.cell(row, at[label], int(value))
    book.save(file)


@needs_libreoffice
def test_clerk_fills_a_workbook_in_libreoffice_and_hands_in(
    page, sign_in, clerk_a, filing_a, tmp_path
):
    sign_in(clerk_a)
    page.goto("/")
    page.click("text=用工作簿填报")
    with page.expect_download() as download:
        page.click("button >> text=下载工作簿")
    file = tmp_path / "template.xlsx"
    download.value.save_as(file)
    filled(file)
    page.set_input_files("#file", saved_again(file, tmp_path))
    page.click("text=上传并核对")
    page.click(".acts >> text=全部入库")
    page.wait_for_selector("h1 >> text=已入库")
    page.goto(reverse("surveys:check", args=[filing_a.pk]))
    page.click(".send button >> text=报送")
    page.wait_for_selector("h1 >> text=报送情况")
    assert state_of(filing_a) == "submitted"
    assert Profile.objects.values_list("households", "residents", "men", "women").get() == (
        500,
        1500,
        700,
        800,
    )


@pytest.fixture
def returned(filing_a, clerk_a, district_reviewer):
    """Handed in with 500 households, asked about, and given back."""
    for name, text in FULL.items():
        save_cell(filing_a, "profile", f"one.{name}", text, clerk_a)
    filing = Filing.objects.get(pk=filing_a.pk)
    handing_in.hand_in(filing=filing, version=filing.version, by=clerk_a)
    filing.refresh_from_db()
    cell = {
        "section": "profile",
        "key": "",
        "field": "households",
        "value": "500",
        "text": "户数请核实",
    }
    reviewing.question(filing=filing, version=filing.version, by=district_reviewer, **cell)
    filing.refresh_from_db()
    handing_in.send_back(
        filing=filing, version=filing.version, by=district_reviewer, reason="户数有误"
    )
    return Filing.objects.get(pk=filing_a.pk)


def test_clerk_gets_over_a_rejected_file_a_return_and_a_conflict(
    page, sign_in, clerk_a, own_clerk, returned
):
    sign_in(clerk_a)
    page.goto(reverse("surveys:uploads", args=[returned.parent_id]))
    pdf = {"name": "调查表.xlsx", "mimeType": "application/octet-stream", "buffer": b"%PDF-1.7"}
    page.set_input_files("#file", pdf)
    page.click("text=上传并核对")
    page.wait_for_selector("text=这是 PDF 文件，不是工作簿。")
    page.complaints.clear()  # the browser's word for the 422
    page.goto("/")
    assert "被退回：户数有误" in page.inner_text(".returned")
    page.goto(reverse("surveys:answer", args=[returned.pk]))
    page.click("a >> text=改这一格")
    page.wait_for_selector('[name="one.households"]')  # as it stood before the other clerk saves
    save_cell(returned, "profile", "one.households", "510", own_clerk, was="500")
    page.fill('[name="one.households"]', "520")
    page.keyboard.press("Tab")
    page.click("text=用我的")
    page.wait_for_selector(SAVED)
    page.goto(reverse("surveys:answer", args=[returned.pk]))
    page.fill("textarea", "已改为 520 户")
    page.click("text=保存答复")
    page.click("text=检查并报送")
    page.click(".send button >> text=报送")
    page.wait_for_selector("h1 >> text=报送情况")
    assert (state_of(returned), Profile.objects.get().households) == ("submitted", 520)
    assert re.search(r"500.*520", page.inner_text("#main"), re.DOTALL)
