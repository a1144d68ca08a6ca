"""A reviewer who opens pages of a bench's city through the test client."""

from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from communities.models import Assignment


def load_rule_book():
    call_command("load_standards", verbosity=0, stdout=StringIO())


def new_reviewer(unit, username="bench"):
    user = User.objects.create_user(username, password=None, name="测速")
    Assignment.objects.create(user=user, unit=unit, role="reviewer")
    return user


def signed_in_client(user):
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def open_page(client, address, **options):
    """Return the content of a page, read to its end."""
    answer = client.get(address, **options)
    assert answer.status_code == 200, address
    return answer.content


def count_queries(client, address, **options):
    with CaptureQueriesContext(connection) as captured:
        open_page(client, address, **options)
    return len(captured)
