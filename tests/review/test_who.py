"""Who may review: reviewers of the area; to others inside it is forbidden, outside it is not found."""

import pytest
from django.urls import reverse

from tests.roles import PLACES, ROLES, SEES, signed_in

PAGES = {
    "queue": "GET",
    "approve_several": "POST",
    "one": "GET",
    "approve": "POST",
    "give_back": "POST",
    "ask": "POST",
}
LISTS = {"queue", "approve_several"}  # the others are about one that reports: a county does not


@pytest.mark.parametrize("role", ROLES)
def test_desk_is_for_the_reviewers_of_the_area(role, cast, filings):
    client, reviewer = signed_in(cast[role]), role.endswith("reviewer")
    found = {
        (name, place): client.generic(
            method, reverse(f"review:{name}", args=[filing.pk])
        ).status_code
        in (403, 404)
        for name, method in PAGES.items()
        for place, filing in filings.items()
    }
    inside = {place: reviewer and place in SEES[role] for place in PLACES}
    assert found == {
        (name, p): not (inside[p] and (name in LISTS or p != "county"))
        for name in PAGES
        for p in PLACES
    }


def test_clerk_who_reviews_elsewhere_reviews_nothing_here(cast, filings, community_b):
    cast["clerk_a"].assignments.create(unit=community_b, role="reviewer")
    client = signed_in(cast["clerk_a"])
    found = {
        p: client.get(reverse("review:queue", args=[each.pk])).status_code
        for p, each in filings.items()
    }
    assert found == {
        "county": 404,
        "street_a": 403,
        "street_b": 404,
        "community_a": 403,
        "community_b": 200,
    }
