"""A word written into everything street A reports is never seen by the clerk of street B, at any address there is.

The addresses come from the table of policy (tests/addresses.py): a page nobody thought of is walked all the same.
"""

import re
from collections import Counter
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.roles import Role
from config import policy
from tests.addresses import addresses, looked_at
from tests.canary import write_into_all_texts
from tests.factories import (
    StandardFactory,
)
from tests.large import many

# Of one page about one thing, besides its files: sorted, filtered, of another scope.
VARIANTS, long_variants = many("variants of each page that is crawled", usual=3, long=12)
# Before a unit is deleted the back room names what stands in the way: that it reported, and when.
BACK_ROOM = re.compile(r"/admin/.*/delete/")
# Looked at by nobody who is signed in, or about what this small city does not have.
ELSEWHERE = {"accounts:again", "surveys:handed"}


@pytest.fixture(autouse=True)
def without_office(monkeypatch):
    """No PDF is offered: LibreOffice takes seconds for each."""
    monkeypatch.setattr("surveys.export.pdf.PROGRAMS", ())


def crawl(user, *starts):
    """{address: answer} of these and of every page a person can reach from them by links, a few variants of each."""
    client, pages, queue, variants = Client(), {}, list(starts), Counter()
    client.force_login(user)
    while queue:
        address = queue.pop()
        if address in pages or "sign-out" in address or BACK_ROOM.match(address):
            continue
        if not fresh(address, variants, starts):
            continue
        pages[address] = client.get(address, follow=True)
        found = re.findall(r'href="([^"#]*)', text(pages[address]))
        queue += [
            link(address, href)
            for href in found
            if not href.startswith(("http", "/static", "mailto"))
        ]
    return pages


def fresh(address, variants, starts):
    """Whether there is something to find: a file, a page asked for, or one of the first variants of a page."""
    if address in starts or "format=" in address:
        return True
    try:
        found = resolve(address.partition("?")[0])
    except Resolver404:
        return True
    key = found.view_name, found.kwargs.get("pk")
    variants[key] += 1
    return variants[key] <= VARIANTS


def text(answer):
    """What a page or a downloaded workbook says."""
    if answer.content.startswith(b"PK"):
        with ZipFile(BytesIO(answer.content)) as package:
            return "".join(
                package.read(name).decode("utf-8", "replace") for name in package.namelist()
            )
    return answer.content.decode("utf-8", "replace")


def pages_with(word, pages):
    return [address for address, answer in pages.items() if word in text(answer)]


def link(address, href):
    """An address as a browser would follow it from a page."""
    href = href.replace("&amp;", "&")
    return address.partition("?")[0] + href if href.startswith("?") else href or address


def everything():
    """Every page and file about everything there is, whether linked or not."""
    return [each for found in addresses().values() for each in found]


def names_seen(pages):
    """The URL names of what was answered with 200."""
    good = [
        address.partition("?")[0] for address, answer in pages.items() if answer.status_code == 200
    ]
    return {resolve(address).view_name for address in good}


@long_variants
def test_clerk_sees_own_street_and_nothing_of_the_other(clerk_a, clerk_b, canary_city):
    pages = {user: crawl(user, "/", *everything()) for user in (clerk_a, clerk_b)}
    assert pages_with(canary_city["a"], pages[clerk_a]) != []
    assert pages_with(canary_city["b"], pages[clerk_a]) == []
    assert pages_with(canary_city["a"], pages[clerk_b]) == []
    theirs = {
        name
        for name in looked_at()
        if {policy.SIGNED_IN, Role.CLERK} & {*policy.policy_row(name)["GET"]}
    }
    assert theirs - names_seen(pages[clerk_a]) - ELSEWHERE == set()


def test_no_survey_role_no_word(
    stranger, admin, system_admin, security_admin, auditor, canary_city
):
    for user in (stranger, admin, system_admin, security_admin, auditor):
        assert pages_with("黄雀", crawl(user, "/", *everything())) == []


def test_every_link_of_a_reader_leads_somewhere_and_markup_is_shown_as_text(
    district_reviewer, filing_a
):
    StandardFactory(code="size")
    write_into_all_texts(filing_a, "<b onclick=x>雀")
    pages = crawl(district_reviewer, "/")
    assert [address for address, answer in pages.items() if answer.status_code != 200] == []
    assert pages_with("&lt;b onclick=x&gt;雀", pages) != []
    html = {
        address: page
        for address, page in pages.items()
        if page["Content-Type"].startswith("text/html")
    }
    assert pages_with("<b onclick", html) == []
