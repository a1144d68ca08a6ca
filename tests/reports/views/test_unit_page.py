"""Everything of one community on one page: its figures and verdicts over the rounds, and the same as a paper."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents.papers import views as papers
from tests.factories import StandardFactory
from tests.rounds import report_households


@pytest.fixture
def unit_page(as_user, district_reviewer):
    client = as_user(district_reviewer)
    return lambda filing: client.get(reverse("reports:filing", args=[filing.pk]))


@pytest.fixture
def reported(before, filing_a, wider, community_a):
    StandardFactory(code="office", name="办公用房", actual="office_area", lower="50")
    report_households(before.filings.get(unit=community_a), 900, area=40)
    report_households(filing_a, 950, area=60)
    return filing_a


def test_unit_page_shows_key_figures_over_the_rounds(unit_page, reported):
    table = unit_page(reported).context["rounds"]
    found = {row.cells[0]: row.cells[2:] for row in table.rows}
    assert (found["达标率"], found["总户数"], found["办公用房面积"]) == (
        [0, 1],
        [900, 950],
        [40, 60],
    )


def test_unit_page_tells_turned_verdicts_from_renewed_standards(unit_page, reported):
    turned = unit_page(reported).context["turned"]
    assert [s.name for s in turned.better] == ["办公用房"]
    assert (turned.worse, [s.name for s in turned.renewed]) == ([], ["社区规模"])


def test_unit_page_of_an_earlier_round_knows_nothing_later(unit_page, reported):
    page = unit_page(
        reported.round.filings.model.objects.get(round__period="2021", unit=reported.unit)
    )
    assert (page.context["rounds"], page.context["turned"]) == (None, None)


def test_unit_page_of_two_rounds_asks_seldom(unit_page, reported, django_assert_max_num_queries):
    unit_page(reported)
    with django_assert_max_num_queries(12):
        unit_page(reported)


def test_paper_as_pdf_is_in_the_trail(as_user, viewer, reported, monkeypatch):
    monkeypatch.setattr(papers, "to_pdf", lambda content, timeout: b"%PDF-1.7")
    answer = as_user(viewer).get(reverse("papers:one", args=[reported.pk]) + "?format=pdf")
    assert (answer["Content-Type"], b"".join(answer)) == ("application/pdf", b"%PDF-1.7")
    assert AuditEntry.objects.filter(verb="下载材料").get().what == "育才社区档案（2022）.pdf"


def test_paper_as_pdf_without_the_program_says_what_to_do(as_user, viewer, reported, monkeypatch):
    monkeypatch.setattr("surveys.export.pdf.program", lambda: None)
    answer = as_user(viewer).get(
        reverse("papers:one", args=[reported.pk]) + "?format=pdf", follow=True
    )
    assert "请下载 Word 文件" in answer.content.decode()
