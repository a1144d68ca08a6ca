"""Who may see and who may change a scheme; outside is 404, inside but not one's business 403."""

from datetime import date

import pytest
from django.urls import reverse

from reports.models import Scheme
from tests.roles import PLACES, ROLES, SEES, signed_in

REVIEWERS = {"district_reviewer", "city_reviewer"}
KEPT = {"edit": "GET POST", "delete": "POST", "new": "GET POST"}


@pytest.fixture
def scheme(county):
    return Scheme.objects.create(
        unit=county, name="办法", effective_from=date(2020, 1, 1), stars=[60]
    )


@pytest.mark.parametrize("role", ROLES)
def test_scheme_is_read_inside_the_area(role, cast, filings, scheme):
    client = signed_in(cast[role])
    found = {
        p: client.get(reverse("rating:scheme", args=[f.pk])).status_code for p, f in filings.items()
    }
    assert found == {place: 200 if place in SEES[role] else 404 for place in PLACES}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "methods"), KEPT.items())
def test_scheme_is_kept_by_reviewers(role, name, methods, cast, filings, scheme):
    client, args = signed_in(cast[role]), [] if name == "new" else [scheme.pk]
    for method in methods.split():
        answer = client.generic(
            method, reverse(f"rating:{name}", args=[filings["county"].pk, *args])
        )
        done = 302 if name == "delete" else 200
        assert answer.status_code == (done if role in REVIEWERS else 403)


def test_reviewer_of_a_street_sets_up_for_it_and_not_for_the_city(cast, scheme, filings, street_a):
    reviewer = cast["clerk_a"]
    reviewer.assignments.update(role="reviewer")
    client = signed_in(reviewer)
    assert client.get(reverse("rating:new", args=[filings["street_a"].pk])).status_code == 200
    assert (
        client.get(reverse("rating:edit", args=[filings["street_a"].pk, scheme.pk])).status_code
        == 403
    )
    assert client.get(reverse("rating:new", args=[filings["county"].pk])).status_code == 404
    assert client.get(reverse("rating:new", args=[filings["community_a"].pk])).status_code == 404
    assert client.get(reverse("rating:edit", args=[filings["street_a"].pk, 999])).status_code == 404
