"""A bureau's own questions over its rounds, and side by side: units, models of governance."""

import pytest
from django.urls import reverse

from surveys.export import Partial
from surveys.models import ExtraRecord, Filing


@pytest.fixture
def county_filing(round_2022, county):
    return round_2022.filings.get(unit=county)


@pytest.fixture
def lifts(asked, answer):
    """Asked in 2022, answered by one community of three."""
    extra = asked("加装电梯数", unit="部")
    answer({extra: "4"})
    return extra


@pytest.fixture
def rows(bureau):
    """`rows("trend", filing, values="q_1")`: {first cell of a row: the others} of the page's table."""

    def read(page, filing, **query):
        table = bureau.get(reverse(f"reports:{page}", args=[filing.pk]), query).context["table"]
        return {row.cells[0].strip(): row for row in table.rows}

    return read


def test_trend_of_an_item_says_which_rounds_did_not_ask_it(
    rows, lifts, round_2023, county_filing, county
):
    later = round_2023.filings.get(unit=county)
    row = rows("trend", later, values=lifts.code)["加装电梯数"]
    assert row.cells == ["加装电梯数", "部", Partial(4, 2), "未问"]
    assert row.links == ["", reverse("reports:measure", args=[county_filing.pk, lifts.code]), ""]


def test_trend_of_an_item_asked_again_is_one_line(
    rows, bureau, lifts, round_2023, filing_a, county
):
    bureau.post(reverse("surveys:ask_extras_again", args=[round_2023.pk]), {"pick": [lifts.pk]})
    found = rows("trend", round_2023.filings.get(unit=county), values=lifts.code)
    assert found["加装电梯数"].cells[2:] == [Partial(4, 2), Partial(4, 2)]
    assert rows("trend", filing_a, values=lifts.code)["加装电梯数"].cells[2:] == [4, 4]


def test_trend_offers_what_any_of_its_rounds_asked(bureau, lifts, round_2023, county):
    page = bureau.get(reverse("reports:trend", args=[round_2023.filings.get(unit=county).pk]))
    assert dict(page.context["measures"])["本期补充"] == [(lifts.code, "加装电梯数", "部", False)]


def test_units_are_compared_by_the_rounds_own_items(
    rows, asked, answer, lifts, county_filing, filing_a
):
    sheds = asked("充电棚", kind="yes_no")
    answer({sheds: "是"})
    streets = [filing_a.parent_id, round_street(county_filing, "骅中街道").pk]
    found = rows("units", county_filing, units=[*streets, filing_a.pk])
    assert found["加装电梯数"].cells[1:] == ["部", Partial(4, 1), Partial(None, 1), 4]
    assert found["充电棚"].cells[1:] == ["个", Partial(1, 1), Partial(None, 1), "是"]
    assert found["加装电梯数"].links[1] == reverse("reports:measure", args=[streets[0], lifts.code])


def round_street(filing, name):
    return Filing.objects.get(round=filing.round_id, name=name)


def test_models_are_compared_by_the_rounds_own_items(
    rows, asked, answer, lifts, county_filing, filing_a, filing_b
):
    sheds = asked("充电棚", kind="yes_no")
    answer({sheds: "是"})
    ExtraRecord.objects.create(filing=filing_b, count_1=10, flag_2=False)
    Filing.objects.filter(pk=filing_a.pk).update(governance="traditional")
    Filing.objects.filter(pk=filing_b.pk).update(governance="big_community")
    asked("物业", kind="text")  # counts the round anew, with the models written meanwhile
    found = rows("models", county_filing, match="none")
    assert (found["加装电梯数"].cells[2:], found["充电棚"].cells[1:]) == ([4, 10], ["%", 1, 0])
