"""明细: rows as reported, filtered, paged; people are named to those who work with them only, and the trail says so."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from surveys.models import Status
from surveys.sections import all_sections
from tests.factories import PartyOrganisationFactory, WorkerFactory, stand


def address(root, query="?section=workers"):
    return reverse("reports:raw", args=[root.pk]) + query


def shown(answer):
    """[(unit, person)] of the rows of a page."""
    return re.findall(
        r'<th scope="row">(.*?)</th>(?:<td class="">.*?</td>){2}<td class="">(.*?)</td>',
        text(answer),
    )


def text(answer):
    return answer.content.decode()


@pytest.fixture
def workers(root, filing_a, filing_b):
    WorkerFactory(filing=filing_a, name="张三丰", phone="13812345678", employment="established")
    WorkerFactory(filing=filing_b, name="李四光", employment="temporary")


def test_reviewer_reads_names(page, root, workers):
    assert shown(page(address(root))) == [("育才社区", "张三丰"), ("平安社区", "李四光")]


def test_viewer_reads_no_names_and_no_numbers(as_user, viewer, root, workers):
    html = as_user(viewer).get(address(root)).content.decode()
    assert ("张三丰" in html, "13812345678" in html, "张**" in html) == (False, False, True)
    assert "人员姓名和电话已隐去" in html


def test_file_of_a_viewer_is_masked_and_in_the_trail(as_user, viewer, root, workers):
    file = as_user(viewer).get(address(root, "?section=workers&format=xlsx"))
    values = [
        str(value) for row in load_workbook(BytesIO(file.content)).active.values for value in row
    ]
    assert ("张三丰" in values, "张**" in values) == (False, True)
    assert AuditEntry.objects.first().what == "黄骅市2022年度工作人员明细.xlsx（2 行，姓名已隐去）"


def test_file_with_names_is_in_the_trail(page, root, workers):
    page(address(root, "?section=workers&format=csv"))
    assert AuditEntry.objects.first().what == "黄骅市2022年度工作人员明细.csv（2 行，含人员姓名）"


def test_rows_are_filtered_by_a_fixed_answer(page, root, workers):
    assert shown(page(address(root, "?section=workers&employment=temporary"))) == [
        ("平安社区", "李四光")
    ]


def test_only_approved_filings(page, root, workers, filing_b):
    stand(filing_b, Status.APPROVED)
    assert shown(page(address(root, "?section=workers&scope=approved"))) == [("平安社区", "李四光")]


def test_covered_communities_are_named(page, root, filing_a, filing_b):
    PartyOrganisationFactory(filing=filing_a, name="一支部").covers.add(filing_a, filing_b)
    assert "育才社区、平安社区" in text(page(address(root, "?section=party")))


@pytest.mark.parametrize("name", [section.name for section in all_sections()])
def test_every_section_has_its_rows(page, root, name):
    assert page(address(root, f"?section={name}&page=9&sex=nonsense")).status_code == 200
    assert page(address(root, f"?section={name}&format=xlsx")).status_code == 200


@pytest.mark.parametrize("more", [0, 2])
def test_raw_asks_as_often_for_many_as_for_few(
    page, root, workers, filing_a, more, django_assert_max_num_queries
):
    for number in range(more):
        WorkerFactory(filing=filing_a, name=f"新{number}")
    with django_assert_max_num_queries(12):
        page(address(root))
