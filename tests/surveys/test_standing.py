"""Who is where in a round: each filing counted once, late ones from the very moment, at any size by one query."""

from datetime import timedelta

import pytest
from django.db.models import Count
from django.utils import timezone

from communities.models import Level
from surveys.models import Filing
from surveys.rounds.progress import (
    PROGRESS_STATES,
    count_by_unit_below,
    days_late,
    late_condition,
    progress_by_unit,
    progress_condition,
)
from tests.factories import UnitFactory, stand

DAY = timedelta(days=1)
NOTHING = {stand.name: 0 for stand in PROGRESS_STATES} | {"late": 0}


def area(round, unit):
    return round.filings.get(unit=unit)


def test_each_filing_is_in_exactly_one_place(round_2022, county, street_a, filing_a):
    now = timezone.now()
    ways = [
        ("draft", {}, "not_started"),
        ("draft", {"saved_at": now}, "in_entry"),
        ("draft", {"saved_at": now, "with_unit": street_a}, "with_street"),
        ("returned", {}, "returned"),
        ("submitted", {"with_unit": county}, "submitted"),
        ("approved", {}, "approved"),
    ]
    for status, fields, name in ways:
        stand(filing_a, status, **{"with_unit": None, "saved_at": None} | fields)
        found = [
            each.name
            for each in PROGRESS_STATES
            if Filing.objects.filter(each.condition, pk=filing_a.pk).exists()
        ]
        assert found == [name]


def test_progress_is_counted_by_the_unit_below(
    round_2022, county, street_a, street_b, filing_a, filing_b
):
    stand(filing_a, "submitted")
    stand(filing_b, "approved")
    top = area(round_2022, county)
    streets = [area(round_2022, street_a), area(round_2022, street_b)]
    whole, rows = progress_by_unit(top, streets, round_2022.due_at - DAY)
    assert [(row.filing.name, row.total, row.done, row.counts["not_started"]) for row in rows] == [
        ("骅东街道", 3, 1, 2),
        ("骅中街道", 2, 1, 1),
    ]
    assert (whole.total, whole.done, whole.rate, whole.late) == (5, 2, 0.4, 0)


def test_street_is_counted_by_its_own_paper_and_its_communities(
    round_2022, street_a, community_a, filing_a
):
    top = area(round_2022, street_a)
    communities = list(round_2022.filings.filter(parent=top))
    _, rows = progress_by_unit(top, communities)
    assert [(row.filing.name, row.total) for row in rows] == [
        ("骅东街道", 1),
        ("育才社区", 1),
        ("东昊社区", 1),
    ]


def test_community_without_a_street_counts_for_itself(units, county, round_2022):
    direct = UnitFactory(name="直属社区居民委员会", parent=county)
    round_2022.filings.create(
        unit=direct,
        name="直属社区",
        level=5,
        kind="community",
        path=direct.path,
        district=county,
        parent=None,
    )
    assert count_by_unit_below(area(round_2022, county))[direct.pk] == NOTHING | {
        "not_started": 1,
        "late": 1,
    }


@pytest.mark.parametrize(("seconds", "count"), [(-1, 0), (0, 5), (1, 5)])
def test_late_begins_with_the_deadline(seconds, count, round_2022, county):
    now = round_2022.due_at + timedelta(seconds=seconds)
    found = round_2022.filings.filter(late_condition(round_2022, now))
    assert found.count() == count


def test_what_was_handed_in_is_not_late(round_2022, filing_a, filing_b):
    stand(filing_a, "submitted")
    stand(filing_b, "approved")
    found = round_2022.filings.filter(late_condition(round_2022)).values_list("name", flat=True)
    assert [*found] == ["骅东街道", "东昊社区", "骅中街道"]


def test_levels_are_late_at_their_own_time(round_2022, street_a, filing_a):
    round_2022.community_due_at = round_2022.due_at - 10 * DAY
    round_2022.street_due_at = round_2022.due_at - 5 * DAY

    def names(now):
        return {
            *round_2022.filings.filter(late_condition(round_2022, now)).values_list(
                "name", flat=True
            )
        }

    assert names(round_2022.community_due_at) == {"育才社区", "东昊社区", "平安社区"}
    stand(filing_a, "draft", with_unit=street_a)
    assert names(round_2022.community_due_at) == {"东昊社区", "平安社区"}
    assert names(round_2022.street_due_at) == {
        "骅东街道",
        "育才社区",
        "东昊社区",
        "骅中街道",
        "平安社区",
    }


@pytest.mark.parametrize(("hours", "days"), [(-1, 0), (0, 0), (5, 0), (6, 1), (30, 2)])
def test_days_late_are_calendar_days(hours, days, round_2022, filing_a):
    """Due at 18:00: six hours later it is the next day."""
    assert days_late(round_2022, filing_a, round_2022.due_at + timedelta(hours=hours)) == days


def test_days_late_stop_when_the_round_is_closed(round_2022, filing_a):
    round_2022.closed_at = round_2022.due_at + timedelta(days=9)
    assert days_late(round_2022, filing_a, round_2022.due_at + timedelta(days=400)) == 9


@pytest.mark.parametrize("communities", [1, 3])
def test_counting_costs_one_query_at_any_number(
    communities, round_2022, county, street_a, django_assert_num_queries
):
    for _ in range(communities - 1):
        extra = UnitFactory(parent=street_a)
        round_2022.filings.create(
            unit=extra, name="某社区", level=5, kind="community", path=extra.path
        )
    top = area(round_2022, county)
    with django_assert_num_queries(1):
        count_by_unit_below(top)


def test_every_number_leads_to_as_many_filings(round_2022, county, filing_a):
    stand(filing_a, "returned")
    top = area(round_2022, county)
    whole, _ = progress_by_unit(top, [])
    for name in ("late", *(each.name for each in PROGRESS_STATES)):
        behind = Filing.objects.within(top).filter(
            progress_condition(name, round_2022), round=round_2022, asked=True
        )
        assert behind.aggregate(n=Count("pk"))["n"] == whole.counts[name]
    assert round_2022.due_for(Level.PROVINCE) == round_2022.due_at
