"""Looking at units of a city of 5,000 communities, five rounds deep: trend, comparisons, treemap, beside its overview."""

import os
from functools import partial

from django.core.management import call_command
from django.db.models import Case, Value, When
from django.test import Client

from accounts.models import User
from benchmarks import milliseconds, result
from benchmarks.bench_compliance import CITY, five_rounds, opened, queries
from benchmarks.city import build_units
from communities.models import Assignment, Governance, Level
from reports.models import Measures
from surveys.models import Filing

PAGES = {
    "trend over five rounds": "/trend/{pk}/",
    "six units side by side": "/units/{pk}/",
    "models of governance, all communities judged": "/models/{pk}/",
    "treemap of the units below": "/map/{pk}/",
    "one community over five rounds": "/filings/{community}/",
}


def run():
    call_command("load_standards", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    filing = five_rounds(build_units(CITY))
    for model in (Filing, Measures):
        model.objects.filter(round=filing.round, level=Level.COMMUNITY).update(
            governance=governance()
        )
    user = User.objects.create_user("bench-views", password=None, name="测速")
    Assignment.objects.create(user=user, unit=filing.unit, role="reviewer")
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    community = filing.round.filings.filter(level=Level.COMMUNITY).first()
    return list(pages(client, {"pk": filing.pk, "community": community.pk}))


def governance():
    """Each community one of the models, by its number."""
    cases = [
        When(path__endswith=f"{digit}/", then=Value(Governance.values[digit % 3]))
        for digit in range(10)
    ]
    return Case(*cases, default=Value(""))


def pages(client, about):
    floor = milliseconds(partial(opened, client, "/overview/{pk}/".format(**about)), 7)
    for name, address in PAGES.items():
        url = address.format(**about)
        spent = milliseconds(partial(opened, client, url), 7)
        label = f"{name} ({queries(client, url)} queries), beside the overview"
        yield result(label, spent, floor=floor, goal="≤ 12 queries")
