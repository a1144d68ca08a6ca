"""Standards written, corrected, followed by new versions and ended by the reviewers of their area; each with its line."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from reports.engine.compliance import binding_standards, judge_filings
from reports.engine.saving import follow_save
from reports.engine.tallies import refresh_roll_ups
from reports.models import Stale, Standard, Tally
from reports.rulebook import actions
from tests.factories import PremisesFactory, StandardFactory, UnitCostFactory, stand
from tests.reports.rulebook.conftest import OWN
from tests.rounds import open_year

PLACES = {
    "national": "",
    "province": "13",
    "city": "1309",
    "county": "130983",
    "street_a": "130983001",
}


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize(
    ("who", "keeps"),
    [
        ("district_reviewer", {"county", "street_a"}),
        ("city_reviewer", {"city", "county", "street_a"}),
        ("clerk_a", set()),
        ("viewer", set()),
        ("admin", set()),
    ],
)
def test_standards_are_kept_by_the_reviewers_around_them(who, keeps, units, request):
    for place, code in PLACES.items():
        StandardFactory(code=place, region_code=code and code.ljust(12, "0"))
    StandardFactory(code="somewhere", region_code="130983000000", region_known=False)
    user = request.getfixturevalue(who)
    assert {s.code for s in Standard.objects.editable_by(user)} == keeps


@pytest.mark.parametrize("name", ["edit", "version", "parts", "costs", "retire"])
def test_national_standard_is_for_reading_only(name, as_user, district_reviewer, units):
    national = StandardFactory(name="国家标准")
    answer = as_user(district_reviewer).get(reverse(f"rulebook:{name}", args=[national.pk]))
    assert answer.status_code == 403
    assert "“国家标准”不是本地区制定的标准，这里只能查看" in text(answer)


def test_standard_of_another_area_is_for_reading_only(send, units, form):
    other = StandardFactory(region_code="130900000000", region_name="沧州市")
    answer = send("edit", other.pk, form())
    assert answer.status_code == 403
    assert "由那里的审核人员维护，您只能查看。" in text(answer)


def test_new_standard_is_written_with_its_line(send, form, units):
    answer = send("new", form())
    made = Standard.objects.get()
    assert answer.url == reverse("reports:standard", args=["r130983-1"]) + f"?version={made.pk}"
    assert (made.code, made.region_code, made.region_name) == (
        "r130983-1",
        "130983000000",
        "黄骅市",
    )
    line = AuditEntry.objects.get(verb="新增标准")
    assert (line.what, line.target) == ("办公用房（2020-01-01 至 今）", f"standard:{made.pk}")
    assert line.changes["下限公式"] == ["", "300"]


def test_new_standard_outside_the_area_is_refused(send, form, units):
    answer = send("new", form(region="130900000000"))
    assert (answer.status_code, Standard.objects.count()) == (422, 0)


def test_what_was_typed_stays_where_a_formula_is_wrong(send, form, units):
    answer = send("new", form(lower="300 平米", note="特意写的"))
    assert (answer.status_code, Standard.objects.count()) == (422, 0)
    assert "第 5 个字“平”附近不成算式" in text(answer)
    assert "特意写的" in text(answer)


def test_limit_without_a_value_is_refused(send, form, units):
    assert "写了上限或下限，就要写实际值怎么算。" in text(send("new", form(actual="")))


def test_correction_is_kept_old_to_new(send, form, office):
    send("edit", office.pk, form(statement="办公用房不少于300平方米"))
    office.refresh_from_db()
    assert (office.statement, office.revision) == ("办公用房不少于300平方米", 1)
    line = AuditEntry.objects.get(verb="更正标准")
    assert line.changes == {"要求": ["不少于300平方米", "办公用房不少于300平方米"]}


def test_old_rule_without_a_first_day_may_be_corrected(send, form, office):
    Standard.objects.filter(pk=office.pk).update(effective_from=None)
    send("edit", office.pk, form(effective_from="", note="起始日期不详"))
    office.refresh_from_db()
    assert (office.effective_from, office.note) == (None, "起始日期不详")


def test_correction_of_what_changed_meanwhile_is_refused(send, form, office):
    Standard.objects.filter(pk=office.pk).update(revision=3, statement="别人改的")
    answer = send("edit", office.pk, form(statement="我改的"))
    assert answer.status_code == 422
    assert "这条标准刚被别人改过，您的修改没有保存。" in text(answer)
    office.refresh_from_db()
    assert office.statement == "别人改的"


def test_correction_marks_the_rounds_it_judges_and_no_others(send, form, office, measured, county):
    later = open_year(county, 2019)
    for round in (measured, later):
        refresh_roll_ups(round.filings.get(parent=None))
    Stale.objects.all().delete()
    send("edit", office.pk, form(lower="200"))
    assert {*Stale.objects.values_list("filing__round", flat=True)} == {measured.pk}


def test_formula_stands_once_a_round_was_approved_by_it(send, form, office, measured, filing_a):
    stand(filing_a, "approved")
    send("edit", office.pk, form(lower="200", note="更正口径说明"))
    office.refresh_from_db()
    assert (office.lower, office.note) == ("300", "更正口径说明")


def test_wording_of_a_rule_under_another_name_of_its_region_may_be_corrected(
    send, form, office, measured, filing_a
):
    Standard.objects.filter(pk=office.pk).update(region_name="河北黄骅")
    stand(filing_a, "approved")
    send("edit", office.pk, form(note="更正"))
    office.refresh_from_db()
    assert (office.region_name, office.note) == ("河北黄骅", "更正")


def test_action_refuses_other_formulas_once_approved(office, measured, filing_a, district_reviewer):
    stand(filing_a, "approved")
    office.lower = "200"
    with pytest.raises(ValidationError, match="已有审定的结果，下限公式不能再改；要改请出新版本。"):
        actions.correct_standard(by=district_reviewer, standard=office, seen=0)


def test_new_version_judges_the_new_round_and_not_the_old(
    send, form, office, measured, county, filing_a
):
    stand(filing_a, "approved")
    send("version", office.pk, form(lower="200", effective_from="2023-01-01"))
    new = open_year(county, 2023)
    filing = new.filings.get(unit=filing_a.unit)
    filing.premises_set.all().delete()
    PremisesFactory(filing=filing, area=250)
    verdicts = {}
    for round, each in ((measured, filing_a), (new, filing)):
        root = round.filings.get(parent=None)
        follow_save(round, round.filings.values("pk"))
        verdicts[round.period] = judge_filings([each], binding_standards(round, root))[each.pk][
            "office"
        ].verdict.value
    assert verdicts == {"2022": "unmet", "2023": "met"}


def test_old_version_ends_the_day_before_with_both_lines(send, form, office):
    send("version", office.pk, form(lower="200", effective_from="2023-01-01"))
    periods = [
        (s.effective_from, s.effective_to) for s in Standard.objects.order_by("effective_from")
    ]
    assert periods == [(date(2020, 1, 1), date(2022, 12, 31)), (date(2023, 1, 1), None)]
    assert [*AuditEntry.objects.values_list("verb", flat=True)] == ["新版本", "标准失效"]
    assert AuditEntry.objects.get(verb="新版本").changes == {
        "生效日期": ["2020-01-01", "2023-01-01"],
        "下限公式": ["300", "200"],
    }


def test_new_version_takes_parts_and_costs_along(send, form, office, units):
    whole = StandardFactory(
        code="whole", actual="", lower="", effective_from=date(2020, 1, 1), **OWN
    )
    Standard.objects.filter(pk=office.pk).update(parent=whole)
    UnitCostFactory(standard=office)
    send("version", whole.pk, form(actual="", lower="", effective_from="2023-01-01"))
    part = Standard.objects.get(code="office", effective_from=date(2023, 1, 1))
    assert (part.parent.code, part.parent.effective_from, part.costs.get().cost) == (
        "whole",
        date(2023, 1, 1),
        1500,
    )
    office.refresh_from_db()
    assert (office.effective_to, office.parent_id) == (date(2022, 12, 31), whole.pk)


@pytest.mark.parametrize(
    ("since", "sentence"),
    [
        ("2019-01-01", "新版本要在旧版本生效（2020-01-01）之后生效。"),
        ("", "请填生效日期：从哪一天起按它评价。"),
        ("2022-06-01", "已按这一版审定，失效日期不能早于这一天。"),
    ],
)
def test_new_version_from_a_wrong_day_is_refused(
    since, sentence, send, form, office, measured, filing_a
):
    stand(filing_a, "approved")
    answer = send("version", office.pk, form(effective_from=since))
    assert (answer.status_code, Standard.objects.count()) == (422, 1)
    assert sentence in text(answer)


def test_overlapping_versions_are_refused_with_a_sentence(office):
    again = StandardFactory.build(
        code="office", effective_from=date(2021, 1, 1), effective_to=date(2021, 12, 31)
    )
    with pytest.raises(
        ValidationError, match="与2020-01-01 至 今的版本重叠；同一天只能有一个版本有效"
    ):
        again.full_clean()


def test_retired_standard_ends_with_its_parts(send, office):
    part = StandardFactory(code="part", parent=office, **OWN)
    send("retire", office.pk, {"last_day": "2024-12-31", "seen": 0})
    assert {s.effective_to for s in Standard.objects.filter(pk__in=[office.pk, part.pk])} == {
        date(2024, 12, 31)
    }
    assert AuditEntry.objects.get().changes == {"失效日期": ["", "2024-12-31"]}


def test_standard_does_not_end_before_an_approved_round(send, office, measured, filing_a):
    stand(filing_a, "approved")
    answer = send("retire", office.pk, {"last_day": "2022-06-30", "seen": 0})
    assert answer.status_code == 200
    assert "已按这一版审定，失效日期不能早于这一天。" in text(answer)


def test_what_judged_something_is_never_deleted(send, office, measured):
    send("delete", office.pk, {})
    assert Standard.objects.filter(pk=office.pk).exists()


def test_what_never_judged_may_be_deleted(send, office):
    send("delete", office.pk, {})
    assert (Standard.objects.count(), AuditEntry.objects.get().verb) == (0, "删除标准")


def test_costs_of_regions_are_kept_old_to_new(send, office):
    UnitCostFactory(standard=office, cost=1000)
    rows = {
        "form-TOTAL_FORMS": 2,
        "form-INITIAL_FORMS": 1,
        "form-0-region": "130983000000",
        "form-0-cost": "1500",
    }
    send(
        "costs",
        office.pk,
        rows | {"form-1-region": "130983001000", "form-1-cost": "1800", "form-1-source": "造价站"},
    )
    assert {(c.region_code, c.cost) for c in office.costs.all()} == {
        ("130983000000", 1500),
        ("130983001000", 1800),
    }
    changes = AuditEntry.objects.get(verb="改地区费用").changes
    assert changes["130983001000 费用"] == ["", "1800 元 造价站"]


def test_two_rows_for_a_region_are_refused(send, office):
    rows = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 0}
    rows |= {
        f"form-{at}-{name}": value
        for at in (0, 1)
        for name, value in (("region", "130983000000"), ("cost", 5))
    }
    assert "同一个地区只填一行。" in text(send("costs", office.pk, rows))


def test_tallies_of_the_approved_round_stay(send, form, office, measured, filing_a):
    stand(filing_a, "approved")
    root = measured.filings.get(parent=None)
    refresh_roll_ups(root)
    before = Tally.objects.get(filing=root, direct=False, approved=False).met
    send("version", office.pk, form(lower="200", effective_from="2023-01-01"))
    refresh_roll_ups(root)
    assert Tally.objects.get(filing=root, direct=False, approved=False).met == before == 1


def test_page_shows_versions_side_by_side_and_who_changed_what(
    send, form, office, as_user, viewer, measured
):
    send("version", office.pk, form(lower="200", effective_from="2023-01-01"))
    here = {"filing": measured.filings.get(parent=None).pk}
    page = as_user(viewer).get(reverse("reports:standard", args=["office"]), here)
    assert ("下限公式", [("300", False), ("200", True)]) in page.context["comparison"]
    assert [entry.name for entry in page.context["trail"]] == ["黄骅审核员", "黄骅审核员"]
    assert (page.context["tally"].met, page.context["tally"].unmet) == (1, 1)
