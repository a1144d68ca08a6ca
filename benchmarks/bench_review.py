"""The reviewer's desk in a city of 5,000 communities, five rounds deep: queue, one filing, outliers, fifty approved at once.

All communities have handed in; one in twenty after its time, one in seven with twice last year's households.
"""

from datetime import timedelta
from functools import partial

from django.core.cache import cache
from django.db import connection
from django.db.models import Case, F, Q, When

from accounts.models import User
from benchmarks import milliseconds, result, seconds
from benchmarks.bench_compliance import CITY, five_rounds
from benchmarks.city import build_units
from benchmarks.reviewer import (
    count_queries,
    load_rule_book,
    new_reviewer,
    open_page,
    signed_in_client,
)
from communities.models import Level
from reports.engine.measure_counting import count_measures
from residents.models import Profile
from surveys.actions.reviewing import approve_several

GOAL = "≤ 100 ms, ≤ 12 queries"


def run():
    load_rule_book()
    filing = five_rounds(build_units(CITY))
    hand_all_in(filing)
    connection.cursor().execute("ANALYZE")
    user = new_reviewer(filing.unit, "bench-review")
    client = signed_in_client(user)
    return [*review_page_results(client, filing), approving_result(filing, user)]


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
    count_measures(communities.values("pk"))


def review_page_results(client, filing):
    community = filing.round.filings.communities().order_by("path").first()
    addresses = {
        "queue, first page": f"/review/{filing.pk}/",
        "queue by the biggest change": f"/review/{filing.pk}/?by=change",
        "one filing, with its place in the queue": f"/review/filing/{community.pk}/",
        "outliers": f"/outliers/{filing.pk}/",
    }
    for name, address in addresses.items():
        open_page(client, address)  # the first asks SQLite what it can
        yield result(
            f"{name} ({count_queries(client, address)} queries)",
            milliseconds(partial(open_page, client, address), 7),
            goal=GOAL,
        )
    spent = milliseconds(partial(open_outliers_anew, client, addresses["outliers"]), 3)
    yield result("outliers, the first look after a change", spent)


def open_outliers_anew(client, address):
    cache.clear()
    open_page(client, address)


def approving_result(filing, user):
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
