"""What stays shut whatever the tables say: the back room, a session that is over, other sites, foreign content."""

import pytest
from django.contrib import admin as admin_site
from django.urls import reverse

from reports.models import Measures
from surveys.models import Filing, Remark
from surveys.sections import all_sections
from tests.roles import ROLES, signed_in


@pytest.mark.parametrize("role", ROLES)
def test_back_room_opens_for_the_administrator_only(role, cast):
    client = signed_in(cast[role])
    names = ["admin:index", "admin:accounts_user_changelist", "admin:communities_unit_changelist"]
    found = {client.get(reverse(name), follow=True).status_code for name in names}
    assert found == ({200} if role == "admin" else {403})


def test_back_room_sends_anonymous_to_the_one_sign_in(client, db):
    chain = client.get(reverse("admin:index"), follow=True).redirect_chain
    assert chain[-1][0].partition("?")[0] == reverse("accounts:sign_in")


def test_back_room_registers_nothing_that_people_reported():
    reported = {Filing, Remark, Measures, *(section.model for section in all_sections())}
    assert reported & {*admin_site.site._registry} == set()


def test_policy_on_sign_in_and_back_room(client, cast):
    for address in (reverse("accounts:sign_in"), reverse("admin:index")):
        assert "unsafe" not in client.get(address)["Content-Security-Policy"]
    assert "no-store" in signed_in(cast["admin"]).get(reverse("admin:index"))["Cache-Control"]


def test_disabled_person_is_out_at_the_next_request(clerk_a):
    client = signed_in(clerk_a)
    assert client.get(reverse("reports:standards")).status_code == 200
    clerk_a.is_active = False
    clerk_a.save()
    assert client.get(reverse("reports:standards")).status_code == 302


def test_withdrawn_assignment_closes_the_page_at_once(clerk_a, filings):
    client, address = (
        signed_in(clerk_a),
        reverse("reports:filing", args=[filings["community_a"].pk]),
    )
    assert client.get(address).status_code == 200
    clerk_a.assignments.all().delete()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org", "javascript:alert(1)", "https:example.org"]
)
def test_sign_in_leads_to_no_other_site(target, client, clerk_a):
    form = {"username": "clerk_a", "password": "correct-horse-2022", "next": target}
    assert client.post(reverse("accounts:sign_in"), form).url == "/"
