"""The workbook out and in again: nothing changes, or just the cell that a clerk changed."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from communities.models import Unit
from residents.models import Profile
from staffing.models import Worker
from surveys.actions import apply_upload, check_workbook
from surveys.models import Round, Status
from surveys.workbook.write import write_workbook
from tests.factories import PremisesFactory, ProfileFactory, WorkerFactory, stand
from tests.surveys.office import needs_libreoffice, saved_again
from tests.surveys.readings import received_upload

FIXTURES = Path("fixtures")


@pytest.fixture
def demo(db, settings, tmp_path):
    """The demo city, imported from the workbook that was mailed in."""
    settings.MEDIA_ROOT = tmp_path
    call_command("load_units", FIXTURES / "units_huanghua_2022.csv", verbosity=0)
    call_command("open_round", year="2022", unit="130983", due="2022-12-31", verbosity=0)
    round = Round.objects.select_related("unit").get()
    decisions = json.loads((FIXTURES / "demo_2022_decisions.json").read_text())
    content = (FIXTURES / "demo_2022.xlsx").read_bytes()
    upload, reading = received_upload(
        round=round, unit=round.unit, name="demo.xlsx", content=content, decisions=decisions
    )
    apply_upload(upload=upload, reading=reading)
    return round


def template(round, unit):
    file = io.BytesIO()
    write_workbook(round=round, unit=unit, file=file)
    return file


def edited(round, unit, edit):
    """The template after `edit` was at its sheets."""
    book, file = load_workbook(template(round, unit)), io.BytesIO()
    edit(book)
    book.save(file)
    return file


def compared(round, unit, file):
    """{section: what would change} for a workbook come back."""
    reading, found = check_workbook(round=round, unit=unit, name="a.xlsx", content=file.getvalue())
    assert reading.ours
    assert not reading.undecided
    return found


def changes(found):
    """[(section, {field: (old, new)})] of all changed records; new and absent ones must not be there."""
    assert not any(each.new or each.absent for each in found.values())
    return [(name, change.fields) for name, each in found.items() for change in each.changed]


@pytest.mark.parametrize("code", ["130983001000", "130983003000", "130983000000"])
def test_nothing_changes_where_nothing_was_touched(demo, code):
    unit = Unit.objects.by_code(code)
    found = compared(demo, unit, template(demo, unit))
    inside = demo.filings.within(unit)
    assert changes(found) == []
    assert {name: each.same for name, each in found.items()} == {
        name: each.section.model.objects.filter(filing__in=inside).count()
        for name, each in found.items()
    }
    assert found["workers"].same
    assert found["profile"].same == inside.communities().count()


@needs_libreoffice
def test_nothing_changes_where_libreoffice_saved_it(demo, tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_bytes(template(demo, demo.unit).getvalue())
    again = io.BytesIO(saved_again(file, tmp_path).read_bytes())
    assert changes(compared(demo, demo.unit, again)) == []


def test_a_changed_cell_changes_that_cell_only(demo):
    unit = Unit.objects.by_code("130983001")
    file = edited(demo, unit, lambda book: book["基本情况"].__setitem__("D4", 2140))
    assert changes(compared(demo, unit, file)) == [("profile", {"households": (2139, 2140)})]


def test_an_emptied_cell_clears_that_cell_only(round_2022, filing_a, street_a):
    ProfileFactory(filing=filing_a, households=900, residents=0)
    file = edited(round_2022, street_a, lambda book: book["基本情况"].__setitem__("D3", None))
    assert changes(compared(round_2022, street_a, file)) == [
        ("profile", {"households": (900, None)})
    ]


def test_what_comes_back_is_stored(round_2022, filing_a, street_a):
    ProfileFactory(filing=filing_a, households=900)
    file = edited(round_2022, street_a, lambda book: book["基本情况"].__setitem__("D3", 901))
    upload, reading = received_upload(
        round=round_2022, unit=street_a, name="a.xlsx", content=file.getvalue()
    )
    apply_upload(upload=upload, reading=reading)
    assert Profile.objects.get().households == 901
    assert changes(compared(round_2022, street_a, template(round_2022, street_a))) == []


def test_a_masked_number_come_back_leaves_the_number(round_2022, filing_a, street_a):
    WorkerFactory(filing=filing_a, name="徐敏", phone="13912345678")
    file = edited(round_2022, street_a, lambda book: book["工作人员"].__setitem__("J4", "主任"))
    assert changes(compared(round_2022, street_a, file)) == [("workers", {"post": ("", "主任")})]


def test_a_line_added_by_drop_down_finds_its_unit(round_2022, filing_a, street_a):
    def add(book):
        sheet = book["工作人员"]
        for number, unit in ((6, "育才社区"), (7, "骅东街道")):
            sheet.cell(number, 3, unit)
            sheet.cell(number, 4, f"{unit}新人")

    file = edited(round_2022, street_a, add)
    new = compared(round_2022, street_a, file)["workers"].new
    street = round_2022.filings.get(unit=street_a)
    assert [(each.filing, each.values[0]) for each in new] == [
        (filing_a.pk, "育才社区新人"),
        (street.pk, "骅东街道新人"),
    ]


def test_a_formula_like_name_comes_back_as_it_was(round_2022, filing_a, street_a):
    WorkerFactory(
        filing=filing_a, name="=1+1", post="@x", phone="001", born="2004-08", since="2004"
    )
    PremisesFactory(filing=filing_a, name="－1", area="0.01", rent="9999999.99")
    assert changes(compared(round_2022, street_a, template(round_2022, street_a))) == []
    assert Worker.objects.get().name == "=1+1"


def test_namesakes_are_told_apart(round_2022, filing_a, street_a):
    for born in ("1960-01", "1960-02", ""):
        WorkerFactory(filing=filing_a, name="李强", born=born)
    assert changes(compared(round_2022, street_a, template(round_2022, street_a))) == []


def test_closed_filings_do_not_stop_the_others(round_2022, filing_a, street_a):
    ProfileFactory(filing=filing_a, households=900)
    stand(filing_a, Status.APPROVED)
    assert changes(compared(round_2022, street_a, template(round_2022, street_a))) == []
