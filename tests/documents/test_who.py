"""Who may look at reports, issue them and change their templates; outside is 404, inside but not one's business 403."""

import pytest
from django.urls import reverse

from documents.actions import issue_report
from documents.report import Report
from tests.roles import PLACES, ROLES, SEES, signed_in

UPPER = [place for place in PLACES if not place.startswith("community")]
READ = {name: [] for name in ["draft", "file", "figures", "issued", "templates", "reference"]} | {
    "template": ["survey"]
}
CHANGED = {"keep": [], "templates": [], "drop_template": ["survey"]}


def codes(client, method, names, filings):
    return {
        (name, place): client.generic(
            method, reverse(f"documents:{name}", args=[filing.pk, *more])
        ).status_code
        for name, more in names.items()
        for place, filing in filings.items()
    }


@pytest.mark.parametrize("role", ROLES)
def test_reports_are_read_inside_the_area_and_of_upper_units_only(role, cast, filings):
    found = codes(signed_in(cast[role]), "GET", READ, filings)
    may = {place for place in UPPER if place in SEES[role]}
    assert found == {
        (name, place): 200 if place in may else 404 for name in READ for place in PLACES
    }


@pytest.mark.parametrize("role", ROLES)
def test_reports_are_issued_and_templates_changed_by_reviewers(role, cast, filings):
    found = codes(signed_in(cast[role]), "POST", CHANGED, filings)
    reviewer = role.endswith("reviewer")
    done = {"keep": 302, "templates": 422, "drop_template": 302}
    inside = {place: place in UPPER for place in PLACES}
    assert found == {
        (name, place): 403 if not reviewer else done[name] if inside[place] else 404
        for name in CHANGED
        for place in PLACES
    }


def test_issued_reports_are_found_inside_the_area_only(cast, filings):
    made = {}
    for place in UPPER:
        report = Report(filings[place])
        made[place] = issue_report(
            by=cast["city_reviewer"], report=report, seen=report.context.facts.version
        )
    for role in ROLES:  # one test, for the reports are dear
        client = signed_in(cast[role])
        for name in ("one", "issued_file"):
            found = {
                p: client.get(reverse(f"documents:{name}", args=[kept.pk])).status_code
                for p, kept in made.items()
            }
            assert (role, found) == (
                role,
                {place: 200 if place in SEES[role] else 404 for place in UPPER},
            )
