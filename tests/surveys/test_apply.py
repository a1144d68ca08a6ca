from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from facilities.models import Premises
from party.models import Coverage, PartyOrganisation
from residents.models import Grid, Profile
from staffing.models import Worker
from surveys.actions import apply_upload
from surveys.difference import workbook_differences
from surveys.models import Filing, Remark, Upload
from surveys.reading.result import Finding, FindingKind, Incoming
from surveys.sections import section_named
from tests.factories import (
    FilingFactory,
    GridFactory,
    ProfileFactory,
    RoundFactory,
    WorkerFactory,
    stand,
)
from tests.surveys.readings import digest, reading, upload_to


def applied(round, found, **options):
    return apply_upload(upload=upload_to(round), reading=found, **options)


def refusal(round, found, **options):
    """The sentence with which an upload is refused."""
    with pytest.raises(ValidationError) as error:
        applied(round, found, **options)
    return error.value.messages[0]


def asked(filing, kind=FindingKind.CELL, **more):
    about = {
        "sheet": "表",
        "cell": "C2",
        "section": "profile",
        "field": "households",
        "value": "约百户",
    }
    return Finding(kind, "不是数", expected="填整数", filing=filing.pk, **about | more)


def test_apply_writes_new_records_with_defaults_for_the_rest(round_2022, filing_a):
    applied(
        round_2022,
        reading(
            "premises", ["name", "area", "tenure"], (filing_a, "办公用房", Decimal("82.5"), None)
        ),
    )
    assert list(Premises.objects.values_list("name", "area", "tenure", "rent", "note")) == [
        ("办公用房", Decimal("82.50"), "", None, "")
    ]


def test_apply_changes_the_changed_cell_only(round_2022, filing_a):
    ProfileFactory(filing=filing_a, households=100, residents=300, men=150, note="核过")
    applied(round_2022, reading("profile", ["households", "men"], (filing_a, 120, 150)))
    assert list(Profile.objects.values_list("households", "residents", "men", "note")) == [
        (120, 300, 150, "核过")
    ]


def test_apply_changes_many_rows_in_bulk(round_2022, filing_a):
    names = [f"{n:03}\t网\\格" for n in range(300)]
    for name in names:
        GridFactory(filing=filing_a, name=name, households=1, phone=True)
    applied(
        round_2022,
        reading("grids", ["name", "households"], *((filing_a, name, 2) for name in names)),
    )
    assert list(Grid.objects.order_by("name").values_list("name", "households", "phone")) == [
        (name, 2, True) for name in names
    ]


def test_apply_writes_covered_communities(round_2022, filing_a, filing_b):
    found = reading(
        "party",
        ["name", "covers"],
        (filing_a, "联合党支部", (filing_b.pk,)),
        (filing_b, "党支部", ()),
    )
    applied(round_2022, found)
    pairs = sorted(Coverage.objects.values_list("organisation__name", "filing__name"))
    assert pairs == sorted(
        [("联合党支部", filing_a.name), ("联合党支部", filing_b.name), ("党支部", filing_b.name)]
    )
    applied(
        round_2022, reading("party", ["name", "covers"], (filing_a, "联合党支部", (filing_a.pk,)))
    )
    assert PartyOrganisation.objects.get(name="联合党支部").covers.get() == filing_a


def test_apply_counts_a_save_on_touched_filings_only(round_2022, filing_a, filing_b, clerk_a):
    ProfileFactory(filing=filing_b, households=5)
    upload = applied(
        round_2022, reading("profile", ["households"], (filing_a, 1), (filing_b, 5)), by=clerk_a
    )
    filing_a.refresh_from_db()
    assert (filing_a.version, filing_a.saved_at, filing_a.saved_by) == (
        1,
        upload.applied_at,
        clerk_a,
    )
    assert Filing.objects.exclude(pk=filing_a.pk).filter(version__gt=0).count() == 0


def test_apply_of_the_same_again_changes_nothing(round_2022, filing_a):
    found = reading("profile", ["households"], (filing_a, 100), findings=[asked(filing_a)])
    applied(round_2022, found)
    before, remarks = digest(), Remark.objects.count()
    upload = applied(round_2022, found)
    assert (digest(), Remark.objects.count()) == (before, remarks)
    assert upload.counts == {"profile": {"new": 0, "changed": 0, "same": 1, "absent": 0}}
    assert Filing.objects.get(pk=filing_a.pk).version == 1


def test_apply_pins_questions_to_their_cells(round_2022, filing_a, clerk_a):
    found = reading("profile", ["residents"], (filing_a, 9))
    found.findings = [
        asked(filing_a),
        asked(filing_a, FindingKind.CHECK, field="women"),
        asked(filing_a, FindingKind.NOTE),
    ]
    upload = applied(round_2022, found, by=clerk_a)
    columns = ("upload", "by", "kind", "section", "field", "value", "text")
    about = (upload.pk, clerk_a.pk, "question", "profile")
    assert list(filing_a.remarks.values_list(*columns)) == [
        (*about, "households", "约百户", "不是数；填整数"),
        (*about, "women", "约百户", "不是数；填整数"),
    ]


def test_apply_writes_the_trail_with_old_and_new_values(round_2022, filing_a, clerk_a):
    WorkerFactory(filing=filing_a, name="王芳", sex="female", phone="13800001234")
    rows = [(filing_a, "王芳", "male", "13900005678"), (filing_a, "李强", "male", "")]
    upload = applied(round_2022, reading("workers", ["name", "sex", "phone"], *rows), by=clerk_a)
    line = AuditEntry.objects.get(target=f"filing:{filing_a.pk}")
    assert (line.by, line.source, line.path, line.verb) == (
        clerk_a,
        "workbook",
        filing_a.path,
        "导入工作簿",
    )
    assert line.changes == {
        "工作人员·李强": [None, "姓名 李强，性别 男"],
        "工作人员·王芳·性别": ["女", "男"],
        "工作人员·王芳·联系电话": ["138****1234", "139****5678"],
    }
    assert AuditEntry.objects.filter(target=f"upload:{upload.pk}").count() == 1


def test_apply_tells_who_asked_inside_the_transaction(round_2022, filing_a, monkeypatch):
    told = []
    monkeypatch.setattr("surveys.actions.hooks.after_save", [lambda *each: told.append(each)])
    found = reading("profile", ["households"], (filing_a, 100))
    applied(round_2022, found)
    applied(round_2022, found)
    assert told == [(round_2022, [filing_a.pk])]


def test_apply_works_once(round_2022, filing_a):
    upload = applied(round_2022, reading("profile", ["households"], (filing_a, 100)))
    with pytest.raises(ValidationError) as error:
        apply_upload(upload=upload, reading=reading("profile", ["households"], (filing_a, 200)))
    assert error.value.messages == [
        "“调查表.xlsx”已经入库或撤销，不能再次入库。如需重来，请重新上传。"
    ]
    assert Profile.objects.get().households == 100


def test_apply_waits_for_undecided_rows_unless_they_are_left_out(round_2022, filing_a):
    found = reading("profile", ["households"], (filing_a, 100))
    found.findings = [Finding(FindingKind.ROW, "没有这个单位", sheet="表", cell="B9")]
    assert refusal(round_2022, found) == "还有 1 处待决定（表!B9），全部决定或选择略过后才能入库。"
    assert not Profile.objects.exists()
    applied(round_2022, found, leave_out_undecided=True)
    assert Profile.objects.get().households == 100


def test_apply_refuses_filings_that_were_handed_in(round_2022, filing_a):
    stand(filing_a, "approved")
    found = reading("profile", ["households"], (filing_a, 100))
    expected = (
        f"1 份填报表不能再改：{filing_a.name}（已审定）。请先退回，或从工作簿中去掉这些单位。"
    )
    assert refusal(round_2022, found) == expected
    assert Upload.objects.get().status == "checked"


def test_apply_refuses_filings_of_another_round(round_2022):
    other = FilingFactory(
        round=RoundFactory(unit=round_2022.unit, period="2023"), unit=round_2022.unit
    )
    found = reading("profile", ["households"], (other, 100))
    assert refusal(round_2022, found) == "工作簿中有不属于本填报期的单位，请重新上传。"


def test_apply_gives_way_to_a_save_meanwhile(round_2022, filing_a, monkeypatch):
    def differences_after_a_save(*args, **options):
        Filing.objects.filter(pk=filing_a.pk).update(version=7)
        return workbook_differences(*args, **options)

    monkeypatch.setattr("surveys.actions.uploads.workbook_differences", differences_after_a_save)
    found = reading("profile", ["households"], (filing_a, 100))
    assert refusal(round_2022, found) == "导入时有人保存了同一份填报表，本次没有写入。请再试一次。"
    assert not Profile.objects.exists()


def test_apply_costs_the_same_queries_for_more_rows(
    round_2022, filing_a, filing_b, django_assert_num_queries
):
    few, many = (
        [(filing, f"{n}号", "女") for filing in (filing_a, filing_b) for n in range(times)]
        for times in (1, 40)
    )
    with CaptureQueriesContext(connection) as first:
        applied(round_2022, reading("workers", ["name", "post"], *few))
    Worker.objects.all().delete()
    with django_assert_num_queries(len(first)):
        applied(round_2022, reading("workers", ["name", "post"], *many))


def test_apply_of_several_sections_is_one_save(round_2022, filing_a):
    found = reading("profile", ["households"], (filing_a, 100))
    found.incoming["grids"] = Incoming(
        section_named("grids"), ("name",), [(filing_a.pk, "一")], [("网格", 2)]
    )
    applied(round_2022, found)
    assert Filing.objects.get(pk=filing_a.pk).version == 1
    assert (Profile.objects.count(), Grid.objects.count()) == (1, 1)
