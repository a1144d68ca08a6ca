"""Looking at units of a city of 5,000 communities, five rounds deep: trend, comparisons, treemap, beside its overview."""

from functools import partial

from django.db.models import Case, Value, When

from benchmarks import milliseconds, result
from benchmarks.bench_compliance import CITY, five_rounds
from benchmarks.city import build_units
from benchmarks.reviewer import (
    count_queries,
    load_rule_book,
    new_reviewer,
    open_page,
    signed_in_client,
)
from communities.models import Governance, Level
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
    load_rule_book()
    filing = five_rounds(build_units(CITY))
    for model in (Filing, Measures):
        model.objects.filter(round=filing.round, level=Level.COMMUNITY).update(
            governance=governance_by_number()
        )
    user = new_reviewer(filing.unit, "bench-views")
    client = signed_in_client(user)
    community = filing.round.filings.filter(level=Level.COMMUNITY).first()
    return list(view_page_results(client, {"pk": filing.pk, "community": community.pk}))


def governance_by_number():
    """Each community one of the models, by its number."""
    cases = [
        When(path__endswith=f"{digit}/", then=Value(Governance.values[digit % 3]))
        for digit in range(10)
    ]
    return Case(*cases, default=Value(""))


def view_page_results(client, about):
    floor = milliseconds(partial(open_page, client, "/overview/{pk}/".format(**about)), 7)
    for name, address in PAGES.items():
        url = address.format(**about)
        spent = milliseconds(partial(open_page, client, url), 7)
        label = f"{name} ({count_queries(client, url)} queries), beside the overview"
        yield result(label, spent, floor=floor, goal="≤ 12 queries")
