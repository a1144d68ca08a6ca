"""Every page there is, on an office screen and on a phone, as somebody who may see it; the list comes from the table of policy.

A new page is walked without anybody naming it here. The page's own fixture fails where the console complains or something
is fetched from another machine.
"""

from datetime import date

import pytest
from django.test import Client

from reports.models import Scheme, Weight
from reports.rating.actions import set_up_scheme
from surveys.actions.extras import ask
from surveys.models import Extra
from tests.addresses import addresses, looked_at
from tests.browser.looking import SCREENS, complaints_of
from tests.factories import BoundaryFactory, StandardFactory, WorkplaceFactory, stand

PEOPLE = ["clerk_a", "district_reviewer", "system_admin", "security_admin", "auditor"]
FILES = {f"documents:{name}" for name in ("file", "figures", "issued_file", "template")}
FILES |= {f"surveys:{name}" for name in ("workbook", "original", "marked", "job_file")}
FILES |= {
    "papers:one",
    "papers:reminders",
    "papers:summary",
    "rulebook:workbook",
    "interface:description",
}
PIECES = {"reports:verdicts", "rulebook:measures", "accounts:alive"}
# Leads on to another page, or is about what this small city does not have.
ELSEWHERE = {"reports:home", "accounts:sign_in", "accounts:again", "surveys:fill"}


def pages_for(user, wanted):
    """{URL name: the first address that answers this person with a whole page; "" where it answers with a file or piece}"""
    client, found = Client(), {}
    client.force_login(user)
    for name, places in wanted.items():
        answers = ((place, client.get(place)) for place in places)
        if first := next(
            ((place, answer) for place, answer in answers if answer.status_code == 200), None
        ):
            found[name] = first[0] if is_page(first[1]) else ""
    return found


def is_page(answer):
    return answer.content.lstrip().startswith(b"<!doctype html>")


@pytest.fixture
def more(
    canary_city, round_2022, filing_a, neighbour_a, street_a, county, clerk_a, district_reviewer
):
    """What else there are pages about: an item and a standard of one's own, a scheme, a boundary, work sent back and forth."""
    ask(round=round_2022, extra=Extra(label="电梯数", kind="count"), by=district_reviewer)
    StandardFactory(code="local", region_code=county.code)
    scheme = Scheme(
        unit=county,
        name="评分办法",
        effective_from=date(2020, 1, 1),
        stars=[50, 60, 70],
        least_known=0,
    )
    set_up_scheme(by=None, scheme=scheme, weights=[Weight(code="size", points=100, way="share")])
    WorkplaceFactory(user=clerk_a, unit=street_a)
    BoundaryFactory(unit=street_a)
    stand(filing_a, "draft", with_unit=street_a)
    stand(round_2022.filings.get(unit=neighbour_a), "returned")


@pytest.fixture
def walked(more, live_server, request):
    """{person: {URL name: address}}: every page once, with the first of the cast who sees it; no file is asked for twice."""
    left, found = addresses(), {}
    for name in PEOPLE:
        found[name] = pages_for(request.getfixturevalue(name), left)
        left = {each: places for each, places in left.items() if each not in found[name]}
    return {name: {each: at for each, at in pages.items() if at} for name, pages in found.items()}


def test_no_page_is_wider_than_its_screen_or_hidden_from_anyone_or_complains(
    walked, sign_in, request
):
    wrong = []
    for name, pages in walked.items():
        page = sign_in(request.getfixturevalue(name))
        for address in pages.values():
            page.goto(address)
            wrong += [(address, each) for screen in SCREENS for each in complaints_of(page, screen)]
    assert wrong == []
    seen = {each for pages in walked.values() for each in pages}
    assert {*looked_at()} - seen == FILES | PIECES | ELSEWHERE
