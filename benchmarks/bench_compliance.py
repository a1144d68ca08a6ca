"""Compliance at a glance, five rounds deep: overview, matrix and standard of a city of 5,000 and a nation of 117,000.

Each page as a reviewer opens it, signed in, from the stored roll-ups; the round holds every section's records.
"""

from functools import partial

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F

from benchmarks import QUICK, milliseconds, result, seconds
from benchmarks.bench_report import filled_city
from benchmarks.city import build_units, due_time
from benchmarks.reviewer import (
    count_queries,
    load_rule_book,
    new_reviewer,
    open_page,
    signed_in_client,
)
from communities import bulk
from communities.models import Level
from facilities.models import Premises
from reports.engine.measure_counting import count_measures
from reports.engine.tallies import mark_all_stale, refresh_roll_ups
from residents.models import Profile
from surveys.actions import open_round
from surveys.models import Filing

CITY, NATION = (200, 1_000) if QUICK else (5_000, 117_000)
SHOWN = "premises_per_100hh_20_2010"
LAW = "committee_households_law_2026"
OWN_THRESHOLD, TRIAL = "standard, a threshold of each community's own", "what-if, two standards"
PAGES = {
    "overview": "/overview/{pk}/",
    "matrix, the units below": "/matrix/{pk}/",
    "matrix, communities": "/matrix/{pk}/?level=5",
    "matrix, communities by one gap": f"/matrix/{{pk}}/?level=5&by={SHOWN}",
    "standard, the same threshold for all": f"/standing/{{pk}}/{LAW}/",
    OWN_THRESHOLD: f"/standing/{{pk}}/{SHOWN}/",
    TRIAL: f"/what-if/{{pk}}/?s={LAW}&s={SHOWN}&low-{LAW}=800",
}


def run():
    load_rule_book()
    city = five_rounds(build_units(CITY))
    lines = list(compliance_page_results(city, f"a city of {CITY:,}", 60))
    nation, spent = big_round(build_units(NATION, prefix="6502", name="样例国"))
    lines.append(result(f"roll-ups of {NATION:,} communities counted anew", spent, unit="s"))
    return lines + list(compliance_page_results(nation, f"a nation of {NATION:,}", 150))


def five_rounds(city):
    """The city's filing of 2026, with the rounds since 2022 behind it, each a little better than the last."""
    filing = filled_city(city)
    for year in range(2023, 2027):
        round = open_round(unit=city, period=str(year), due_at=due_time(year))
        with transaction.atomic():
            Premises.objects.filter(filing__round=round).update(area=F("area") * 1.1)
            count_measures(round.filings.values("pk"))
        filing = Filing.objects.select_related("round").get(round=round, parent=None)
        count_anew(filing)
    return filing


def big_round(nation):
    """The nation's filing of one round with households, residents and premises, and what counting it anew takes."""
    round = open_round(unit=nation, period="2026", due_at=due_time(2026))
    ids = list(round.filings.filter(level=Level.COMMUNITY).values_list("pk", flat=True))
    people = [(pk, 600 + pk * 7 % 2_600, 2_000 + pk * 11 % 8_000, "") for pk in ids]
    rooms = [(pk, "办公用房", 20 + pk * 13 % 900, "owned", "fair", "", "") for pk in ids]
    with transaction.atomic():
        bulk.insert_rows(Profile, ["filing_id", "households", "residents", "note"], people)
        bulk.insert_rows(
            Premises,
            ["filing_id", "name", "area", "tenure", "condition", "used_since", "note"],
            rooms,
        )
        count_measures(round.filings.values("pk"))
    filing = Filing.objects.select_related("round").get(round=round, parent=None)
    return filing, count_anew(filing)


def count_anew(filing):
    mark_all_stale([filing.round])
    spent, _ = seconds(lambda: refresh_roll_ups(filing))
    connection.cursor().execute("ANALYZE")
    return spent


def compliance_page_results(filing, whose, most):
    user = new_reviewer(filing.unit, f"bench{filing.pk}")
    client = signed_in_client(user)
    for name, address in PAGES.items():
        url = address.format(pk=filing.pk)
        spent = milliseconds(partial(open_page, client, url), 7)
        goal = "" if name == TRIAL else f"≤ {most} ms, ≤ 12 queries"
        yield result(f"{name} of {whose} ({count_queries(client, url)} queries)", spent, goal=goal)
    spent = milliseconds(
        partial(open_uncached, client, PAGES[OWN_THRESHOLD].format(pk=filing.pk)), 7
    )
    yield result(f"{OWN_THRESHOLD} of {whose}, the first look after a change", spent)


def open_uncached(client, url):
    """As the first who looks after a save finds it: the distribution is counted once more."""
    cache.clear()
    open_page(client, url)
