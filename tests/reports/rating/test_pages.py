"""The ranking of an area, the arithmetic of one community, and both as files."""

from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from reports.engine.saving import follow_save
from reports.models import Scheme
from surveys.models import Filing
from tests.factories import FilingFactory, ProfileFactory, UnitFactory, stand

QUERIES = 9


def text(answer):
    return " ".join(answer.content.decode().split())


def sheet(answer):
    return [
        [cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.rows
    ]


def names(answer):
    return [row.name for row in answer.context["page"].object_list]


def test_page_ranks_communities_and_says_how(book, measured, weigh, page):
    weigh(least_known=50)
    answer = page(measured)
    assert names(answer) == ["育才社区", "平安社区", "东昊社区"]
    assert "按黄骅市“评分办法”（自 2020-01-01 起有效）评分。" in text(answer)
    assert "有数据的分值不足 50% 的社区不排名、不定星。" in text(answer)


def test_page_has_the_averages_of_streets(book, measured, weigh, page):
    weigh()
    found = [
        (each.name, each.mean, each.best, each.worst) for each in page(measured).context["sums"]
    ]
    assert found == [("骅中街道", 60, 60, 60), ("骅东街道", 37.5, 65, 10), ("黄骅市", 45, 65, 10)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"stars": "2"}, ["育才社区", "平安社区"]),
        ({"stars": "0"}, ["东昊社区"]),
        ({"stars": "none"}, []),
        ({"stars": "99", "street": "x"}, ["育才社区", "平安社区", "东昊社区"]),
    ],
)
def test_page_narrows_to_stars(query, found, book, measured, weigh, page):
    weigh()
    assert names(page(measured, **query)) == found


def test_page_narrows_to_a_street_and_keeps_the_places(book, measured, weigh, page, street_b):
    weigh()
    answer = page(measured, street=measured.children.get(unit=street_b).pk)
    assert [(row.name, row.place) for row in answer.context["page"].object_list] == [
        ("平安社区", 2)
    ]


def test_approved_only_ranks_those(book, measured, weigh, page, filing_b):
    weigh()
    assert "还没有审定的社区。" in text(page(measured, scope="approved"))
    stand(filing_b, "approved")
    answer = page(measured, scope="approved")
    assert [(row.name, row.place) for row in answer.context["page"].object_list] == [
        ("平安社区", 1)
    ]


def test_community_shows_its_arithmetic_line_by_line(book, measured, weigh, page, filing_a):
    weigh()
    answer = page(filing_a)
    assert "黄骅市 3 个社区中第 1 名；骅东街道 2 个社区中第 1 名。" in text(answer)
    assert "得到 65 分 ÷ 计入的满分 100 分 × 100 = 65 分；有数据的分值占 100.0%。" in text(answer)
    rows = sheet(page(filing_a, format="xlsx"))
    assert rows[3:8] == [
        ["用房", "不少于 300 m²", "150 m²", 0.5, "按比例", 40, 20, None],
        ["经费", "不少于 5.0 万元", "6.0 万元", 1, "全有或全无", 30, 30, None],
        ["规模", "100–1,000 户", "2,000 户", 0.5, "按比例", 10, 5, "超出，按倒数折算"],
        ["两项", "不少于 2 项", "1 项", 0.5, "按比例", 20, 10, None],
        ["合计", None, None, None, None, 100, 65, None],
    ]


def test_community_says_what_it_lacks(book, measured, weigh, page, filing_n):
    weigh()
    rows = sheet(page(filing_n, format="xlsx"))
    assert rows[3] == ["用房", "不少于 300 m²", "缺数", "缺数", "按比例", 40, 0, "缺数，按 0 分计"]


def test_clerk_learns_the_place_in_the_own_street_only(
    book, measured, weigh, as_user, clerk_a, filing_a
):
    weigh()
    answer = as_user(clerk_a).get(reverse("rating:rating", args=[filing_a.pk]))
    assert [(area.name, place, number) for area, place, number in answer.context["places"]] == [
        ("骅东街道", 1, 2)
    ]


def test_unapproved_community_is_not_in_approved_data(book, measured, weigh, page, filing_a):
    weigh()
    assert "育才社区还没有审定，不在仅审定数据之内。" in text(page(filing_a, scope="approved"))


def test_area_without_a_scheme_says_so(measured, page):
    assert "黄骅市还没有在 2022 年 12 月 31 日有效的评分办法，不能评分。" in text(page(measured))


def test_street_with_a_scheme_of_its_own_is_ranked_apart(
    book, measured, weigh, page, county, street_a
):
    own = weigh(unit=street_a)
    Scheme.objects.create(unit=county, name="市", effective_from=own.effective_from, stars=[60])
    answer = page(measured)
    assert names(answer) == ["平安社区"]
    assert "有自己的评分办法，另行排名，不在本页。" in text(answer)


def test_scheme_of_standards_nobody_judges_ranks_nobody(measured, weigh, page):
    weigh()
    answer = page(measured)
    assert [row.place for row in answer.context["page"].object_list] == [None, None, None]


def test_workbooks_have_ranking_points_and_averages(book, measured, weigh, page):
    weigh()
    assert sheet(page(measured, format="xlsx"))[4][:6] == [
        "育才社区",
        "骅东街道",
        1,
        65,
        "二星",
        65,
    ]
    assert next(row for row in sheet(page(measured, format="xlsx", what="points")) if row[0] == "东昊社区") == [
        "东昊社区", "骅东街道", 10, "无星级", "缺数", "缺数", 10, "缺数",
    ]  # fmt: skip
    assert sheet(page(measured, format="xlsx", what="units"))[6][:5] == ["黄骅市", 3, 45, 65, 10]


def test_page_costs_the_same_whatever_its_length(
    book, measured, weigh, page, filing_a, django_assert_num_queries
):
    weigh()
    page(measured)
    for number in range(2):
        with django_assert_num_queries(QUERIES):
            page(measured)
        unit = UnitFactory(parent=filing_a.unit.parent, code=f"13098300103{number}")
        ProfileFactory(filing=FilingFactory(round=measured.round, unit=unit), households=10)
        follow_save(measured.round, Filing.objects.values("pk"))


def test_page_of_a_community_costs_the_same(
    book, measured, weigh, page, filing_a, django_assert_num_queries
):
    weigh()
    page(filing_a)
    with django_assert_num_queries(10):
        page(filing_a)


def test_example_is_loaded_once(units, capsys):
    for _ in range(2):
        call_command("load_rating")
    assert Scheme.objects.get().weights.count() == 8
    assert "黄骅市自 2022-01-01 起的评分办法已有，没有改动。" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", [None, "no json", '{"unit": "99", "effective_from": "2022-01-01", "weights": []}']
)
def test_file_that_is_no_scheme_is_refused_with_a_sentence(content, units, tmp_path):
    file = tmp_path / "scheme.json"
    if content:
        file.write_text(content)
    with pytest.raises(CommandError, match="不能读|没有代码"):
        call_command("load_rating", file)
