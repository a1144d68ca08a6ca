"""A clerk and a workbook in a real browser: sent in, decided on, applied, taken back; with a script and without."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import Workbook

from residents.models import Profile
from surveys.actions.checking import take_in
from tests.browser.looking import SCREENS, violations

HEAD = ["区划代码", "街道", "社区名称", "总户数", "总人口"]


@pytest.fixture
def content():
    """A workbook with a sound row, one of an unknown community, one of another street, and a cell that is no number."""
    book, out = Workbook(), BytesIO()
    book.active.title = "社区基本情况"
    for row in (
        HEAD,
        ["130983001016", "骅东街道", "育才社区", 1200, 3600],
        ["", "骅东街道", "东吴社区", 800, "约两千"],
        ["130983002014", "骅中街道", "平安社区", 1, 1],
    ):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.fixture
def uploads(round_2022, street_a):
    return reverse("surveys:uploads", args=[round_2022.filings.get(unit=street_a).pk])


@pytest.fixture
def upload(round_2022, street_a, clerk_a, content):
    return take_in(round=round_2022, unit=street_a, name="调查表.xlsx", content=content, by=clerk_a)


def send(page, uploads, content):
    page.goto(uploads)
    page.set_input_files(
        "#file", {"name": "调查表.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.click("text=上传并核对")
    page.wait_for_selector("h1 >> text=核对上传内容")


def walk(page, uploads, content):
    """The whole way of a clerk."""
    send(page, uploads, content)
    page.select_option("#must select", "130983001017")
    page.click("#must >> text=按决定重新核对")
    page.click("text=这 1 行都不导入")
    page.fill("#ask input.inp", "2000")
    page.click("#ask >> text=按决定重新核对")
    page.click(".acts >> text=全部入库")
    page.wait_for_selector("h1 >> text=已入库")


def test_clerk_decides_applies_and_undoes(page, sign_in, clerk_a, uploads, content):
    sign_in(clerk_a)
    walk(page, uploads, content)
    stored = Profile.objects.order_by("filing__code").values_list(
        "filing__name", "households", "residents"
    )
    assert [*stored] == [("育才社区", 1200, 3600), ("东昊社区", 800, 2000)]
    page.click("text=撤销本次上传")
    page.wait_for_selector("h1 >> text=已撤销")
    assert not Profile.objects.exists()


def test_clerk_needs_no_script(browser, live_server, page, sign_in, clerk_a, uploads, content):
    sign_in(clerk_a)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    walk(context.new_page(), uploads, content)
    context.close()
    assert Profile.objects.count() == 2


@pytest.mark.parametrize("name", ["uploads", "upload", "columns"])
def test_page_is_open_to_all_and_fits_the_screen(name, page, sign_in, clerk_a, uploads, upload):
    sign_in(clerk_a)
    of = {"uploads": uploads, "columns": reverse("surveys:columns", args=[upload.pk, 0])}
    for screen in SCREENS:
        page.set_viewport_size(screen)
        page.goto(of.get(name) or reverse("surveys:upload", args=[upload.pk]))
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    assert violations(page) == []
