"""The demo city's earlier rounds: gone through like any round, and 2022 beside them with the figures it has alone."""

import re
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from accounts.models import AuditEntry, User
from reports.engine.tallies import refresh_roll_ups, stored_totals
from surveys.models import Round
from tests.demo_figures import TOTALS

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def past(django_db_setup, django_db_blocker):
    """What is asked of the city, made once and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", "--no-server", stdout=StringIO())
        made = everything()
        transaction.set_rollback(True)
    return made


def everything():
    round = Round.objects.get(period="2022")
    city, community = round.filings.get(code="130983000000"), round.filings.get(code="130983001016")
    refresh_roll_ups(city)
    page = reader("demo-shenhe")
    return SimpleNamespace(
        rounds=[
            (r.period, r.is_running, r.filings.filter(status="approved").count())
            for r in Round.objects.all()
        ],
        trail=set(
            AuditEntry.objects.filter(target__startswith="filing:").values_list("verb", flat=True)
        ),
        unread=set(User.objects.values_list("unread", flat=True)),
        totals=stored_totals(city, TOTALS),
        entry=reader("demo-huadong")(f"/fill/{community.pk}/profile/"),
        trend=page(f"/trend/{city.pk}/"),
        matrix=page(f"/matrix/{city.pk}/"),
        outliers=page(f"/outliers/{city.pk}/"),
    )


def reader(username):
    """`page(address)` as this person reads it, without the tags."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return lambda address: " ".join(
        re.sub(r"<[^>]+>", " ", client.get(address).content.decode()).split()
    )


def test_years_before_are_approved_and_closed(past):
    assert past.rounds == [
        ("2022", True, 0),
        ("2021", False, 30),
        ("2020", False, 30),
        ("2019", False, 30),
    ]
    assert {"导入工作簿", "报送", "审定"} <= past.trail
    assert past.unread == {0}


def test_past_leaves_the_figures_of_2022_alone(past):
    assert past.totals == TOTALS


def test_clerk_sees_the_value_of_the_year_before(past):
    assert "总户数 户 上期 970 总人口" in past.entry


def test_trend_has_a_point_for_every_year(past):
    assert "计量单位 2019年度 2020年度 2021年度 2022年度" in past.trend
    assert "总户数 户 39,669 缺2 42,077 42,515 43,046" in past.trend


def test_communities_went_both_ways(past):
    assert "↑ 缺口比上期少 200 元" in past.matrix
    assert "↓ 缺口比上期多 1,920 元" in past.matrix


def test_leap_of_one_community_is_an_outlier_of_its_own_history(past):
    assert (
        "安居社区 骅西街道 与历年不符 流动人口 1,439 人 前 3 期 482 人 至 493 人，是它的 3.0 倍"
        in past.outliers
    )
