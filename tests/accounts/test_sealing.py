"""The trail is append-only: what somebody changes in it behind its back is named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import sealing
from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry, Seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(monkeypatch):
    """Seven lines under three seals."""
    monkeypatch.setattr(sealing, "STRETCH", 3)
    write_entries(
        *(
            audit_entry(by=None, verb="填报", what=f"第{n}份", changes={"面积": ["82", str(n)]})
            for n in range(7)
        )
    )
    assert sealing.seal_trail() == 7
    return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))


def behind(sql, *values):
    """Straight into the database, as nobody may."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def verified(**options):
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_trail", stdout=out, stderr=err, **options)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue() + err.getvalue()


def test_untouched_trail_verifies_and_new_lines_are_sealed(lines):
    write_entries(audit_entry(by=None, verb="填报", what="新的"))
    assert verified().startswith("操作留痕完好，新封存 1 行。")
    assert verified().startswith("操作留痕完好，新封存 0 行。")


def test_changed_line_is_named(lines):
    behind("UPDATE accounts_auditentry SET name = %s WHERE id = %s", "别人", lines[4])
    assert list(sealing.verify_seals()) == [f"第 {lines[4]} 行留痕被改动：别人 填报 第4份。"]


def test_removed_line_is_named_and_nothing_new_is_sealed(lines):
    behind("DELETE FROM accounts_auditentry WHERE id = %s", lines[1])
    write_entries(audit_entry(by=None, verb="填报", what="新的"))
    assert f"第 {lines[1]} 行留痕被删除。" in verified()
    assert Seal.objects.count() == 3


def test_line_put_into_a_sealed_gap_is_named(lines):
    last = lines[-1]
    AuditEntry.objects.bulk_create([entry_at(last + 2, "后来的")])
    sealing.seal_trail()
    Seal.objects.update(at="2020-01-01T00:00:00Z")
    AuditEntry.objects.bulk_create([entry_at(last + 1, "补的")])
    assert list(sealing.verify_seals()) == [f"第 {last + 1} 行留痕是封存以后补进去的。"]


def test_line_committed_late_is_taken_in(lines):
    last = lines[-1]
    AuditEntry.objects.bulk_create([entry_at(last + 2, "先提交的")])
    sealing.seal_trail()
    AuditEntry.objects.bulk_create([entry_at(last + 1, "后提交的")])
    assert (sealing.seal_trail(), list(sealing.verify_seals())) == (1, [])
    behind("UPDATE accounts_auditentry SET what = %s WHERE id = %s", "改过", last + 1)
    assert list(sealing.verify_seals()) == [f"第 {last + 1} 行留痕被改动：系统 填报 改过。"]


def entry_at(pk, what):
    line = audit_entry(by=None, verb="填报", what=what)
    line.pk = pk
    return line


def test_rewritten_seal_is_named(lines):
    Seal.objects.filter(number=2).update(digest="0" * 64)
    assert list(sealing.verify_seals()) == ["第 2 号封签被改动过。", "第 3 号封签被改动过。"]


def test_trail_and_seals_rewritten_together_are_found_by_what_was_written_down(lines):
    anchor = str(Seal.objects.last())
    behind("UPDATE accounts_auditentry SET name = %s WHERE id = %s", "别人", lines[0])
    Seal.objects.all().delete()
    sealing.seal_trail()
    assert list(sealing.verify_seals()) == []
    assert f"抄下的封签 {anchor} 与库中的不一致" in verified(anchor=anchor)


def test_line_is_neither_changed_nor_deleted_through_the_program(lines):
    line = AuditEntry.objects.first()
    for forbidden in (line.save, line.delete, AuditEntry.objects.all().delete):
        with pytest.raises(TypeError):
            forbidden()
    with pytest.raises(TypeError):
        AuditEntry.objects.update(name="别人")


def test_auditor_verifies_on_the_page(as_user, auditor, lines):
    answer = as_user(auditor).post("/people/trail/verify/", follow=True)
    assert "操作留痕完好" in answer.content.decode()
    behind("DELETE FROM accounts_auditentry WHERE id = %s", lines[2])
    answer = as_user(auditor).post("/people/trail/verify/", follow=True)
    assert f"第 {lines[2]} 行留痕被删除。" in answer.content.decode()
