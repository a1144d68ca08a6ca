"""The cast itself, and what the settings promise."""

from surveys.models import Filing


def test_round_2022_freezes_the_tree(round_2022, community_a, street_a, county):
    filing = Filing.objects.get(round=round_2022, unit=community_a)
    assert filing.parent.unit == street_a
    assert (filing.street, filing.district, filing.path) == (street_a, county, community_a.path)


def test_clerk_edits_own_street_only(round_2022, clerk_a, filing_a, filing_b):
    editable = Filing.objects.editable_by(clerk_a)
    assert (filing_a in editable, filing_b in editable) == (True, False)


def test_administrator_without_assignment_sees_no_filing(round_2022, admin):
    assert not Filing.objects.visible_to(admin).exists()
