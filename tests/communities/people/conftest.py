import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import AssignmentFactory, UserFactory, WorkplaceFactory


@pytest.fixture
def works():
    """`works("wang", street_a, "clerk")`: somebody at that office, in that role there."""

    def make(username, unit, role="", name=""):
        user = UserFactory(username=username, name=name or username)
        WorkplaceFactory(user=user, unit=unit)
        if role:
            AssignmentFactory(user=user, unit=unit, role=role)
        return user

    return make


@pytest.fixture
def page():
    """`page(system_admin, "list")`: the answer to that person; data makes it a POST."""

    def get(user, name, *arguments, data=None, **query):
        client = Client()
        client.force_login(user)
        address = reverse(f"people:{name}", args=arguments)
        return client.get(address, query) if data is None else client.post(address, data)

    return get
