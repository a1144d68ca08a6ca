"""A clerk at the keyboard: typing is saved as it goes, blocks are pasted, nobody is overwritten, nothing typed is lost."""

import re

import pytest
from django.urls import reverse

from reports.engine.saving import follow_save
from residents.models import Grid, Profile
from surveys.models import Filing
from tests.browser.looking import violations
from tests.browser.saving import SAVED, save_cell
from tests.factories import GridFactory, PremisesFactory, ProfileFactory, StandardFactory


@pytest.fixture
def filing(round_2022, filing_a):
    """A community of 10 grids, whose rooms miss the standard."""
    ProfileFactory(filing=filing_a, households=500, residents=1500)
    PremisesFactory(filing=filing_a, area=82)
    asks = {
        "actual": "office_area",
        "lower": "300",
        "unit": "m²",
        "gap_unit": "m²",
        "topic": "premises",
    }
    StandardFactory(code="office", name="办公用房300平方米", **asks)
    follow_save(round_2022, round_2022.filings.values("pk"))
    return filing_a


@pytest.fixture
def open_section(sign_in, clerk_a, filing):
    """`open_section("grids")`: the clerk's browser at that page."""
    page = sign_in(clerk_a)

    def opened(name):
        page.goto(reverse("surveys:section", args=[filing.pk, name]))
        page.wait_for_selector("#verdicts h2 small")
        return page

    return opened


def paste(page, cell, text):
    page.focus(f'[name="{cell}"]')
    page.evaluate(
        """([cell, text]) => {
            const data = new DataTransfer();
            data.setData("text", text);
            const target = document.querySelector(`[name="${cell}"]`);
            target.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [cell, text],
    )


def test_typed_field_is_saved_and_its_verdict_follows(open_section, filing):
    page = open_section("premises")
    assert "差 218 m²" in page.inner_text("#verdicts")
    pk = filing.premises_set.get().pk
    page.fill(f'[name="{pk}.area"]', "３１０平米")
    page.keyboard.press("Tab")
    page.wait_for_selector(SAVED)
    assert page.input_value(f'[name="{pk}.area"]') == "310"
    page.wait_for_selector("#verdicts li.changed")
    assert "✓ 达标" in page.inner_text("#verdicts li.changed")


def test_unreadable_value_stays_with_its_sentence(open_section):
    page = open_section("profile")
    page.fill('[name="one.men"]', "不足20")
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-says="one.men"] .bad')
    assert page.evaluate("document.activeElement.name") == "one.women"
    assert page.input_value('[name="one.men"]') == "不足20"
    assert page.get_attribute('[name="one.men"]', "aria-invalid") == "true"
    assert "1 处没有存入" in page.inner_text("#state")


def test_question_is_answered_with_a_tick(open_section, filing):
    page = open_section("profile")
    page.fill('[name="one.men"]', "700")
    page.keyboard.press("Tab")
    page.fill('[name="one.women"]', "700")
    page.keyboard.press("Tab")
    page.wait_for_selector('[data-says="one.women"] .query')
    page.check('[name="ok"][value="one.women"]')
    page.wait_for_selector('[data-says="one.women"] .fine')
    assert filing.remarks.get().text == "已核对，属实"


def test_block_from_excel_fills_rows_and_a_row_can_be_deleted_and_brought_back(
    open_section, filing
):
    page = open_section("grids")
    paste(
        page,
        "new1.name",
        '第一网格\tA1\t200户\t六百\t张三\t√\n第二网格\tA2\t1千\t800\t李四\t否\n"第三\n网格"\t\t3\t4\t\t\n',
    )
    page.wait_for_selector(SAVED)
    stored = Grid.objects.order_by("pk").values_list("name", "households", "phone")
    assert list(stored) == [
        ("第一网格", 200, True),
        ("第二网格", 1000, False),
        ("第三网格", 3, None),
    ]
    first = Grid.objects.order_by("pk")[0].pk
    assert page.inner_text('[data-total="households"]') == "1203"
    page.check(f'[name="delete"][value="{first}"]')
    assert page.inner_text('[data-total="households"]') == "1003"
    page.click("text=撤销")
    page.check(f'[name="delete"][value="{first}"]')
    page.click("text=保存")
    page.wait_for_selector(SAVED)
    page.wait_for_function("!document.querySelector('.undo')")
    page.wait_for_timeout(300)
    assert Grid.objects.count() == 2


def test_arrows_and_enter_move_as_in_excel(open_section, filing):
    for name in "甲乙":
        GridFactory(filing=filing, name=name)
    first, second = Grid.objects.values_list("pk", flat=True)
    page = open_section("grids")
    page.focus(f'[name="{first}.name"]')
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == f"{second}.name"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.name") == f"{second}.code"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == f"{first}.code"
    page.click("th >> text=网格名称")
    page.click("th >> text=网格名称")
    assert page.evaluate("document.querySelector('#grid tbody [data-cell]').value") == "乙"


def test_second_person_sees_both_values_and_chooses(open_section, filing, district_reviewer):
    page = open_section("profile")
    save_cell(filing, "profile", "one.households", "510", district_reviewer, was="500")
    page.fill('[name="one.households"]', "520")
    page.keyboard.press("Tab")
    page.wait_for_selector('[data-says="one.households"] .bad')
    told = page.inner_text('[data-says="one.households"]')
    assert re.search(r"黄骅审核员在 \d\d:\d\d 改成了“510”，您填的是“520”", told)
    assert Profile.objects.get().households == 510
    page.click("text=用我的")
    page.wait_for_selector(SAVED)
    assert Profile.objects.get().households == 520


def test_what_was_typed_survives_a_server_that_is_away(open_section, filing, page):
    open_section("profile")
    page.route(
        "**/fill/**",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    page.fill('[name="one.estates"]', "7")
    page.keyboard.press("Tab")
    page.wait_for_selector("#state >> text=没有存上")
    page.unroute("**/fill/**")
    page.goto(reverse("surveys:section", args=[filing.pk, "profile"]))
    page.wait_for_selector(SAVED)
    assert Profile.objects.get().estates == 7
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.complaints.clear()


def test_server_error_is_tried_again_and_saved_once(open_section, filing, page):
    answered = []

    def fail_once(route):
        if route.request.method == "POST" and not answered:
            answered.append(route.fetch())
            return route.fulfill(status=502, body="")
        return route.continue_()

    open_section("profile")
    page.route("**/fill/**", fail_once)
    page.fill('[name="one.estates"]', "7")
    page.keyboard.press("Tab")
    page.wait_for_selector(SAVED)
    filing.refresh_from_db()
    assert (filing.version, Profile.objects.get().estates) == (1, 7)
    page.complaints.clear()


@pytest.mark.parametrize("name", ["profile", "grids", "workers", "funds"])
def test_page_breaks_no_accessibility_rule_and_fits_every_screen(name, open_section, filing):
    GridFactory(filing=filing, name="一", households=3)
    page = open_section(name)
    assert violations(page) == []
    for width, height in [(1366, 768), (390, 844), (683, 384)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_first_use_by_keyboard_alone(open_section, filing):
    page = open_section("equipment")
    page.focus('[name="one.phones"]')
    for text in ("2", "0", "不适用"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.wait_for_selector("#progress >> text=3/6")
    assert filing.equipment_set.values_list("phones", "televisions", "cabinets").get() == (
        2,
        0,
        None,
    )
    assert Filing.objects.get(pk=filing.pk).version >= 1
