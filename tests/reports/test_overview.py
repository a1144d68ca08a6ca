"""The overview says which filings it counts, how the round before stood, and where it is best and worst."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.html import escape

from reports.engine import tallies
from reports.engine.saving import follow_save
from surveys.models import Status
from tests.factories import (
    PremisesFactory,
    StandardFactory,
    stand,
)
from tests.rounds import last_year, report_households


@pytest.fixture
def root(round_2022):
    StandardFactory(code="size", lower="1000", upper="3000", gap_unit="户")
    return round_2022.filings.get(parent=None)


@pytest.fixture
def overview(as_user, district_reviewer):
    def overview(filing, query=""):
        return as_user(district_reviewer).get(reverse("reports:overview", args=[filing.pk]) + query)

    return overview


def test_overview_of_approved_filings_only(overview, root, filing_a, filing_b):
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    stand(filing_b, Status.APPROVED)
    follow_save(root.round, [filing_b.pk])
    page = overview(root, "?scope=approved")
    (row,) = page.context["standards"]
    assert (row.tally.met, row.tally.unmet, row.tally.unknown) == (1, 0, 0)
    assert page.context["area"].sums["residents"] == 3600
    assert page.context["area"].states["expected"] == 3
    assert [(p.met, p.unmet, p.unknown) for p in page.context["parts"]] == [(0, 0, 0), (1, 0, 0)]


def test_overview_of_a_street_leaves_unapproved_communities_out(overview, root, filing_a):
    report_households(filing_a, 900)
    page = overview(filing_a.parent, "?scope=approved")
    assert [(p.sums.get("residents"), p.unmet) for p in page.context["parts"]] == [
        (None, 0),
        (None, 0),
    ]
    assert "这里还没有审定的填报表。" in page.content.decode()


def test_scope_is_said_and_its_links_keep_it(overview, root, filing_b):
    stand(filing_b, Status.APPROVED)
    follow_save(root.round, [filing_b.pk])
    html = overview(root, "?scope=approved").content.decode()
    assert '<a href="?scope=approved" aria-current="true">仅审定数据</a>' in html
    street = reverse("reports:overview", args=[filing_b.parent_id])
    assert f'href="{street}?scope=approved"' in html
    assert f'href="{street}"' not in html


def test_pass_rate_and_gap_stand_beside_the_round_before(overview, root, filing_a, filing_b):
    last_year(root.round, 育才=400, 平安=1500)
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    page = overview(root)
    (row,) = page.context["standards"]
    assert page.context["rate_arrow"].words == "与上期持平"
    assert (row.before.met, row.before.unmet, row.before.gap) == (1, 1, 600)
    assert (row.rate_arrow.words, row.gap_arrow.words) == ("与上期持平", "缺口比上期少 500 户")


def test_round_before_is_judged_by_its_own_version(overview, root, filing_a):
    StandardFactory(code="law", lower="100", upper="700", effective_to="2021-12-31")
    StandardFactory(code="law", lower="1000", upper="3000", effective_from="2022-01-01")
    last_year(root.round, 育才=500)
    report_households(filing_a, 500)
    rows = {row.standard.code: row for row in overview(root).context["standards"]}
    assert (rows["law"].tally.met, rows["law"].before.met) == (0, 1)
    assert rows["law"].rate_arrow.words == "比上期低 100.0 个百分点"


def test_best_and_worst_units_below(overview, root, filing_a, filing_b):
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    ((best, worst),) = overview(root).context["best_and_worst"]
    assert (best.filing.name, worst.filing.name) == ("骅中街道", "骅东街道")


def test_standards_most_often_unknown_are_named(overview, root, filing_a):
    StandardFactory(code="office", actual="office_area", lower="300")
    report_households(filing_a, 1200)
    PremisesFactory(filing=filing_a, area=None)
    follow_save(root.round, [filing_a.pk])
    assert [
        (row.standard.code, row.tally.unknown) for row in overview(root).context["unknown"]
    ] == [
        ("office", 3),
        ("size", 2),
    ]


def test_figure_of_approved_filings_leads_to_their_rows(
    as_user, district_reviewer, root, filing_a, filing_b
):
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    stand(filing_b, Status.APPROVED)
    address = reverse("reports:measure", args=[root.pk, "residents"]) + "?scope=approved"
    page = as_user(district_reviewer).get(address).context["page"]
    assert [(row.filing.pk, row.value) for row in page.object_list] == [(filing_b.pk, 3600)]


def test_standard_that_took_anothers_place_is_compared_with_it(overview, root, filing_a):
    StandardFactory(
        code="law_old", lower="100", upper="700", effective_to="2021-12-31", successor="law_new"
    )
    StandardFactory(code="law_new", lower="1000", upper="3000", effective_from="2022-01-01")
    last_year(root.round, 育才=500)
    report_households(filing_a, 500)
    rows = {row.standard.code: row for row in overview(root).context["standards"]}
    assert (rows["law_new"].tally.met, rows["law_new"].before.met) == (0, 1)


def test_overview_says_what_was_observed_of_the_whole_area(overview, root):
    StandardFactory(
        code="density", level=root.level, actual="residents / households", lower="", unit="人"
    )
    page = overview(root).content.decode()
    assert "缺少所需数据，只作观察" in page
    assert page.count('<span class="tag">观察</span>') == 1
    for filing in root.round.filings.communities():
        report_households(filing, 900)
    assert "实际 3 人，只作观察，不判定" in overview(root).content.decode()


def test_overview_of_approved_filings_says_what_of_which_level_is_not_counted(
    overview, root, filing_a, filing_b
):
    stand(filing_b, Status.APPROVED)
    page = overview(root, "?scope=approved")
    assert [each[:3] for each in page.context["left_out"]] == [("街道本级", 2, 2), ("社区", 2, 3)]
    (street, _) = [each.href for each in page.context["left_out"]]
    text = " ".join(page.content.decode().split())
    assert f'<a href="{escape(street)}">街道本级 2 份</a>（共 2 份）' in text
    listed = page.client.get(street.partition("#")[0]).context["page"].object_list
    assert [each.name for each in listed] == ["骅东街道", "骅中街道"]
    assert overview(root).context["left_out"] == []


@pytest.mark.parametrize("name", ["overview", "matrix"])
def test_page_of_a_database_that_cannot_be_written_says_since_when(
    as_user, district_reviewer, root, monkeypatch, name
):
    since = datetime(2022, 12, 1, 4, 30, tzinfo=UTC)
    monkeypatch.setattr(tallies, "refresh_roll_ups", lambda *filings: since)
    page = as_user(district_reviewer).get(reverse(f"reports:{name}", args=[root.pk]))
    assert "数据截至 2022 年 12 月 1 日 12:30" in page.content.decode()
