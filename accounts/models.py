"""Who may sign in, and what has been done: users and the append-only audit trail."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from accounts.roles import ADMIN_ROLES, SURVEY_ROLES, Role


class User(AbstractUser):
    """A person who signs in: a street clerk, a bureau reviewer, a viewer, an administrator.

    What a person may see and do comes from assignments to units (communities.Assignment), never from groups.
    """

    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=60)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self):
        return self.name or self.username

    def held(self):
        """[(role, tree path)] of this person's assignments; one query per request."""
        if not hasattr(self, "_held"):
            self._held = list(self.assignments.values_list("role", "unit__path"))
        return self._held

    @property
    def admin_role(self):
        """Which of the three administrators this account is, or None."""
        return next((Role(role) for role, _ in self.held() if role in ADMIN_ROLES), None)

    def paths(self, *, role=None):
        """The tree paths of the areas assigned to this person in one role, or in any of the survey's.

        An administrator's account reaches no survey data, whatever else was assigned to it.
        """
        if role not in ADMIN_ROLES and self.admin_role:
            return []
        wanted = [role] if role else SURVEY_ROLES
        return [path for held, path in self.held() if held in wanted]

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class Source(models.TextChoices):
    """By which door a change came in."""

    PAGE = "page", "网页"
    WORKBOOK = "workbook", "工作簿"
    COMMAND = "command", "命令"
    ADMIN = "admin", "系统管理"


class AuditEntry(models.Model):
    """One line of the trail: who did what to which object, when, by which door, old and new value per field.

    Written in the same transaction as the change itself; never updated, never deleted.
    `name` is the person's name at that time. `changes` is {field label: [old, new]}; personal values come masked.
    """

    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="操作人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField("姓名", max_length=60)
    source = models.CharField("来源", max_length=10, choices=Source)
    address = models.CharField("地址", max_length=45, blank=True)
    verb = models.CharField("操作", max_length=30)
    what = models.CharField("对象", max_length=200)
    path = models.CharField("单位路径", max_length=255, blank=True)
    target = models.CharField("对象编号", max_length=60, blank=True)
    changes = models.JSONField("变更", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "操作留痕"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target", "-id"], name="audit_target")]

    def __str__(self):
        return f"{self.name}{self.verb}{self.what}"
