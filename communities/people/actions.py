"""What administrators do with people, each with its line in the trail; whom they may touch is the caller's question."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import audit_entry, write_entries
from accounts.roles import ADMIN_ROLES
from communities.models import Assignment, Person, Workplace


@transaction.atomic
def open_account(*, by, username, name, unit):
    """A new account without password or role: 安全管理 gives both."""
    person = Person(username=username, name=name)
    person.set_unusable_password()
    person.save()
    Workplace.objects.create(user=person, unit=unit)
    note_person(
        person,
        by=by,
        verb="开通账号",
        path=unit.path,
        changes={"用户名": ["", username], "单位": ["", unit.name]},
    )
    return person


@transaction.atomic
def correct_account(*, by, person, name, unit):
    """Another name, or another office; roles stay until they are withdrawn."""
    old = {"姓名": person.name, "单位": person.workplace.unit.name}
    new = {"姓名": name, "单位": unit.name}
    changes = {label: [old[label], new[label]] for label in old if old[label] != new[label]}
    if changes:
        person.name, person.workplace.unit = name, unit
        person.save(update_fields=["name"])
        person.workplace.save(update_fields=["unit"])
        note_person(person, by=by, verb="修改账号", path=unit.path, changes=changes)


@transaction.atomic
def grant_role(*, by, person, unit, role):
    """Let a person work for a unit in a role. Raises ValidationError where the rules forbid it."""
    if role in ADMIN_ROLES and unit.path in by.admin_area:
        raise ValidationError(
            f"管理角色只能授予下级单位的人；“{unit}”的管理员由上级或在服务器上指定。"
        )
    assignment = Assignment(user=person, unit=unit, role=role)
    assignment.full_clean()
    assignment.save()
    text = f"{unit.name} {assignment.get_role_display()}"
    note_person(person, by=by, verb="授予角色", path=unit.path, changes={"角色": ["", text]})


@transaction.atomic
def withdraw_role(*, by, assignment):
    """Take a role back; the person's sessions end."""
    text = f"{assignment.unit.name} {assignment.get_role_display()}"
    note_person(
        assignment.user,
        by=by,
        verb="收回角色",
        path=assignment.unit.path,
        changes={"角色": [text, ""]},
    )
    assignment.delete()


def note_person(person, *, by, verb, path, changes):
    """The line of the trail about a person."""
    write_entries(
        audit_entry(
            by=by,
            verb=verb,
            what=str(person),
            path=path,
            target=f"user:{person.pk}",
            changes=changes,
        )
    )
