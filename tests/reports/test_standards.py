"""The shapes of rule the bureau has, each from the rule book: just below, at, above, no data, not applicable."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from reports.engine.compliance import binding_standards, judge_filings
from reports.engine.tallies import judge_area, refresh_roll_ups
from reports.models import Measures, Standard
from surveys.models import Filing
from tests.reports.book import book, rule
from tests.rounds import filing_of_last_year


def measured(filing, **values):
    """The wide row of a filing, as if counted from its records."""
    copied = {
        name: getattr(filing, name)
        for name in ("round", "parent", "level", "kind", "governance", "path")
    }
    return Measures.objects.update_or_create(filing=filing, defaults=copied | values)[0]


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)


@pytest.fixture
def judged(round_2022, root, filing_a):
    """`judged(code, households=5)`: verdict and gap of a rule of the book on one community with these measures."""

    def judged(code, **values):
        facts = {name: values.pop(name) for name in ("kind", "governance") if name in values}
        Filing.objects.filter(pk=filing_a.pk).update(**facts)
        filing_a.refresh_from_db()
        measured(filing_a, **values)
        rule(code)
        found = judge_filings([filing_a], binding_standards(round_2022, root))[filing_a.pk][code]
        return found.verdict.value, found.gap if found.gap is None else round(found.gap, 6)

    return judged


MET, UNKNOWN, OUT = ("met", 0), ("unknown", None), ("not_applicable", None)


def unmet(gap):
    return "unmet", gap


FOUR = {
    "party_branches": 1,
    "branch_stage": 4,
    "residents_committee_stage": 4,
    "service_centre_stage": 4,
}
EQUIPMENT = dict.fromkeys(
    ("phones", "televisions", "cabinets", "desks", "computers", "wall_rules"), 1
)
PLACES = dict.fromkeys(
    (
        *("police_room_stage", "library_stage", "labour_station_stage", "low_income_station_stage"),
        *("health_station_stage", "culture_station_stage", "outdoor_ground_stage"),
    ),
    4,
)
CASES = {
    "minimum": ("premises_area_300_huanghua", [
        ({"office_area": 299.99}, unmet(0.01)),
        ({"office_area": 300}, MET),
        ({"office_area": 301}, MET),
        ({}, UNKNOWN),
        ({"office_area": 300, "kind": "village"}, OUT),
    ]),
    "range": ("committee_households_law_1990", [
        ({"households": 99}, unmet(1)),
        ({"households": 100}, MET),
        ({"households": 700}, MET),
        ({"households": 701}, unmet(1)),
        ({}, UNKNOWN),
        ({"households": 701, "kind": "village"}, OUT),
    ]),
    "about": ("community_households_3000", [
        ({"households": 2699, "governance": "big_community"}, unmet(1)),
        ({"households": 2700, "governance": "big_community"}, MET),
        ({"households": 3300, "governance": "big_community"}, MET),
        ({"households": 3301, "governance": "big_community"}, unmet(1)),
        ({"governance": "big_community"}, UNKNOWN),
        ({"households": 3000}, OUT),
    ]),
    "per_head": ("funding_per_resident_10", [
        ({"funding_received": 9999, "residents": 1000}, unmet(1)),
        ({"funding_received": 10000, "residents": 1000}, MET),
        ({"funding_received": 10001, "residents": 1000}, MET),
        ({"funding_received": 10001}, UNKNOWN),
        ({"funding_received": 1, "residents": 1, "kind": "village"}, OUT),
    ]),
    "formula": ("funding_10_per_resident_50_per_member", [
        ({"funding_received": 12499.99, "residents": 1000, "party_members": 50}, unmet(0.01)),
        ({"funding_received": 12500, "residents": 1000, "party_members": 50}, MET),
        ({"funding_received": 20000, "residents": 1000, "party_members": 50}, MET),
        ({"funding_received": 20000, "residents": 1000}, UNKNOWN),
        ({"funding_received": 0, "residents": 1, "party_members": 1, "kind": "village"}, OUT),
    ]),
    "floor_and_formula": ("set_up_premises_henan", [
        ({"office_area": 299, "households": 500}, unmet(1)),
        ({"office_area": 300, "households": 1000}, MET),
        ({"office_area": 300, "households": 1010}, unmet(3)),
        ({"office_area": 303, "households": 1010}, MET),
        ({"office_area": 300}, UNKNOWN),
        ({"office_area": 1, "households": 1, "kind": "village"}, OUT),
    ]),
    "clamp": ("premises_clamp_300_700", [
        ({"office_area": 299, "households": 100}, unmet(1)),
        ({"office_area": 449.7, "households": 1500}, unmet(0.3)),
        ({"office_area": 450, "households": 1500}, MET),
        ({"office_area": 700, "households": 5000}, MET),
        ({"office_area": 699, "households": 5000}, unmet(1)),
        ({"households": 5000}, UNKNOWN),
        ({"office_area": 1, "households": 1, "kind": "village"}, OUT),
    ]),
    "step_table": ("premises_station_400_yunnan", [
        ({"service_centre_area": 399, "households": 5000, "residents": 12000}, unmet(1)),
        ({"service_centre_area": 400, "households": 5000, "residents": 12000}, MET),
        ({"service_centre_area": 499, "households": 5001, "residents": 12000}, unmet(1)),
        ({"service_centre_area": 500, "households": 10, "residents": 12001}, MET),
        ({"service_centre_area": 500, "households": 5001}, MET),
        ({"service_centre_area": 500, "households": 5000}, UNKNOWN),
        ({"service_centre_area": 1, "households": 1, "residents": 1, "kind": "village"}, OUT),
    ]),
    "base_plus_increments": ("premises_piecewise_500hh", [
        ({"office_area": 99, "households": 500}, unmet(1)),
        ({"office_area": 100, "households": 500}, MET),
        ({"office_area": 109, "households": 501}, unmet(1)),
        ({"office_area": 110, "households": 600}, MET),
        ({"office_area": 119, "households": 601}, unmet(1)),
        ({"office_area": 110}, UNKNOWN),
        ({"office_area": 1, "households": 1, "kind": "village"}, OUT),
    ]),
    "by_kind": ("graduate_one_per_community", [
        ({"staff_college": 0}, unmet(1)),
        ({"staff_college": 1, "kind": "village"}, MET),
        ({"staff_college": 2}, MET),
        ({}, UNKNOWN),
        ({"staff_college": 0, "kind": "other"}, OUT),
    ]),
    "checklist": ("equip_six_ones", [
        (EQUIPMENT | {"phones": 0}, unmet(1)),
        (EQUIPMENT | {"phones": 0, "computers": 0}, unmet(2)),
        (EQUIPMENT, MET),
        (EQUIPMENT | {"phones": 9}, MET),
        (EQUIPMENT | {"phones": None}, UNKNOWN),
        (EQUIPMENT | {"kind": "village"}, OUT),
    ]),
    "checklist_of_bodies": ("org_3plus1", [
        (FOUR | {"police_room_stage": 2}, unmet(1)),
        (FOUR | {"police_room_stage": 4}, MET),
        (FOUR | {"police_room_stage": 4, "party_branches": 0, "branch_stage": None}, unmet(1)),
        (FOUR, UNKNOWN),
        (FOUR | {"kind": "village"}, OUT),
    ]),
    "checklist_with_unknown_items": ("facility_1_3_3_1", [
        (PLACES | {"premises": 1}, UNKNOWN),
        (PLACES | {"premises": 0}, unmet(1)),
        ({}, UNKNOWN),
    ]),
    "checklist_of_which_some_are_not_named": ("police_eight_unified", [({}, UNKNOWN)]),
    "post_list": ("general_branch_posts", [
        ({"party_general_branches": 1, "general_branch_deputies": 2, "general_branch_ordinary": 1}, unmet(1)),
        ({"party_general_branches": 1, "general_branch_deputies": 2, "general_branch_ordinary": 2}, MET),
        ({"party_general_branches": 1, "general_branch_deputies": 2, "general_branch_ordinary": 3}, unmet(1)),
        ({"party_general_branches": 1, "general_branch_deputies": 2}, UNKNOWN),
        ({"party_general_branches": 0}, OUT),
    ]),
    "one_to_one": ("branch_one_per_community", [
        ({"party_branches": 0, "serving_branches": 1}, unmet(1)),
        ({"party_branches": 1}, MET),
        ({"party_branches": 2}, MET),
        ({}, UNKNOWN),
        ({"party_branches": 0, "kind": "village"}, OUT),
    ]),
    "arrived_against_budgeted": ("funding_budget_20000", [
        ({"funding_budgeted": 20000, "funding_received": 19999}, unmet(1)),
        ({"funding_received": 20000}, MET),
        ({"funding_received": 20001}, MET),
        ({"funding_budgeted": 20000}, UNKNOWN),
        ({"funding_received": 0, "kind": "village"}, OUT),
    ]),
    "age_of_an_event": ("committee_term_law_2018", [
        ({"committee_term_years": 4.99}, MET),
        ({"committee_term_years": 5}, MET),
        ({"committee_term_years": 5.25}, unmet(0.25)),
        ({}, UNKNOWN),
        ({"committee_term_years": 9, "kind": "village"}, OUT),
    ]),
    "count_in_a_period": ("party_theme_day_monthly", [
        ({"party_branches": 1, "branch_theme_days_min": 11}, unmet(1)),
        ({"party_branches": 1, "branch_theme_days_min": 12}, MET),
        ({"party_branches": 1, "branch_theme_days_min": 13}, MET),
        ({"party_branches": 1}, UNKNOWN),
        ({"party_branches": 0}, OUT),
    ]),
    "cap": ("plates_three", [
        ({"plates": 2}, MET),
        ({"plates": 3}, MET),
        ({"plates": 4}, unmet(1)),
        ({}, UNKNOWN),
    ]),
    "observed_only": ("sub_committees_law_1990", [
        ({"mediation_committee_stage": 4, "security_committee_stage": 4, "hygiene_committee_stage": 0}, OUT),
        ({}, OUT),
    ]),
    "condition_on_another_measure": ("branch_max_members_50", [
        ({"party_branches": 1, "branch_members_max": 49}, MET),
        ({"party_branches": 1, "branch_members_max": 50}, MET),
        ({"party_branches": 1, "branch_members_max": 51}, unmet(1)),
        ({"party_branches": 1}, UNKNOWN),
        ({}, UNKNOWN),
        ({"party_branches": 0}, OUT),
    ]),
    "worst_of_several": ("grid_households_200_300", [
        ({"grid_households_min": 199, "grid_households_max": 300}, unmet(1)),
        ({"grid_households_min": 200, "grid_households_max": 300}, MET),
        ({"grid_households_min": 150, "grid_households_max": 301}, unmet(1)),
        ({}, UNKNOWN),
    ]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "values", "expected"),
    [
        pytest.param(code, values, expected, id=f"{shape}-{at}")
        for shape, (code, cases) in CASES.items()
        for at, (values, expected) in enumerate(cases)
    ],
)
def test_rule_of_each_shape(judged, code, values, expected):
    assert judged(code, **values) == expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(20000, 19999, unmet(1)), (20000, 20000, MET), (20000, 20001, MET), (None, 20000, UNKNOWN)],
)
def test_rule_against_last_year(judged, filing_a, before, now, expected):
    measured(filing_of_last_year(filing_a), funding_budgeted=before)
    assert judged("funding_yearly_growth", funding_budgeted=now) == expected


@pytest.mark.parametrize(
    ("organisations", "verdict", "gap"),
    [
        ([10, 10, 9], "unmet", 1 / 3),
        ([10, 10, 10], "met", 0),
        ([0, 0, 31], "met", 0),
        ([10, 10, None], "unknown", None),
    ],
)
def test_rule_on_the_average_of_a_city(round_2022, root, organisations, verdict, gap):
    rule("social_orgs_10")
    for filing, number in zip(Filing.objects.communities(), organisations, strict=True):
        measured(filing, social_organisations=number, communities=1)
    refresh_roll_ups(root)
    found = judge_area(root, binding_standards(round_2022, root))["social_orgs_10"]
    assert found.verdict == verdict
    assert found.gap == (None if gap is None else pytest.approx(gap))


@pytest.mark.parametrize(
    ("day", "households", "verdict"),
    [
        (date(2025, 12, 31), 1484, "unmet"),
        (date(2026, 1, 1), 1484, "met"),
        (date(2026, 1, 1), 700, "unmet"),
    ],
)
def test_size_of_a_community_judged_by_the_law_of_the_day(
    round_2022, root, filing_a, day, households, verdict
):
    rule(
        "committee_households_law_1990",
        effective_from=date(1990, 1, 1),
        effective_to=date(2025, 12, 31),
    )
    rule("committee_households_law_2026", effective_from=date(2026, 1, 1))
    round_2022.reference_date = day
    measured(filing_a, households=households)
    (found,) = judge_filings([filing_a], binding_standards(round_2022, root))[filing_a.pk].values()
    assert found.verdict == verdict


def test_rule_of_an_unknown_place_binds_nobody(round_2022, root):
    rule("premises_clamp_300_700", region_known=False, region_name="某区")
    assert binding_standards(round_2022, root) == []


def test_rule_nobody_can_measure_is_not_judged(round_2022, root):
    rule("funding_follows_task")
    assert binding_standards(round_2022, root) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2021, 12, 26), "未生效"),
        (date(2025, 12, 31), "现行"),
        (date(2026, 1, 1), "已到期，暂无后续标准"),
    ],
)
def test_state_of_an_expired_plan(day, words):
    plan = rule(
        "premises_per_100hh_30_14fyp",
        effective_from=date(2021, 12, 27),
        effective_to=date(2025, 12, 31),
    )
    assert plan.state(day) == words


@pytest.mark.django_db
def test_state_of_a_law_with_successor():
    old = rule(
        "committee_households_law_1990",
        effective_to=date(2025, 12, 31),
        successor="committee_households_law_2026",
    )
    assert old.state(date(2026, 1, 1)) == "已到期，暂无后续标准"
    rule("committee_households_law_2026")
    assert (
        Standard.objects.with_successor().get(pk=old.pk).state(date(2026, 1, 1))
        == "已到期，已有后续标准"
    )


@pytest.mark.django_db
def test_later_version_of_the_same_code_succeeds():
    old = rule("plates_three", effective_to=date(2022, 12, 31))
    rule("plates_three", effective_from=date(2023, 1, 1), upper="2")
    assert old.state(date(2023, 1, 1)) == "已到期，已有后续标准"
    assert [s.upper for s in Standard.objects.in_force(date(2023, 6, 1))] == ["2"]
    assert list(Standard.objects.expired(date(2023, 6, 1))) == [old]


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("actual", "household", "没有叫“household”的指标，是不是“households（总户数）”？"),
        ("lower", "300 +", "公式没有写完，请看末尾缺什么。"),
        ("applies_when", "households", "“households”是一个数，这里要写条件，如“households > 0”。"),
    ],
)
def test_wrong_formula_refused_when_saved(field, text, sentence):
    with pytest.raises(ValidationError) as error:
        Standard(**{field: text}).clean()
    assert error.value.message_dict == {field: [sentence]}


@pytest.mark.django_db
def test_same_version_twice_refused_with_a_sentence():
    again = rule("plates_three")
    again.pk = None
    with pytest.raises(ValidationError, match="这条标准已有一个未写生效日期的版本。"):
        again.full_clean()


def test_every_rule_is_judged_or_says_why_not():
    parts = {row["所属标准代码"] for row in book().values()}
    silent = [
        code
        for code, row in book().items()
        if not (row["实际值公式"] or row["不自动评价的原因"] or code in parts)
    ]
    assert silent == []
    assert len(book()) == 193


def test_words_of_a_formula_for_the_rule_book_page():
    standard = Standard(actual="office_area", lower="max(300, 0.3 * households)")
    assert standard.words("lower") == "取最大（300，0.3 × 总户数）"
    assert standard.words("upper") == ""
