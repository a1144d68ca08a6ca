"""Who may look at an upload, act on it and send one in: every address of uploads, as every role."""

from io import BytesIO

import pytest
from django.urls import reverse

from surveys.actions.checking import take_in
from surveys.workbook.write import write_workbook
from tests.roles import PLACES, ROLES, SEES, signed_in

# {URL name: further arguments beside the upload's pk}: looked at by all inside; downloaded and acted on by clerks only.
UPLOADS_SEEN = {"surveys:upload": [], "surveys:columns": [0]}


UPLOADS_FETCHED = {"surveys:original": [], "surveys:marked": []}
UPLOADS_ACTED_ON = {
    "surveys:decisions": [],
    "surveys:columns": [0],
    "surveys:apply": [],
    "surveys:undo": [],
    "surveys:recheck": [],
    "surveys:marked": [],
}


@pytest.fixture
def sent(round_2022, street_a, street_b, clerk_a, clerk_b):
    """{street: a workbook of it that waits}"""
    made = {}
    for place, unit, clerk in (("street_a", street_a, clerk_a), ("street_b", street_b, clerk_b)):
        file = BytesIO()
        write_workbook(round=round_2022, unit=unit, file=file)
        made[place] = take_in(
            round=round_2022, unit=unit, name="表.xlsx", content=file.getvalue(), by=clerk
        )
    return made


def answers(client, method, names, sent):
    """{(URL name, street): status}, a redirection counting as an answer."""
    found = {}
    for name, more in names.items():
        for place, upload in sent.items():
            status = client.generic(method, reverse(name, args=[upload.pk, *more])).status_code
            found[name, place] = status if status in (403, 404) else 200
    return found


@pytest.mark.parametrize("role", ROLES)
def test_uploads_are_seen_inside_and_acted_on_by_clerks(role, cast, sent):
    client, clerk = signed_in(cast[role]), role.startswith("clerk")
    inside = {place: 200 if place in SEES[role] else 404 for place in sent}
    for method, names in (
        ("GET", UPLOADS_SEEN),
        ("GET", UPLOADS_FETCHED),
        ("POST", UPLOADS_ACTED_ON),
    ):
        found, open_to_all = answers(client, method, names, sent), names is UPLOADS_SEEN
        assert found == {
            (n, place): inside[place] if clerk or open_to_all else 403
            for n in names
            for place in sent
        }


@pytest.mark.parametrize("role", ROLES)
def test_workbooks_are_sent_in_by_the_clerks_of_the_area(role, cast, filings):
    client, clerk = signed_in(cast[role]), role.startswith("clerk")
    found = {
        place: reverse("surveys:uploads", args=[filing.pk]) for place, filing in filings.items()
    }
    looked = {place: client.get(address).status_code for place, address in found.items()}
    assert looked == {place: 200 if place in SEES[role] else 404 for place in PLACES}
    sent = {place: client.post(address).status_code for place, address in found.items()}
    assert sent == {
        place: 403 if not clerk else 422 if place in SEES[role] else 404 for place in PLACES
    }
