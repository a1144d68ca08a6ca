"""A standard of 黄骅市 on office area, the communities it judges, and the form that says the same."""

from datetime import date

import pytest
from django.urls import reverse

from reports.engine.saving import follow_save
from surveys.models import Filing
from tests.factories import PremisesFactory, StandardFactory

OWN = {"region_code": "130983000000", "region_name": "黄骅市"}


@pytest.fixture
def office(units):
    """300 m² at least, in 黄骅市, since 2020."""
    return StandardFactory(
        code="office",
        name="办公用房",
        statement="不少于300平方米",
        topic="premises",
        force="city",
        kinds=["community"],
        actual="office_area",
        lower="300",
        unit="m²",
        gap_unit="m²",
        effective_from=date(2020, 1, 1),
        **OWN,
    )


@pytest.fixture
def measured(round_2022, filing_a, filing_b):
    """育才 has 250 m², 平安 350 m², 东昊 has said nothing."""
    for filing, area in ((filing_a, 250), (filing_b, 350)):
        PremisesFactory(filing=filing, area=area)
    follow_save(round_2022, Filing.objects.filter(round=round_2022).values("pk"))
    return round_2022


@pytest.fixture
def form():
    """What the form posts for that standard; `form(lower="200")` changes a field."""

    def form(**changes):
        given = {
            "seen": 0,
            "name": "办公用房",
            "statement": "不少于300平方米",
            "topic": "premises",
            "source": "测试文件",
            "force": "city",
            "region": "130983000000",
            "level": 5,
            "kinds": ["community"],
            "effective_from": "2020-01-01",
            "actual": "office_area",
            "lower": "300",
            "unit": "m²",
            "gap_unit": "m²",
            "digits": 0,
        }
        return given | changes

    return form


@pytest.fixture
def send(as_user, district_reviewer):
    """`send("edit", office.pk, form())`: the answer to the reviewer's form."""

    def send(name, *args):
        *args, data = args
        return as_user(district_reviewer).post(reverse(f"rulebook:{name}", args=args), data)

    return send
