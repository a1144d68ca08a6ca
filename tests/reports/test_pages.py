"""What the pages show, what they cost, and where they lead."""

import pytest
from django.db import connection
from django.urls import reverse

from communities.models import Kind, Level
from reports.engine.saving import follow_save
from reports.engine.tallies import refresh_roll_ups
from reports.models import Standard
from tests.factories import (
    FilingFactory,
    FundLineFactory,
    GridFactory,
    InstitutionFactory,
    PartyOrganisationFactory,
    PremisesFactory,
    ProfileFactory,
    RemarkFactory,
    StandardFactory,
    UnitFactory,
    WorkerFactory,
    stand,
)
from tests.rounds import filing_of_last_year

# One count whatever the number of rows. Three are the visitor's own: session, person, areas.
QUERIES = {
    "overview": 12,
    "street": 12,
    "matrix": 11,
    "filing": 9,
    "measure": 8,
    "remarks": 7,
    "standards": 6,
    "standard": 11,
}


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)


@pytest.fixture
def office(db):
    return StandardFactory(
        code="office",
        name="办公用房300平方米",
        topic="premises",
        statement="办公用房不少于 300 m²",
        actual="office_area",
        lower="300",
        unit="m²",
        gap_unit="m²",
    )


@pytest.fixture
def size(db):
    return StandardFactory(code="size", name="社区规模", upper="700", gap_unit="户")


@pytest.fixture
def read(as_user, district_reviewer, root):
    """`read("matrix", root, "?show=size")`: the page as the county's reviewer reads it, figures up to date."""

    def read(name, filing=root, query=""):
        follow_save(root.round, root.round.filings.values("pk"))
        refresh_roll_ups(root)
        return as_user(district_reviewer).get(reverse(f"reports:{name}", args=[filing.pk]) + query)

    return read


def text(response):
    return response.content.decode()


def fill(filing, **profile):
    """One of everything."""
    ProfileFactory(filing=filing, **{"households": 500, "residents": 1500, **profile})
    PartyOrganisationFactory(filing=filing, form="branch", members=30).covers.add(filing)
    premises = PremisesFactory(filing=filing, area=82)
    WorkerFactory(filing=filing, phone="13812345678", employment="temporary")
    GridFactory(filing=filing)
    InstitutionFactory(filing=filing, stage="plaque")
    FundLineFactory(filing=filing, budgeted=20_000, received=1_000)
    RemarkFactory(
        filing=filing,
        section="premises",
        key="办公用房",
        record_id=premises.pk,
        field="area",
        value="不足20平米",
    )


def more_communities(street, number):
    """Further communities of a street, with all they report."""
    for _ in range(number):
        unit = UnitFactory(parent=street.unit, level=Level.COMMUNITY, kind=Kind.COMMUNITY)
        fill(FilingFactory(round=street.round, unit=unit))


def address(name, root, filing_a):
    if name.startswith("standard"):
        return (
            reverse(f"reports:{name}", args=["office"] * (name == "standard"))
            + f"?filing={root.pk}"
        )
    about = {"filing": filing_a, "street": filing_a.parent}.get(name, root)
    name = "overview" if name == "street" else name
    return reverse(f"reports:{name}", args=[about.pk, *(["residents"] * (name == "measure"))])


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", QUERIES)
def test_page_costs_the_same_at_any_number_of_rows(
    page, rows, as_user, district_reviewer, root, filing_a, office, size, django_assert_num_queries
):
    assert connection.features.supports_json_field  # Django asks SQLite once a process
    StandardFactory(code="here", region_code="130983000000")
    StandardFactory(code="average", level=Level.DISTRICT)
    StandardFactory(code="street", level=Level.STREET)
    fill(filing_a)
    more_communities(filing_a.parent, rows - 1)
    for at in range(rows - 1):
        StandardFactory(code=f"more-{at}")
        GridFactory(filing=filing_a)
        RemarkFactory(filing=filing_a)
    follow_save(root.round, root.round.filings.values("pk"))
    refresh_roll_ups(root)
    client = as_user(district_reviewer)
    with django_assert_num_queries(QUERIES[page]):
        assert client.get(address(page, root, filing_a)).status_code == 200


def test_first_page_is_ones_own_unit(as_user, district_reviewer, round_2022, county):
    answer = as_user(district_reviewer).get("/")
    assert answer.url == reverse("reports:overview", args=[round_2022.filings.get(unit=county).pk])


def test_first_page_says_what_to_do_without_an_assignment(as_user, stranger):
    assert "还没有给您分配单位" in text(as_user(stranger).get("/"))


def test_first_page_says_what_to_do_without_a_round(as_user, viewer):
    assert "您的单位还没有填报期" in text(as_user(viewer).get("/"))


def test_filing_outside_ones_area_is_not_found(as_user, clerk_b, filing_a):
    answer = as_user(clerk_b).get(reverse("reports:filing", args=[filing_a.pk]))
    assert answer.status_code == 404
    assert "没有这个页面，或不在您负责的范围内" in text(answer)


def test_units_above_ones_own_are_named_but_not_linked(as_user, clerk_a, filing_a):
    page = as_user(clerk_a).get(reverse("reports:filing", args=[filing_a.pk]))
    assert [(step["name"], bool(step["href"])) for step in page.context["frame"].chain] == [
        ("黄骅市", False),
        ("骅东街道", True),
        ("育才社区", False),
    ]


def test_overview_counts_and_says_unknown(read, root, filing_a, office):
    fill(filing_a)
    page = read("overview")
    (row,) = page.context["standards"]
    assert (row[1].met, row[1].unmet, row[1].unknown, row[1].gap) == (0, 1, 2, 218)
    assert page.context["area"].sums["residents"] == 1500
    assert page.context["area"].missing["residents"] == 2
    assert page.context["asked"] == 1


def test_overview_of_a_street_judges_its_communities(read, filing_a, office):
    fill(filing_a)
    parts = read("overview", filing_a.parent).context["parts"]
    assert [(p.filing.name, p.met, p.unmet, p.unknown) for p in parts] == [
        ("育才社区", 0, 1, 0),
        ("东昊社区", 0, 0, 1),
    ]


def test_overview_of_an_area_that_also_runs_communities_itself(read, root, filing_a, office):
    unit = UnitFactory(
        parent=root.unit, level=Level.COMMUNITY, kind=Kind.COMMUNITY, name="直管社区"
    )
    fill(filing_a)
    fill(FilingFactory(round=root.round, unit=unit))
    parts = read("overview").context["parts"]
    assert {p.filing.name: (p.sums.get("residents"), p.unmet) for p in parts} == {
        "骅东街道": (1500, 1),
        "骅中街道": (None, 0),
        "直管社区": (1500, 1),
    }


def test_overview_before_anything_is_reported(read):
    page = text(read("overview"))
    assert "还没有可以对照的结果" in page


def test_matrix_shows_the_gap_with_its_sign(read, filing_a, office, size):
    fill(filing_a, households=967)
    page = text(read("matrix"))
    assert '<td class="v unmet">−218</td><td class="v unmet">+267</td>' in page
    assert '<td class="v unknown">缺数</td>' in page


def test_matrix_sorts_the_largest_gap_first(read, filing_a, filing_b, office):
    fill(filing_a)
    PremisesFactory(filing=filing_b, area=12)
    page = read("matrix", query="?by=office")
    assert [line.filing.name for line in page.context["page"].lines] == [
        "平安社区",
        "育才社区",
        "东昊社区",
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?verdict=unmet", ["育才社区"]),
        ("?name=东昊", ["东昊社区"]),
        ("?state=done", ["平安社区"]),
        ("?show=nothing&street=x&page=99", ["育才社区", "东昊社区", "平安社区"]),
    ],
)
def test_matrix_filters(read, filing_a, filing_b, office, query, names):
    fill(filing_a)
    stand(filing_b, "submitted")
    page = read("matrix", query=query)
    assert [line.filing.name for line in page.context["page"].lines] == names


def test_matrix_of_one_street(read, root, filing_b, office):
    page = read("matrix", query=f"?street={filing_b.parent_id}")
    assert [line.filing.pk for line in page.context["page"].lines] == [filing_b.pk]


def test_matrix_of_one_standard_shows_its_parts_and_the_words(read, filing_a, office):
    fill(filing_a)
    whole = Standard.objects.create(
        code="whole", name="合", statement="…", topic="premises", source="测试", force="city"
    )
    Standard.objects.filter(pk=office.pk).update(parent=whole)
    assert [head["standard"].code for head in read("matrix").context["heads"]] == ["whole"]
    page = read("matrix", query="?show=whole")
    assert {head["standard"].code for head in page.context["heads"]} == {"whole", "office"}


def test_paper_says_the_gap_in_words(read, filing_a, office):
    fill(filing_a)
    assert "实际 82 m²，标准不少于 300 m²，差 218 m²" in text(read("filing", filing_a))


def test_paper_tells_zero_blank_and_question_apart(read, filing_a):
    ProfileFactory(filing=filing_a, households=0)
    RemarkFactory(
        filing=filing_a, section="profile", field="residents", value="约千人", text="请填人数。"
    )
    RemarkFactory(filing=filing_a, section="profile", field="men", kind="reason", text="没有登记。")
    sheet = read("filing", filing_a).context["sheets"][0]
    states = {cell.label: (cell.text, cell.state) for cell in sheet.cells}
    assert states["总户数"] == ("0", "known")
    assert states["总人口"] == ("", "asked")
    assert states["男"] == ("", "reason")
    assert states["女"] == ("", "blank")


def test_paper_masks_telephones(read, filing_a):
    fill(filing_a)
    page = text(read("filing", filing_a))
    assert "138****5678" in page
    assert "13812345678" not in page


def test_paper_names_the_branch_that_serves_from_elsewhere(read, filing_a, filing_b):
    PartyOrganisationFactory(filing=filing_a, name="联合党支部", form="joint_branch").covers.set(
        [filing_a, filing_b]
    )
    assert "由 育才社区 的“联合党支部”覆盖" in text(read("filing", filing_b))


def test_paper_shows_last_round_beside(read, filing_a):
    ProfileFactory(filing=filing_of_last_year(filing_a), households=480)
    ProfileFactory(filing=filing_a, households=500)
    assert "上期 480" in text(read("filing", filing_a))


def test_other_rounds_of_the_unit_are_offered(read, filing_a, community_a, county):
    FilingFactory(
        unit=community_a,
        round__unit=county,
        round__period="2021",
        round__title="黄骅市2021年度社区调查",
    )
    assert "黄骅市2021年度社区调查" in text(read("filing", filing_a))


def test_streets_own_records_have_their_page(read, filing_a):
    WorkerFactory(filing=filing_a.parent, name="街道甲")
    page = read("filing", filing_a.parent)
    assert [sheet.name for sheet in page.context["sheets"]] == ["party", "workers"]
    assert "街道甲" in text(page)


def test_figure_leads_to_the_rows_behind_it(read, as_user, district_reviewer, root, filing_a):
    fill(filing_a)
    read("overview")
    page = as_user(district_reviewer).get(reverse("reports:measure", args=[root.pk, "residents"]))
    assert [(row.filing.pk, row.value) for row in page.context["page"]][0] == (filing_a.pk, 1500)
    assert (
        as_user(district_reviewer)
        .get(reverse("reports:measure", args=[root.pk, "nothing"]))
        .status_code
        == 404
    )


def test_questions_are_listed_with_their_cells(read, filing_a):
    fill(filing_a)
    page = text(read("remarks", query="?section=premises"))
    assert "“不足20平米”" in page
    assert "建筑面积" in page
    assert "没有待核实的格子。" in text(read("remarks", query="?section=funds"))


def test_paper_shows_a_roster_beside_last_rounds(as_user, clerk_a, filing_a):
    for filing, pay in ((filing_of_last_year(filing_a), None), (filing_a, 300)):
        WorkerFactory(filing=filing, name="王芳", employment="temporary", pay=pay)
    answer = as_user(clerk_a).get(reverse("reports:filing", args=[filing_a.pk]))
    assert (answer.status_code, "300" in answer.content.decode()) == (200, True)
