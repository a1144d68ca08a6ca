"""The reviewer's desk in a city of 5,000 communities, five rounds deep: queue, one filing, outliers, fifty approved at once.

All communities have handed in; one in twenty after its time, one in seven with twice last year's households.
"""

import os
from datetime import timedelta
from functools import partial

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.models import Case, F, Q, When
from django.test import Client

from accounts.models import User
from benchmarks import milliseconds, result, seconds
from benchmarks.bench_compliance import CITY, five_rounds, opened, queries
from benchmarks.city import build_units
from communities.models import Assignment, Level
from reports.engine.refresh import refresh_measures
from residents.models import Profile
from surveys.actions.reviewing import approve_several

GOAL = "≤ 100 ms, ≤ 12 queries"


def run():
    call_command("load_standards", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    filing = five_rounds(build_units(CITY))
    hand_all_in(filing)
    connection.cursor().execute("ANALYZE")
    user = User.objects.create_user("bench-review", password=None, name="测速")
    Assignment.objects.create(user=user, unit=filing.unit, role="reviewer")
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return [*pages(client, filing), approving(filing, user)]


def hand_all_in(filing):
    """Every community's filing at the city's desk, with something to look at in some of them."""
    clerk = User.objects.create_user("bench-clerk", password=None, name="填报")
    communities = filing.round.filings.communities()
    due = filing.round.due_for(Level.COMMUNITY)
    at = Case(
        When(Q(path__endswith="20/"), then=due + timedelta(days=1)), default=due - timedelta(days=1)
    )
    sent = {
        "status": "submitted",
        "with_unit": filing.unit_id,
        "submitted_at": at,
        "submitted_by": clerk,
        "looked_at": due,
    }
    communities.update(**sent)
    Profile.objects.filter(filing__in=communities.filter(path__endswith="7/").values("pk")).update(
        households=F("households") * 2
    )
    refresh_measures(communities.values("pk"))


def pages(client, filing):
    community = filing.round.filings.communities().order_by("path").first()
    addresses = {
        "queue, first page": f"/review/{filing.pk}/",
        "queue by the biggest change": f"/review/{filing.pk}/?by=change",
        "one filing, with its place in the queue": f"/review/filing/{community.pk}/",
        "outliers": f"/outliers/{filing.pk}/",
    }
    for name, address in addresses.items():
        opened(client, address)  # the first asks SQLite what it can
        yield result(
            f"{name} ({queries(client, address)} queries)",
            milliseconds(partial(opened, client, address), 7),
            goal=GOAL,
        )
    spent = milliseconds(partial(anew, client, addresses["outliers"]), 3)
    yield result("outliers, the first look after a change", spent)


def anew(client, address):
    cache.clear()
    opened(client, address)


def approving(filing, user):
    """A page of the queue ticked and approved."""
    picked = list(
        filing.round.filings.communities().select_related("round").order_by("code", "path")[:50]
    )
    seen = {each.pk: each.version for each in picked}
    spent, (done, _) = seconds(
        lambda: approve_several(filings=picked, versions=seen, by=user, reason="一致")
    )
    assert len(done) == 50
    return result("fifty approved at once, with a reason", 1000 * spent)
