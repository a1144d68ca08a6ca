"""The first administrators of a unit; its security administrator appoints those below."""

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions import issue_password
from accounts.audit import audit_entry, write_entries
from accounts.models import AuditSource
from accounts.roles import ADMIN_ROLES, Role
from communities.models import Assignment, Person, Unit, Workplace


class Command(BaseCommand):
    help = "指定一个单位的系统管理、安全管理或审计（三种角色各用一个账号），显示一次性密码；已有的账号则重发密码。"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument("username", help="用户名")
        parser.add_argument("--name", default="", help="姓名（新账号必填）")
        parser.add_argument(
            "--role", required=True, choices=[str(role) for role in ADMIN_ROLES], help="角色"
        )
        parser.add_argument("--unit", required=True, help="单位代码，末尾的零可省")

    @transaction.atomic
    def handle(self, *, username, name, role, unit, **options):
        try:
            office = Unit.objects.by_code(unit)
        except Unit.DoesNotExist:
            raise CommandError(f"没有代码为 {unit} 的单位。") from None
        person = Person.objects.filter(username=username).first()
        if person is None:
            person = self.open_account(username, name, office)
        try:
            appoint_person(person, office, role)
        except ValidationError as error:
            raise CommandError("".join(error.messages)) from None
        password = issue_password(user=person, by=None)
        self.stdout.write(f"{Role(role).label} {person}，用户名 {username}，一次性密码：{password}")
        self.stdout.write("7 天内登录并换成自己的密码；这个密码不再显示。")

    def open_account(self, username, name, unit):
        if not name:
            raise CommandError("新账号要用 --name 写姓名。")
        person = Person(username=username, name=name)
        person.set_unusable_password()
        try:
            UnicodeUsernameValidator()(username)
        except ValidationError:
            raise CommandError("用户名只能用字母、汉字、数字和 @ . + - _。") from None
        person.save()
        Workplace.objects.create(user=person, unit=unit)
        return person


def appoint_person(person, unit, role):
    """Give the role, unless the person has it already. Raises ValidationError."""
    if person.assignments.filter(unit=unit, role=role).exists():
        return
    assignment = Assignment(user=person, unit=unit, role=role)
    assignment.full_clean()
    assignment.save()
    line = audit_entry(
        by=None,
        verb="授予角色",
        what=str(person),
        source=AuditSource.COMMAND,
        path=unit.path,
        target=f"user:{person.pk}",
        changes={"角色": ["", f"{unit.name} {assignment.get_role_display()}"]},
    )
    write_entries(line)
