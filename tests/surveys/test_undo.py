from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from residents.models import Grid, Profile
from staffing.models import Worker
from surveys.actions import apply_upload, undo_upload
from surveys.models import Filing, Remark
from surveys.reading.result import Finding, FindingKind, Incoming
from surveys.sections import section_named
from tests.factories import (
    GridFactory,
    PartyOrganisationFactory,
    PremisesFactory,
    ProfileFactory,
    stand,
)
from tests.surveys.readings import digest, reading, upload_to


def applied(round, found, **options):
    return apply_upload(upload=upload_to(round), reading=found, **options)


def refusal(upload):
    with pytest.raises(ValidationError) as error:
        undo_upload(upload=upload)
    return error.value.messages[0]


@pytest.fixture
def wide(round_2022, filing_a, filing_b):
    """A workbook that makes, changes, clears and covers, over records that were there."""
    ProfileFactory(filing=filing_a, households=100, area=Decimal("1.50"), note="核过")
    PremisesFactory(filing=filing_a, area=Decimal("80.10"), rent=Decimal("5000"))
    PartyOrganisationFactory(filing=filing_a, name="甲").covers.add(filing_a)
    GridFactory(filing=filing_b, name="一", phone=True)
    found = reading(
        "profile",
        ["households", "area"],
        (filing_a, 120, None),
        (filing_b, 7, Decimal("2.25")),
        ours=True,
    )
    more = {
        "premises": (("name", "area", "rent"), (filing_a.pk, "办公用房", Decimal("79.00"), None)),
        "party": (
            ("name", "covers"),
            (filing_a.pk, "甲", (filing_a.pk, filing_b.pk)),
            (filing_b.pk, "乙", ()),
        ),
        "grids": (("name", "phone"), (filing_b.pk, "一", False), (filing_b.pk, "二", None)),
    }
    for name, (names, *rows) in more.items():
        found.incoming[name] = Incoming(
            section_named(name), names, rows, [(name, n) for n in range(len(rows))]
        )
    return found


def test_undo_leaves_the_tables_as_before(round_2022, wide):
    before = digest()
    upload = applied(round_2022, wide)
    assert digest() != before
    undo_upload(upload=upload)
    assert digest() == before
    assert (upload.status, upload.undone_at is not None) == ("undone", True)


def test_undo_restores_many_changed_rows(round_2022, filing_a):
    for n in range(300):
        GridFactory(filing=filing_a, name=f"{n}", households=n, code=f"c{n}")
    before = digest()
    upload = applied(
        round_2022,
        reading("grids", ["name", "households"], *((filing_a, f"{n}", 1) for n in range(300))),
    )
    undo_upload(upload=upload)
    assert digest() == before


def test_undo_keeps_what_others_changed_in_other_fields(round_2022, filing_a):
    ProfileFactory(filing=filing_a, households=100)
    upload = applied(round_2022, reading("profile", ["households"], (filing_a, 120)))
    Profile.objects.update(residents=300)
    undo_upload(upload=upload)
    assert list(Profile.objects.values_list("households", "residents")) == [(100, 300)]


def test_undo_is_refused_where_a_value_was_edited_since(round_2022, wide, filing_a):
    upload = applied(round_2022, wide)
    Profile.objects.filter(filing=filing_a).update(households=121)
    before = digest()
    expected = (
        f"入库后有 1 条记录又被改过，不能整批撤销：{filing_a.name} 基本情况。请在填报页面逐条修改。"
    )
    assert refusal(upload) == expected
    assert digest() == before


@pytest.mark.parametrize("edit", [{"post": "书记"}, {"note": "调走"}, None])
def test_undo_is_refused_where_a_new_record_was_edited_or_deleted(round_2022, filing_a, edit):
    upload = applied(round_2022, reading("workers", ["name", "post"], (filing_a, "王芳", "委员")))
    Worker.objects.update(**edit) if edit else Worker.objects.all().delete()
    assert f"{filing_a.name} 工作人员·王芳" in refusal(upload)


def test_undo_is_refused_for_filings_that_were_handed_in(round_2022, filing_a):
    upload = applied(round_2022, reading("profile", ["households"], (filing_a, 120)))
    stand(filing_a, "submitted")
    assert refusal(upload).startswith(f"1 份填报表不能再改：{filing_a.name}（已报送）。")
    assert Profile.objects.get().households == 120


def test_undo_works_once(round_2022, filing_a):
    upload = applied(round_2022, reading("profile", ["households"], (filing_a, 120)))
    undo_upload(upload=upload)
    assert refusal(upload) == "“调查表.xlsx”没有入库，或已经撤销，没有可撤销的内容。"


def test_undo_withdraws_open_questions_and_keeps_answered_ones(round_2022, filing_a):
    found = reading("profile", ["households"], (filing_a, 120))
    about = {"section": "profile", "sheet": "表", "cell": "C2", "filing": filing_a.pk}
    found.findings = [
        Finding(FindingKind.CELL, "不是数", field=name, **about) for name in ("men", "women")
    ]
    upload = applied(round_2022, found)
    Remark.objects.filter(field="men").update(closed_at=upload.applied_at)
    undo_upload(upload=upload)
    assert list(Remark.objects.values_list("field", flat=True)) == ["men"]


def test_undo_counts_a_save_writes_the_trail_and_tells_who_asked(
    round_2022, filing_a, clerk_a, monkeypatch
):
    upload = applied(round_2022, reading("grids", ["name"], (filing_a, "一"), (filing_a, "二")))
    told = []
    monkeypatch.setattr("surveys.actions.hooks.after_save", [lambda *each: told.append(each)])
    undo_upload(upload=upload, by=clerk_a)
    line = AuditEntry.objects.get(verb="撤销导入", target=f"filing:{filing_a.pk}")
    assert (line.by, line.changes) == (clerk_a, {"网格": ["2 条", None]})
    assert told == [(round_2022, [filing_a.pk])]
    assert Filing.objects.get(pk=filing_a.pk).version == 2


def test_undo_upload_command_takes_back_by_number(round_2022, filing_a):
    upload, out = applied(round_2022, reading("grids", ["name"], (filing_a, "一"))), StringIO()
    call_command("undo_upload", str(upload.pk), stdout=out)
    assert out.getvalue() == f"批次 {upload.pk}（调查表.xlsx）已撤销，数据恢复到入库之前。\n"
    assert not Grid.objects.exists()


def test_undo_upload_command_says_when_there_is_none(db):
    with pytest.raises(CommandError) as error:
        call_command("undo_upload", "99")
    assert str(error.value) == "没有批次 99。请核对入库时显示的批次号。"


def test_two_sheets_of_one_section_are_undone_together(round_2022, filing_a):
    found = reading("grids", ["name"], (filing_a, "一"))
    more = Incoming(
        section_named("grids"), ("name", "phone"), [(filing_a.pk, "二", True)], [("乙", 2)]
    )
    found.incoming["grids@乙"] = more
    undo_upload(upload=applied(round_2022, found))
    assert not Grid.objects.exists()
