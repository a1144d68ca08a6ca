from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.roles import Role
from communities import tree
from communities.models.unit import Unit


def administrator(label, *, null=True):
    """Who took a step with a key."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=null,
        on_delete=models.PROTECT,
        related_name="+",
    )


def both(step, sentence):
    """A step has both its time and its person, or neither."""
    at, by = f"{step}_at", f"{step}_by"
    condition = Q(**{at: None, by: None}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return models.CheckConstraint(
        condition=condition, name=f"token_{step}", violation_error_message=sentence
    )


class TokenQuerySet(models.QuerySet):
    """Keys as administrators look after them."""

    def visible_to(self, user):
        """Those to units inside the area of this administrator; none for anybody else."""
        return self.filter(tree.lies_inside(user.admin_area, "unit__path"))


class Token(models.Model):
    """The key of another program, such as the city's data platform, to the figures of one unit and all below it.

    It reads as somebody would who looks on (查看) there, and can change nothing. The secret is shown once, its hash is
    kept. 系统管理 opens it and 安全管理 enables it, so that neither lets a program in alone. `expires_on` is its last day.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待启用"
        WORKING = "working", "使用中"
        EXPIRED = "expired", "已过期"
        REVOKED = "revoked", "已吊销"

    name = models.CharField("名称", max_length=40)
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="tokens"
    )
    hash = models.CharField("散列", max_length=64)
    expires_on = models.DateField("有效期至")
    created_at = models.DateTimeField("开设时间", auto_now_add=True)
    created_by = administrator("开设人", null=False)
    enabled_at = models.DateTimeField("启用时间", null=True)
    enabled_by = administrator("启用人")
    revoked_at = models.DateTimeField("吊销时间", null=True)
    revoked_by = administrator("吊销人")
    used_at = models.DateTimeField("最近使用", null=True)
    uses = models.PositiveBigIntegerField("使用次数", default=0)

    objects = TokenQuerySet.as_manager()
    # What a request asks of whoever makes it: this one is known, and no person.
    is_authenticated = is_active = True
    is_anonymous = is_staff = is_superuser = must_change_password = False
    admin_area = ()

    class Meta:
        verbose_name = verbose_name_plural = "令牌"
        ordering = ["-pk"]
        constraints = [
            both("enabled", "启用时间和启用人应同时填写。"),
            both("revoked", "吊销时间和吊销人应同时填写。"),
        ]

    def __str__(self):
        return self.name

    @property
    def state(self):
        if self.revoked_at:
            return self.State.REVOKED
        if self.expires_on < timezone.localdate():
            return self.State.EXPIRED
        return self.State.WORKING if self.enabled_at else self.State.WAITING

    def held(self):
        """No assignments: it was given none of a person's roles."""
        return []

    def paths(self, *, role=None):
        """The tree paths it reads, as `User.paths` says them of a person."""
        return [self.unit.path] if role in (None, Role.VIEWER) else []
