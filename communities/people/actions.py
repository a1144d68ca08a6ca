"""What administrators do with people, each with its line in the trail.

Whom they may touch is the caller's question.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import audit_entry, write_entries
from accounts.roles import ADMIN_ROLES
from communities.models import Assignment, Person, Workplace


@transaction.atomic
def open_account(*, by, username, name, unit) -> Person:
    """Open and return a new account without password or role: 安全管理 gives both."""
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
def correct_account(*, by, person, name, unit) -> None:
    """Give an account another name or office; roles stay until they are withdrawn."""
    office = person.workplace
    changes = {"姓名": [person.name, name], "单位": [office.unit.name, unit.name]}
    changes = {label: [old, new] for label, (old, new) in changes.items() if old != new}
    if not changes:
        return
    person.name, office.unit = name, unit
    person.save(update_fields=["name"])
    office.save(update_fields=["unit"])
    note_person(person, by=by, verb="修改账号", path=unit.path, changes=changes)


@transaction.atomic
def grant_role(*, by, person, unit, role) -> None:
    """Let a person work for a unit in a role. Raises ValidationError where the rules forbid it."""
    if role in ADMIN_ROLES and unit.path in by.admin_area:
        raise ValidationError(
            f"管理角色只能授予下级单位的人；“{unit}”的管理员由上级或在服务器上指定。"
        )
    assignment = Assignment(user=person, unit=unit, role=role)
    assignment.full_clean()
    assignment.save()
    changes = {"角色": ["", role_text(assignment)]}
    note_person(person, by=by, verb="授予角色", path=unit.path, changes=changes)


@transaction.atomic
def withdraw_role(*, by, assignment) -> None:
    """Take a role back; the person's sessions end."""
    unit = assignment.unit
    changes = {"角色": [role_text(assignment), ""]}
    note_person(assignment.user, by=by, verb="收回角色", path=unit.path, changes=changes)
    assignment.delete()


def role_text(assignment) -> str:
    return f"{assignment.unit.name} {assignment.get_role_display()}"


def note_person(person, *, by, verb, path, changes) -> None:
    """Write the line of the trail about a person."""
    line = audit_entry(
        by=by,
        verb=verb,
        what=str(person),
        path=path,
        target=f"user:{person.pk}",
        changes=changes,
    )
    write_entries(line)
