"""The cast of tests/conftest.py by role, what each of them sees, and a client of theirs: for tests of who may do what."""

from django.test import Client

ADMINISTRATORS = ["system_admin", "security_admin", "auditor"]
ROLES = [
    "clerk_a",
    "clerk_b",
    "district_reviewer",
    "city_reviewer",
    "viewer",
    "stranger",
    "admin",
    *ADMINISTRATORS,
]
PLACES = ["county", "street_a", "street_b", "community_a", "community_b"]
SEES = {
    "clerk_a": {"street_a", "community_a"},
    "clerk_b": {"street_b", "community_b"},
    "district_reviewer": {*PLACES},
    "city_reviewer": {*PLACES},
    "viewer": {*PLACES},
    "stranger": set(),
    "admin": set(),
    **dict.fromkeys(ADMINISTRATORS, set()),
}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client
