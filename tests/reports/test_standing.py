"""One standard over an area: how values lie around the threshold, who misses it, five rounds, the cost, the way to rows."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from reports.engine.saving import follow_save
from reports.standard_detail.distribution import BoundKind, steps_for
from residents.models import Profile
from tests.factories import (
    StandardFactory,
    UnitCostFactory,
    stand,
)
from tests.roles import PLACES, ROLES, SEES, signed_in
from tests.rounds import report_households, round_beside

UPPER = [place for place in PLACES if not place.startswith("community")]


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)


@pytest.fixture
def size(db):
    return StandardFactory(code="size", lower="1000", upper="3000", gap_unit="户")


@pytest.fixture
def standing(as_user, district_reviewer):
    def standing(filing, query="", code="size"):
        return as_user(district_reviewer).get(
            reverse("reports:standing", args=[filing.pk, code]) + query
        )

    return standing


def steps(page):
    """The steps that hold anybody."""
    return [(step.label, step.met, step.unmet) for step, _ in page.context["steps"] if step.count]


def test_values_are_counted_around_the_threshold(standing, root, size, filing_a, filing_b):
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    page = standing(root)
    assert steps(page) == [("500–1,000", 0, 1), ("1,000–1,500", 1, 0)]
    assert [mark.text for mark in page.context["chart"].marks] == ["下限 1,000", "上限 3,000"]
    assert (
        page.context["tally"].met,
        page.context["tally"].unmet,
        page.context["tally"].unknown,
    ) == (1, 1, 1)


def test_lines_of_the_chart_lie_at_whole_numbers_of_communities(standing, root, size):
    for community in root.round.filings.communities():
        report_households(community, 900)
    ticks = standing(root).context["chart"].ticks
    assert ticks == ((180, "0"), (127, "1"), (22, "3"))


def test_threshold_nobody_comes_near_is_shown(standing, root, filing_a):
    StandardFactory(code="offices", actual="office_area", lower="300", gap_unit="m²")
    report_households(filing_a, 900, area=20)
    page = standing(root, code="offices")
    assert [step.label for step, _ in page.context["steps"]] == [
        "0–50",
        "50–100",
        "100–150",
        "150–200",
        "200–250",
        "250–300",
    ]
    assert [mark.text for mark in page.context["chart"].marks] == ["下限 300"]


def test_distribution_follows_a_save_at_once(standing, root, size, filing_a):
    report_households(filing_a, 900)
    assert steps(standing(root)) == [("500–1,000", 0, 1)]
    Profile.objects.filter(filing=filing_a).update(households=1200)
    follow_save(root.round, [filing_a.pk])
    assert steps(standing(root)) == [("1,000–1,500", 1, 0)]


def test_each_step_leads_to_its_communities(
    as_user, district_reviewer, standing, root, size, filing_a, filing_b
):
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    href = standing(root).context["steps"][0][1]
    page = as_user(district_reviewer).get(href)
    assert [line.filing.name for line in page.context["page"].lines] == ["育才社区"]


def test_threshold_that_differs_is_shown_as_a_share_of_it(standing, root, filing_a, filing_b):
    StandardFactory(
        code="rooms", actual="office_area", lower="0.3 * households", unit="m²", gap_unit="m²"
    )
    report_households(filing_a, 1000, 150)
    report_households(filing_b, 1000, 700)
    assert steps(standing(root, code="rooms"))[::9] == [("40–60%", 0, 1)]
    assert steps(standing(root, code="rooms"))[-1] == ("200%以上", 1, 0)


@pytest.mark.parametrize(
    ("given", "width", "number", "per"),
    [
        ({"lower": "300"}, 50, 12, BoundKind.VALUE),
        ({"lower": "1000", "upper": "3000"}, 500, 12, BoundKind.VALUE),
        ({"lower": "3"}, 1, 6, BoundKind.VALUE),
        ({"lower": "1"}, 1, 4, BoundKind.VALUE),
        ({"upper": "700"}, 100, 12, BoundKind.VALUE),
        ({"lower": "0"}, 20, 10, BoundKind.SHARE),
        ({"lower": "0.3 * households"}, 20, 10, BoundKind.SHARE),
        ({"lower": "3", "unit": "级"}, 1, 4, BoundKind.VALUE),
        ({"lower": "1", "unit": "是否"}, 1, 1, BoundKind.VALUE),
    ],
)
def test_steps_fit_the_threshold(db, given, width, number, per):
    made = steps_for(
        StandardFactory(
            **given | {"upper": given.get("upper", ""), "lower": given.get("lower", "")}
        )
    )
    assert (made.width, made.number, made.per) == (width, number, per)


def test_unmet_are_listed_by_gap_with_their_cost(standing, root, size, filing_a, filing_b):
    UnitCostFactory(standard=size, region_code="130983000000", cost=20)
    report_households(filing_a, 900)
    report_households(filing_b, 3300)
    page = standing(root)
    lines = [
        (line.name, line.above, line.required, line.gap, line.cost, line.exceeds)
        for line in page.context["page"]
    ]
    assert lines == [
        ("平安社区", "骅中街道", 3000, 300, 6000, True),
        ("育才社区", "骅东街道", 1000, 100, 2000, False),
    ]
    assert page.context["cost"] == (8000, 2)


def test_cost_is_not_said_where_nobody_named_one(standing, root, size, filing_a):
    report_households(filing_a, 900)
    assert "未定价" in standing(root).content.decode()


def test_approved_only(standing, root, size, filing_a, filing_b):
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    stand(filing_b, "approved")
    follow_save(root.round, [filing_b.pk])
    page = standing(root, "?scope=approved")
    assert steps(page) == [("1,000–1,500", 1, 0)]
    assert list(page.context["page"]) == []


def test_part_of_the_area_is_counted_alone(standing, root, size, filing_a, filing_b):
    report_households(filing_a, 900)
    report_households(filing_b, 1200)
    assert steps(standing(filing_b.parent)) == [("1,000–1,500", 1, 0)]


def test_composite_counts_its_parts_and_leads_to_them(standing, root, filing_a):
    whole = StandardFactory(code="whole", actual="", lower="", unit="项")
    StandardFactory(code="rooms", actual="premises", lower="2", parent=whole)
    StandardFactory(code="people", actual="residents", lower="1", parent=whole)
    report_households(filing_a, 900, 82)
    page = standing(root, code="whole")
    assert steps(page) == [("1 项", 0, 1)]
    assert [(t.standard.code, t.met, t.unmet, t.unknown) for t in page.context["parts"]] == [
        ("people", 1, 0, 2),
        ("rooms", 0, 1, 2),
    ]


def test_2022_and_2026_are_judged_each_by_its_own_version_on_one_screen(
    standing, root, filing_a, filing_b
):
    """The law's 100 to 700 households became 1,000 to 3,000 on 2026-01-01, under another code of the rule book."""
    StandardFactory(
        code="law_1990",
        lower="100",
        upper="700",
        statement="100至700户",
        effective_to="2025-12-31",
        successor="law_2026",
    )
    StandardFactory(
        code="law_2026",
        lower="1000",
        upper="3000",
        statement="1,000至3,000户",
        effective_from="2026-01-01",
    )
    later = round_beside(root.round, 2026)
    for filing, now in ((filing_a, 1200), (filing_b, 650)):
        report_households(filing, 650)
        report_households(later.filings.get(unit=filing.unit), now)
    page = standing(later.filings.get(parent=None), code="law_2026")
    assert [
        (s.period, s.standard.statement, s.tally.met, s.tally.unmet, s.changed)
        for s in page.context["stages"]
    ] == [("2022年度", "100至700户", 2, 0, False), ("2026年度", "1,000至3,000户", 1, 1, True)]
    html = page.content.decode()
    assert "换版 2026-01-01" in html
    assert [mark.text for mark in page.context["course"].marks] == ["2026-01-01 起换版"]
    assert standing(root, code="law_2026").context["standard"].code == "law_1990"


def test_versions_of_one_code_are_told_apart_too(standing, root, filing_a):
    StandardFactory(code="size", lower="100", upper="700", effective_to="2025-12-31")
    StandardFactory(code="size", lower="1000", upper="3000", effective_from="2026-01-01")
    later = round_beside(root.round, 2026)
    report_households(filing_a, 500)
    report_households(later.filings.get(unit=filing_a.unit), 500)
    stages = standing(later.filings.get(parent=None)).context["stages"]
    assert [(s.standard.lower, s.tally.met, s.changed) for s in stages] == [
        ("100", 1, False),
        ("1000", 0, True),
    ]


def test_standard_nobody_is_bound_by_is_not_found(standing, root, size):
    StandardFactory(code="elsewhere", region_code="230000000000")
    assert standing(root, code="elsewhere").status_code == 404
    assert standing(root, code="nothing").status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_standing_is_read_inside_the_area_and_of_upper_units_only(role, cast, filings, size):
    client = signed_in(cast[role])
    found = {
        place: client.get(reverse("reports:standing", args=[filing.pk, "size"])).status_code
        for place, filing in filings.items()
    }
    assert found == {
        place: 200 if place in SEES[role] and place in UPPER else 404 for place in PLACES
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_standing_costs_the_same_at_any_number_of_rows(
    as_user, district_reviewer, root, size, rows, django_assert_num_queries
):
    round_beside(root.round, 2021)
    for filing in list(root.round.filings.filter(level=5))[:rows]:
        report_households(filing, 900)
    client, address = (
        as_user(district_reviewer),
        reverse("reports:standing", args=[root.pk, "size"]),
    )
    client.get(address)
    cache.clear()
    with django_assert_num_queries(12):
        client.get(address)
    with django_assert_num_queries(11):  # the distribution is kept while nothing changed
        client.get(address)
