"""`manage.py demo`: an empty database becomes a city to look at."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from demo.management.commands.demo import ACCOUNTS, PASSWORD
from surveys.models import Filing, Round, Upload
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def demo():
    out = StringIO()
    call_command("demo", "--no-server", "--one-round", stdout=out)
    return out.getvalue()


def test_demo_twice_is_harmless_and_its_accounts_can_sign_in_and_see_their_area(client):
    first, again = demo(), demo()
    assert "演示调查表已入库。" in again
    assert (Round.objects.count(), Filing.objects.count(), Upload.objects.count()) == (1, 33, 1)
    assert all(username in first for username, *_ in ACCOUNTS)
    assert client.login(username="demo-huazhong", password=PASSWORD)
    clerk = User.objects.get(username="demo-huazhong")
    assert Filing.objects.editable_by(clerk).count() == 8
    assert client.get("/", follow=True).status_code == 200


def test_demo_says_which_port_is_taken(monkeypatch):
    monkeypatch.setattr("demo.management.commands.demo.taken", lambda port: True)
    with pytest.raises(CommandError, match="端口 8000 已被别的程序占用"):
        call_command("demo", stdout=StringIO())


def test_demo_keeps_out_of_a_database_with_real_people():
    UserFactory(username="wang")
    with pytest.raises(CommandError, match="已有正式用户"):
        demo()
    assert not User.objects.filter(username__startswith="demo-").exists()
