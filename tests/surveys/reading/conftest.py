"""The demo city, and workbooks made of plain rows."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from openpyxl import Workbook

from communities.models import Unit
from surveys.actions import open_round
from surveys.reading import read_survey
from tests.factories import moment

DATA = Path(settings.BASE_DIR) / "tests" / "data"


@pytest.fixture
def city_round(db):
    """The 2022 round of the demo city: 3 streets, 29 communities."""
    call_command(
        "load_units",
        str(Path(settings.BASE_DIR) / "fixtures" / "units_huanghua_2022.csv"),
        verbosity=0,
    )
    return open_round(
        unit=Unit.objects.by_code("130983"), period="2022", due_at=moment(2022, 12, 31, 18)
    )


def workbook(sheets):
    """A workbook as a binary file: {sheet name: rows}."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    file = BytesIO()
    book.save(file)
    return file


@pytest.fixture
def reads(city_round):
    """`reads({"基本情况": rows})`: the reading of a workbook made of rows."""
    return lambda sheets, **options: read_survey(workbook(sheets), round=city_round, **options)


@pytest.fixture
def ids(city_round):
    """{name: filing id} of the demo city."""
    return dict(city_round.filings.values_list("name", "pk"))


def found(reading, kind=None):
    """{place: reason} of a reading's findings."""
    return {f.place: f.reason for f in reading.findings if kind is None or f.kind == kind}


def records(reading, section):
    """The rows of a section as mappings, `filing` among them."""
    incoming = reading.incoming[section]
    return [dict(zip(("filing", *incoming.names), row, strict=True)) for row in incoming.rows]
