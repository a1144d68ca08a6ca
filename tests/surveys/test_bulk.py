from decimal import Decimal

import pytest

from residents.models import Grid
from surveys.bulk import covered_records, insert_records, replace_covers, update_records
from surveys.sections import section_named
from tests.factories import GridFactory, PartyOrganisationFactory, PremisesFactory

WILD = ["a\tb", "a\nb", "a\\nb", "\\N", '引"号', "100%s", "'", "𠮷野", "=1+1", ""]


def test_insert_keeps_every_character(filing_a):
    rows = [(filing_a.pk, f"{n}", text) for n, text in enumerate(WILD)]
    ids = insert_records(section_named("grids"), ["name", "code"], rows)
    assert [Grid.objects.get(pk=pk).code for pk in ids] == WILD


def test_inserted_ids_are_not_used_again(filing_a):
    (pk,) = insert_records(section_named("grids"), ["name"], [(filing_a.pk, "一")])
    Grid.objects.all().delete()
    assert GridFactory(filing=filing_a).pk > pk


@pytest.mark.parametrize("many", [3, 300])
def test_update_keeps_every_character_and_type(filing_a, many):
    rows = [PremisesFactory(filing=filing_a, name=f"{n}") for n in range(many)]
    values = [
        (WILD[n % len(WILD)], Decimal("0.10") if n % 2 else None, row.pk)
        for n, row in enumerate(rows)
    ]
    update_records(section_named("premises"), ["note", "area"], values)
    stored = filing_a.premises_set.order_by("pk").values_list("note", "area", "pk")
    assert list(stored) == values


def test_update_twice_in_one_transaction(filing_a):
    rows = [GridFactory(filing=filing_a) for _ in range(300)]
    for households in (1, 2):
        update_records(
            section_named("grids"), ["households"], [(households, row.pk) for row in rows]
        )
    assert set(Grid.objects.values_list("households", flat=True)) == {2}


def test_replace_covers_takes_away_and_adds(filing_a, filing_b):
    section = section_named("party")
    first, second = (PartyOrganisationFactory(filing=filing_a, name=name) for name in "甲乙")
    first.covers.add(filing_a)
    replace_covers(section, {first.pk: [filing_b.pk], second.pk: [filing_a.pk, filing_b.pk]})
    found = covered_records(section, [first.pk, second.pk])
    assert found == {first.pk: {filing_b.pk}, second.pk: {filing_a.pk, filing_b.pk}}
