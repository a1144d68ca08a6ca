"""Who may open, enable and revoke keys, and read how the interface is used; outside the area they are not found."""

import pytest
from django.urls import reverse
from django.utils import timezone

from api.tokens.actions import open_token
from tests.conftest import administrator
from tests.roles import ROLES, signed_in

# {URL name: {who may: the methods}}; everybody else gets 403.
MAY = {
    "tokens:list": {"system_admin": "GET POST", "security_admin": "GET"},
    "tokens:enable": {"security_admin": "POST"},
    "tokens:revoke": {"system_admin": "POST", "security_admin": "POST"},
    "interface:guide": {"system_admin": "GET", "security_admin": "GET"},
    "interface:description": {"system_admin": "GET", "security_admin": "GET"},
}


@pytest.fixture
def token(county, system_admin):
    return open_token(by=system_admin, name="统计局", unit=county, expires_on=timezone.localdate())[
        0
    ]


@pytest.mark.parametrize("role", ROLES)
def test_pages_about_keys_open_for_their_administrators_only(role, cast, token):
    client, found = signed_in(cast[role]), {}
    for name, who in MAY.items():
        address = reverse(
            name, args=[token.pk] if name in ("tokens:enable", "tokens:revoke") else []
        )
        methods = sorted({*" ".join(who.values()).split()})
        answers = {method: client.generic(method, address).status_code for method in methods}
        found[name] = " ".join(
            method for method, status in answers.items() if status not in (403, 404)
        )
    assert found == {name: who.get(role, "") for name, who in MAY.items()}


def test_key_of_another_area_is_not_found(token, street_a, client):
    other = administrator("anquan2", "骅东安全管理员", street_a, "security_admin")
    client.force_login(other)
    assert "统计局" not in client.get(reverse("tokens:list")).content.decode()
    answers = [
        client.post(reverse(f"tokens:{name}", args=[token.pk])) for name in ("enable", "revoke")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
