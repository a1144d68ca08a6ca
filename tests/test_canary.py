"""A word written into everything street A reports is never seen by the clerk of street B, wherever links lead."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import (
    EquipmentFactory,
    FundLineFactory,
    GridFactory,
    InstitutionFactory,
    PartyOrganisationFactory,
    PremisesFactory,
    ProfileFactory,
    RemarkFactory,
    StandardFactory,
    WorkerFactory,
)

PAGE_LIMIT = 300


@pytest.fixture
def tokens(filing_a, filing_b):
    """{street: the word in all its texts}"""
    sing(filing_a, "黄雀甲七四")
    sing(filing_b, "黄雀乙九二")
    StandardFactory(code="size")
    return {"a": "黄雀甲七四", "b": "黄雀乙九二"}


def sing(filing, word):
    """Write the word into every free text that hangs on a filing."""
    filing.name = f"{word}社区"
    filing.save()
    ProfileFactory(filing=filing, note=word)
    GridFactory(filing=filing, name=word, worker=word, note=word)
    PartyOrganisationFactory(filing=filing, name=word, secretary=word, note=word)
    WorkerFactory(filing=filing, name=word, post=word, note=word)
    InstitutionFactory(filing=filing, note=word)
    PremisesFactory(filing=filing, name=word, note=word)
    EquipmentFactory(filing=filing, note=word)
    FundLineFactory(filing=filing, note=word)
    RemarkFactory(filing=filing, key=word, value=word, text=word, section="workers", field="name")


def crawl(user, *starts):
    """{address: answer} of every page a person can reach by links."""
    client, pages, queue = Client(), {}, list(starts)
    client.force_login(user)
    while queue and len(pages) < PAGE_LIMIT:
        address = queue.pop()
        if address in pages or "sign-out" in address:
            continue
        pages[address] = client.get(address, follow=True)
        found = re.findall(r'href="([^"#]*)', text(pages[address]))
        queue += [link(address, href) for href in found if not href.startswith(("http", "/static", "mailto"))]
    return pages


def text(answer):
    """What a page or a downloaded workbook says."""
    if answer.content.startswith(b"PK"):
        with ZipFile(BytesIO(answer.content)) as package:
            return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    return answer.content.decode("utf-8", "replace")


def pages_with(word, pages):
    return [address for address, answer in pages.items() if word in text(answer)]


def link(address, href):
    """An address as a browser would follow it from a page."""
    href = href.replace("&amp;", "&")
    return address.partition("?")[0] + href if href.startswith("?") else href or address


def everything(round):
    """Every page about every filing, whether linked or not."""
    names = ["overview", "matrix", "remarks", "filing", "summary", "pivot", "raw"]
    names = [*(f"reports:{name}" for name in names), "surveys:uploads", "surveys:workbook"]
    return [reverse(name, args=[filing.pk]) for name in names for filing in round.filings.all()]


def test_clerk_sees_own_street_and_nothing_of_the_other(clerk_a, clerk_b, tokens, round_2022):
    pages = {user: crawl(user, "/", *everything(round_2022)) for user in (clerk_a, clerk_b)}
    assert pages_with(tokens["a"], pages[clerk_a]) != []
    assert pages_with(tokens["b"], pages[clerk_a]) == []
    assert pages_with(tokens["a"], pages[clerk_b]) == []


def test_no_survey_role_no_word(stranger, admin, system_admin, security_admin, auditor, tokens, round_2022):
    for user in (stranger, admin, system_admin, security_admin, auditor):
        assert pages_with("黄雀", crawl(user, "/", *everything(round_2022))) == []


def test_every_link_of_a_reader_leads_somewhere(district_reviewer, tokens):
    pages = crawl(district_reviewer, "/")
    assert [address for address, answer in pages.items() if answer.status_code != 200] == []
    assert len(pages) > 10


def test_markup_in_what_people_report_is_shown_as_text(district_reviewer, filing_a):
    sing(filing_a, "<b onclick=x>雀")
    pages = crawl(district_reviewer, "/", *everything(filing_a.round))
    assert pages_with("&lt;b onclick=x&gt;雀", pages) != []
    html = {address: page for address, page in pages.items() if page["Content-Type"].startswith("text/html")}
    assert pages_with("<b onclick", html) == []
