"""A program of each area, with a key that opens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from api.tokens.actions import enable_token, open_token
from reports.engine.saving import follow_save
from tests.factories import PremisesFactory, ProfileFactory, StandardFactory, stand


def key_to(unit, system_admin, security_admin, **given):
    """(the enabled key of a program that reads `unit`, its text)"""
    options = {
        "name": "市数据平台",
        "expires_on": timezone.localdate() + timedelta(days=30),
    } | given
    token, text = open_token(by=system_admin, unit=unit, **options)
    enable_token(by=security_admin, token=token)
    token.refresh_from_db()
    return token, text


@pytest.fixture
def token_text(county, system_admin, security_admin):
    return key_to(county, system_admin, security_admin)


@pytest.fixture
def token(token_text):
    return token_text[0]


@pytest.fixture
def figures(round_2022, filing_a, filing_b):
    """Numbers in two streets, one community of three approved, and standards on them."""
    ProfileFactory(filing=filing_a, households=1_234, residents=3_456)
    ProfileFactory(filing=filing_b, households=50, residents=150)
    PremisesFactory(filing=filing_a, area="82.55", tenure="rented")
    StandardFactory(code="size")
    StandardFactory(code="office", actual="office_area", lower="300", unit="m²", gap_unit="m²")
    StandardFactory(code="city_size", level=3, actual="households", lower="1000000")
    stand(filing_b, "approved")
    follow_save(round_2022, round_2022.filings.values("pk"))
    return round_2022


@pytest.fixture
def ask(client):
    """`ask(text, "units")`: the answer to a program that shows this text."""

    def ask(text, question, given=None, **extra):
        return client.get(
            f"/api/v1/{question}", given, headers={"Authorization": f"Bearer {text}"}, **extra
        )

    return ask


@pytest.fixture
def get(ask, token_text):
    """The answer to 黄骅市's program, as data."""

    def got(question, **given):
        found = ask(token_text[1], question, given)
        assert found.status_code == 200, found.content
        return found.json()

    return got
