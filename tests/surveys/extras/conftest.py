from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from surveys.actions import apply_upload, open_round, receive_upload
from surveys.actions.extras import ask
from surveys.extras import LABEL
from surveys.models import Extra, Round
from surveys.workbook import write_workbook
from tests.factories import moment


def client_of(user):
    made = Client()
    made.force_login(user)
    return made


@pytest.fixture
def bureau(district_reviewer):
    """The county's reviewer at the browser."""
    return client_of(district_reviewer)


@pytest.fixture
def asked(round_2022, district_reviewer):
    """`asked("电梯数", unit="部")`: one more item of the 2022 round, a whole number unless said otherwise."""

    def one(label, kind="count", round=round_2022, **more):
        extra = Extra(label=label, kind=kind, **more)
        ask(round=round, extra=extra, by=district_reviewer)
        return extra

    return one


@pytest.fixture
def answer(clerk_a, filing_a):
    """`answer({extra: "12"})`: what the clerk's page sends for the first community; the answer as data."""
    client = client_of(clerk_a)

    def sent(answers, filing=filing_a):
        filing.refresh_from_db()
        cells = {f"one.{extra.column}": text for extra, text in answers.items()}
        form = {"version": filing.version, "key": uuid4(), "was": "{}", **cells}
        address = reverse("surveys:section", args=[filing.pk, "extras"])
        return client.post(address, form, headers={"accept": "application/json"}).json()

    return sent


@pytest.fixture
def round_2023(round_2022, county):
    """The year after, with nothing of its own asked."""
    return open_round(unit=county, period="2023", due_at=moment(2023, 12, 31, 18))


def answered_by_book(round, unit, answers):
    """The workbook of a unit come back with {label: what stands in the first community's line}, applied."""
    upload, reading = received(round, unit, answers)
    apply_upload(upload=upload, reading=reading)
    return upload


def received(round, unit, answers):
    """The same before it is applied: (upload, reading)."""
    round, file = Round.objects.select_related("unit").get(pk=round.pk), BytesIO()
    write_workbook(round=round, unit=unit, file=file)
    book = load_workbook(file)
    columns = {cell.value: cell.column for cell in book[LABEL][1]}
    for label, text in answers.items():
        book[LABEL].cell(3, columns[label], text)
    file = BytesIO()
    book.save(file)
    return receive_upload(round=round, unit=unit, name="a.xlsx", content=file.getvalue())
