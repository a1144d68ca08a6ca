import pytest

from reports.engine.area import Area
from reports.engine.saving import follow_save
from reports.models import Standard


@pytest.fixture
def office(db):
    """300 m² of offices."""
    return Standard.objects.create(
        code="office",
        name="办公用房",
        statement="…",
        topic="premises",
        source="测试",
        force="city",
        actual="office_area",
        lower="300",
        gap_unit="m²",
    )


@pytest.fixture
def saved(round_2022):
    """`saved()`: all filings of the round as if each had just been saved."""
    return lambda: follow_save(round_2022, [filing.pk for filing in round_2022.filings.all()])


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)


@pytest.fixture
def area(root):
    return Area(root)
