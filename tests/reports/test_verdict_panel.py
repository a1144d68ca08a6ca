"""The verdicts beside a form: those the section's answers decide stand first."""

import pytest
from django.urls import reverse

from tests.factories import ProfileFactory, StandardFactory


@pytest.fixture
def panel(as_user, clerk_a, filing_a):
    """`panel(section="premises")`: what the panel says, up to the fold and after it."""
    ProfileFactory(filing=filing_a, households=90)
    whole = StandardFactory(code="whole", name="两项都要", actual="", lower="")
    StandardFactory(code="size", name="户数", parent=whole)
    StandardFactory(code="office", name="用房面积", parent=whole, actual="office_area", lower="300")
    StandardFactory(code="staff", name="工作人员数", actual="staff_in_community", lower="3")

    def read(status=200, **query):
        answer = as_user(clerk_a).get(reverse("reports:verdicts", args=[filing_a.pk]), query)
        assert answer.status_code == status
        return answer.content.decode().partition("<details")

    return read


def names(text):
    return [
        name for name in ("两项都要", "户数", "用房面积", "工作人员数") if f">{name}</a>" in text
    ]


@pytest.mark.parametrize(
    ("section", "near", "rest"),
    [
        ("profile", ["两项都要", "户数"], ["用房面积", "工作人员数"]),
        ("premises", ["两项都要", "用房面积"], ["户数", "工作人员数"]),
        ("grids", [], ["两项都要", "户数", "用房面积", "工作人员数"]),
    ],
)
def test_panel_of_a_section_begins_with_what_its_answers_decide(panel, section, near, rest):
    first, _, folded = panel(section=section)
    assert (names(first), names(folded)) == (near, rest)


def test_panel_without_a_section_folds_nothing_away(panel):
    first, fold, _ = panel()
    assert (len(names(first)), fold) == (4, "")


def test_panel_of_an_unknown_section_is_not_found(panel):
    panel(status=404, section="nothing")
