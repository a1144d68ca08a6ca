"""A round's own items in a city of 5,000 communities: one more asked, answers saved, pages and files with them.

The floor is the same work before the round asked anything of its own.
"""

from functools import partial

from benchmarks import QUICK, milliseconds, result, seconds
from benchmarks.bench_report import filled_city
from benchmarks.city import build_units
from benchmarks.reviewer import load_rule_book, new_reviewer, open_page, signed_in_client
from reports.engine.saving import follow_save
from reports.engine.tallies import mark_all_stale, refresh_roll_ups
from reports.models import Standard
from surveys.actions.extras import ask
from surveys.models import Extra, ExtraRecord, Filing
from surveys.models.extra import MOST

COMMUNITIES = 200 if QUICK else 5_000


def run():
    load_rule_book()
    filing = filled_city(build_units(COMMUNITIES))
    refresh_roll_ups(filing)
    user = new_reviewer(filing.unit)
    client = signed_in_client(user)
    floors = [
        time_one_save(filing),
        time_all_rollups(filing),
        time_page(client, f"/overview/{filing.pk}/"),
    ]
    ask_all_items(filing.round, user)
    return [*saving_results(filing, user, floors), *extras_page_results(filing, client, floors)]


def ask_all_items(round, by):
    """All items a round may ask but one, answered by everybody, and a standard on the first."""
    for number in range(1, MOST):
        extra = Extra(label=f"第{number}项", kind="count", unit="个")
        ask(round=round, extra=extra, by=by)
    slots = {f"count_{number}": number for number in range(1, MOST)}
    filings = round.filings.communities().values_list("pk", flat=True)
    ExtraRecord.objects.bulk_create(
        [ExtraRecord(filing_id=pk, **slots) for pk in filings], batch_size=200
    )
    code = round.extras.first().code
    Standard.objects.create(
        code="own",
        name="自设",
        statement="至少5个",
        topic="service",
        source="测速",
        force="city",
        actual=code,
        lower="5",
    )


def fresh_filing(filing):
    return Filing.objects.select_related("round__unit").get(pk=filing.pk)


def time_one_save(filing):
    """One community saved, its measures counted anew."""
    round, one = fresh_filing(filing).round, filing.round.filings.communities().first().pk
    return milliseconds(partial(follow_save, round, [one]))


def time_all_rollups(filing):
    """Every roll-up of the city counted anew."""
    mark_all_stale([filing.round])
    return seconds(partial(refresh_roll_ups, fresh_filing(filing)))[0]


def time_page(client, address):
    return milliseconds(partial(open_page, client, address), 5)


def saving_results(filing, user, floors):
    extra = Extra(label="再加一项", kind="yes_no")
    spent, _ = seconds(partial(ask, round=filing.round, extra=extra, by=user))
    yield result(
        f"one more item asked of {COMMUNITIES:,}, all counted anew", spent, unit="s", goal="≤ 10 s"
    )
    yield result(
        f"measures of one save, {MOST} items",
        time_one_save(filing),
        floor=floors[0],
        goal="≤ 2 × floor",
    )
    yield result(
        f"every roll-up anew, {MOST} items",
        time_all_rollups(filing),
        floor=floors[1],
        unit="s",
        goal="≤ 2 × floor",
    )


def extras_page_results(filing, client, floors):
    pk, code = filing.pk, filing.round.extras.first().code
    overview = time_page(client, f"/overview/{pk}/")
    yield result(
        f"overview, {MOST} items and a standard on one", overview, floor=floors[2], goal="≤ 60 ms"
    )
    for what, address in (
        ("matrix by that standard", f"/matrix/{pk}/?level=5&show=own"),
        ("summary of the items by street", f"/tables/{pk}/?section=extras&by=4"),
        ("pivot of three items by street", f"/pivot/{pk}/?rows=street&values={code}"),
        ("the items of a round and their burden", f"/rounds/{filing.round_id}/extras/"),
    ):
        yield result(what, time_page(client, address))
