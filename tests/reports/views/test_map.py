"""The treemap: area is residents, colour the pass rate, each tile leads to its unit, the table says the same."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from communities.models import Boundary
from reports.map.squares import Rect, squarify
from surveys.models import Status
from tests.factories import stand
from tests.rounds import report_households


@pytest.fixture
def drawn(as_user, district_reviewer):
    client = as_user(district_reviewer)
    return lambda filing, query="": client.get(reverse("reports:map", args=[filing.pk]) + query)


@pytest.fixture
def reported(root, wider, filing_a, filing_b):
    report_households(filing_a, 400)
    report_households(filing_b, 1200)
    return root


def tiles(page):
    """{unit: (share of the drawing in percent, what stands for its shade)}"""
    found = [tile for group in page.context["groups"] for tile in group.tiles]
    total = sum(tile.rect.width * tile.rect.height for tile in found)
    sizes = {t.unit.filing.name: round(100 * t.rect.width * t.rect.height / total) for t in found}
    return {t.unit.filing.name: (sizes[t.unit.filing.name], t.unit.shade) for t in found}


def test_tiles_are_as_large_as_their_people_and_shaded_by_pass_rate(drawn, reported):
    assert tiles(drawn(reported, "?by=4")) == {"骅中街道": (75, 4), "骅东街道": (25, 0)}


def test_communities_stand_in_groups_by_street(drawn, reported):
    page = drawn(reported)
    assert [(group.name, len(group.tiles)) for group in page.context["groups"]] == [
        ("骅中街道", 1),
        ("骅东街道", 1),
    ]
    assert tiles(page).keys() == {"平安社区", "育才社区"}


def test_unit_without_residents_is_told_and_stands_in_the_table(drawn, reported):
    page = drawn(reported)
    assert "另有 1 个单位没有人口数" in page.content.decode()
    assert [(row.cells[0], *row.cells[2:]) for row in page.context["table"].rows] == [
        ("育才社区", 1200, 0, 0, 1, 0),
        ("平安社区", 3600, 1, 1, 0, 0),
        ("东昊社区", None, None, 0, 0, 1),
    ]


def test_community_against_one_standard_has_a_sign(drawn, reported):
    page = drawn(reported, "?by=5&standard=size")
    said = {unit.filing.name: unit.rate_text for unit in page.context["places"].all}
    assert said == {"平安社区": "✓", "育才社区": "✗", "东昊社区": "缺数"}


def test_map_of_approved_filings_only(drawn, reported, filing_b):
    stand(filing_b, Status.APPROVED)
    page = drawn(reported, "?scope=approved")
    assert tiles(page) == {"平安社区": (100, 4)}


def test_map_of_a_community_says_there_is_nothing_to_draw(drawn, reported, filing_a):
    assert "这里没有下级单位可画" in drawn(filing_a).content.decode()


def test_each_tile_leads_to_its_unit(drawn, reported, filing_a):
    assert (
        f'<a href="{reverse("reports:filing", args=[filing_a.pk])}" aria-label="育才社区：'
        in drawn(reported).content.decode()
    )


def test_map_as_a_workbook(drawn, reported):
    sheet = load_workbook(BytesIO(drawn(reported, "?by=4&format=xlsx").content)).active
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert rows[4:6] == [["骅东街道", None, 1200, 0, 0, 1, 1], ["骅中街道", None, 3600, 1, 1, 0, 0]]


def test_what_means_nothing_is_left_out(drawn, reported):
    assert tiles(drawn(reported, "?by=x&standard=y")) == tiles(drawn(reported))


def test_map_asks_seldom(drawn, reported, django_assert_max_num_queries):
    drawn(reported)
    with django_assert_max_num_queries(12):
        drawn(reported, "?standard=size")


@pytest.mark.parametrize("number", [1, 2, 7, 40, 300])
def test_rectangles_have_the_areas_asked_for_and_stay_inside(number):
    sizes = [1000 / (at + 1) ** 1.3 for at in range(number)]
    made = squarify(sizes, Rect(0, 0, 1000, 520))
    areas = [rect.width * rect.height * sum(sizes) / 520_000 for rect in made]
    assert areas == pytest.approx(sizes)
    assert max(rect.x + rect.width for rect in made) == pytest.approx(1000)
    assert max(rect.y + rect.height for rect in made) == pytest.approx(520)


def test_rectangles_are_near_to_squares():
    made = squarify([6, 6, 4, 3, 2, 2, 1], Rect(0, 0, 6, 4))
    assert [(round(rect.width, 2), round(rect.height, 2)) for rect in made][:2] == [(3, 2), (3, 2)]


def test_nothing_has_no_rectangles():
    assert squarify([0, 0], Rect(0, 0, 10, 10)) == [Rect(0, 0, 0, 0)] * 2


@pytest.fixture
def bounded(reported, community_a, community_b):
    """Two communities side by side: the west and the east half of a square of 0.2 degrees at 60° north."""
    for unit, west in ((community_a, 0), (community_b, 10_000)):
        ring = [
            [west, 6_000_000],
            [west + 10_000, 6_000_000],
            [west + 10_000, 6_020_000],
            [west, 6_020_000],
        ]
        Boundary.objects.create(unit=unit, shape=[[[*ring, ring[0]]]])
    return reported


def test_map_is_drawn_where_there_are_boundaries(drawn, bounded):
    page = drawn(bounded)
    found = {area.unit.filing.name: area.d for area in page.context["drawn"].areas}
    assert page.context["drawn"].missing == 1
    assert found.keys() == {"育才社区", "平安社区"}
    assert "另有 1 个单位没有边界" in page.content.decode()


def test_longitude_is_shortened_by_latitude(drawn, bounded):
    made = drawn(bounded).context["drawn"]
    assert (made.width - 12) / (made.height - 12) == pytest.approx(0.5, abs=0.01)


def test_treemap_can_be_asked_for_beside_a_map(drawn, bounded):
    assert drawn(bounded, "?draw=people").context["drawn"] is None


def test_map_with_boundaries_asks_seldom(drawn, bounded, django_assert_max_num_queries):
    drawn(bounded)
    with django_assert_max_num_queries(12):
        drawn(bounded)
