from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.roles import ADMIN_ROLES, SURVEY_ROLES, Role
from communities import tree
from communities.models.unit import Unit


class Workplace(models.Model):
    """The office a person works at.

    It decides which administrators look after the account, and gives no right at all.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="用户",
        on_delete=models.CASCADE,
        related_name="workplace",
    )
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="people"
    )

    class Meta:
        verbose_name = verbose_name_plural = "所在单位"

    def __str__(self):
        return f"{self.user} {self.unit}"


class Assignment(models.Model):
    """A person works for a unit in a role: the only source of what a person may see and do."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="用户",
        on_delete=models.CASCADE,
        related_name="assignments",
    )
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField("角色", max_length=20, choices=Role)

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                name="assignment_once",
                violation_error_message="该用户在该单位已有这一角色。",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="assignment_role",
                violation_error_message="没有这种角色。",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(role__in=ADMIN_ROLES),
                name="assignment_one_administrator",
                violation_error_message="系统管理、安全管理、审计互相排斥，一个账号只能任其中一种、只在一个单位。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.unit} {self.get_role_display()}"

    def save(self, **kwargs):
        """Save the role and end every session of the person: a changed role counts at once."""
        with transaction.atomic():
            super().save(**kwargs)
            self.user.end_sessions()

    def delete(self, **kwargs):
        with transaction.atomic():
            self.user.end_sessions()
            return super().delete(**kwargs)

    def clean(self):
        """Refuse an account that both works on the survey and runs the system.

        A small bureau gives one person two accounts.
        """
        if not self.user_id or not self.role:
            return
        others = SURVEY_ROLES if self.role in ADMIN_ROLES else ADMIN_ROLES
        held = Assignment.objects.filter(user=self.user_id, role__in=others)
        clash = held.exclude(pk=self.pk).first()
        if clash:
            raise ValidationError(
                f"该账号已有“{clash.get_role_display()}”角色。"
                "管理角色与填报、审核、查看不能用同一账号，请另开一个账号。"
            )


class PersonQuerySet(models.QuerySet):
    """People as their administrators look for them."""

    def visible_to(self, user):
        """Return who works inside the area of this administrator; nobody for anybody else."""
        return self.filter(
            tree.lies_inside(user.admin_area, "workplace__unit__path"), is_superuser=False
        )

    def editable_by(self, user):
        """Return the people visible to this administrator whose accounts he or she may touch.

        Not one's own, nor those with rights outside the area, nor administrators of one's own rank:
        a new password for another administrator would be a way to become that one.
        """
        theirs = Assignment.objects.filter(user=OuterRef("pk"))
        outside = theirs.exclude(tree.lies_inside(user.admin_area, "unit__path"))
        peers = theirs.filter(role__in=ADMIN_ROLES, unit__path__in=user.admin_area)
        others = self.visible_to(user).exclude(pk=user.pk)
        return others.filter(~Exists(outside), ~Exists(peers))


class Person(User):
    """A user as somebody who works at a unit, which decides who looks after the account."""

    objects = PersonQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "人员"
        ordering = ["workplace__unit__path", "username"]

    def __str__(self):
        return self.name or self.username
