"""Models of governance matched by size: the same classes with the same weights for each of them."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from reports.engine.saving import follow_save
from reports.models import Measures
from surveys.models import Filing
from tests.factories import FilingFactory, StandardFactory, UnitFactory
from tests.rounds import report_households


@pytest.fixture
def modelled(root):
    """传统型 has 600 (twice) and 1,500 households, 大社区 1,700 and 4,000; rooms of 40 to 240 m²."""
    StandardFactory(
        code="rooms", name="办公用房", actual="office_area", lower="100", unit="m²", gap_unit="m²"
    )
    given = [("traditional", 600, 40), ("traditional", 600, 60), ("traditional", 1500, 90)]
    given += [("big_community", 1700, 120), ("big_community", 4000, 240)]
    Filing.objects.filter(round=root.round, level=5).delete()
    for model, households, area in given:
        unit = UnitFactory(parent=root.unit)
        filing = FilingFactory(round=root.round, unit=unit, parent=root, governance=model)
        report_households(filing, households, area=area)
    follow_save(root.round, [root.pk])
    return root


@pytest.fixture
def models(as_user, district_reviewer):
    client = as_user(district_reviewer)
    return lambda filing, query="": client.get(reverse("reports:models", args=[filing.pk]) + query)


def rows(page):
    return {row.cells[0].strip(): list(row.cells[2:]) for row in page.context["table"].rows}


def test_models_are_compared_in_the_classes_they_share(models, modelled):
    found = rows(models(modelled))
    assert found["参与比较的社区"] == [1, 1]
    assert found["总户数"] == [1500, 1700]
    assert found["每百户办公用房面积"] == [6, pytest.approx(120 / 17)]
    assert (found["全部标准"], found["办公用房"]) == ([0, 1], [0, 1])


def test_models_say_how_many_take_part(models, modelled):
    page = models(modelled)
    assert "（1,000–1,999 户）" in page.context["words"]
    assert "参与比较 2 个社区，未参与 3 个。" in page.context["words"]
    assert [list(row.cells) for row in page.context["classes"].rows] == [
        ["500–999 户", 2, 0, "不参与（大社区没有）"],
        ["1,000–1,999 户", 1, 1, "参与（传统型、大社区不足 5 个，仅供参考）"],
        ["3,000 户及以上", 0, 1, "不参与（传统型没有）"],
        ["合计", 3, 2, "参与 2 个"],
    ]


def test_models_unmatched_are_plain_means(models, modelled):
    found = rows(models(modelled, "?match=none"))
    assert found["总户数"] == [900, 2850]
    assert found["全部标准"] == [0, 1]


def test_classes_weigh_the_same_for_every_model(models, modelled):
    """600, 600, 1500 against 700, 1700: weights 3 and 2 for both."""
    Measures.objects.filter(households=4000).update(households=700)
    found = rows(models(modelled))
    assert found["总户数"] == [(600 * 3 + 1500 * 2) / 5, (700 * 3 + 1700 * 2) / 5]


def test_model_without_the_chosen_class_is_told(models, modelled):
    assert "不是每种模式都有这一规模的社区" in models(modelled, "?match=1").content.decode()


def test_one_model_alone_is_told(models, modelled):
    Filing.objects.filter(governance="big_community").update(governance="traditional")
    Measures.objects.update(governance="traditional")
    assert "没有第二种模式可以比较" in models(modelled).content.decode()


def test_no_model_is_told(models, root):
    assert "还没有写明治理模式" in models(root).content.decode()


def test_models_as_a_workbook(models, modelled):
    sheet = load_workbook(BytesIO(models(modelled, "?format=xlsx").content)).active
    found = {row[0].value: [cell.value for cell in row[2:]] for row in sheet.rows}
    assert found["项目"] == ["传统型", "大社区"]
    assert found["总户数"] == [1500, 1700]


def test_models_ask_seldom(models, modelled, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        models(modelled)
