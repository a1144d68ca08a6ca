"""Who may sign in, and what has been done: users and the append-only audit trail."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.roles import ADMIN_ROLES, SURVEY_ROLES, Role

KEPT_PASSWORDS = 5


class User(AbstractUser):
    """A person who signs in: a street clerk, a bureau reviewer, a viewer, an administrator.

    What a person may see and do comes from assignments to units (communities.Assignment), never
    from groups.
    """

    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=60)
    must_change_password = models.BooleanField("须改密码", default=False, editable=False)
    password_changed_at = models.DateTimeField("密码修改时间", default=timezone.now, editable=False)
    last_address = models.CharField("上次登录地址", max_length=45, blank=True, editable=False)
    # A session belongs to the series it began in; ending a person's sessions begins a new one.
    session_series = models.PositiveIntegerField("会话批次", default=0, editable=False)
    # Counted by what sends and reads messages, so that every page can show it without asking.
    unread = models.PositiveIntegerField("未读消息", default=0, editable=False)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self):
        return self.name or self.username

    def assigned_roles(self):
        """Return [(role, tree path)] of this person's assignments; one query per request."""
        if not hasattr(self, "_assigned_roles"):
            self._assigned_roles = list(self.assignments.values_list("role", "unit__path"))
        return self._assigned_roles

    @property
    def admin_role(self):
        """Which of the three administrators this account is, or None."""
        for role, _ in self.assigned_roles():
            if role in ADMIN_ROLES:
                return Role(role)
        return None

    @property
    def admin_area(self):
        """The tree paths an administrator looks after; none for anybody else."""
        role = self.admin_role
        return self.paths(role=role) if role else []

    def paths(self, *, role=None):
        """Return the tree paths of the areas assigned to this person.

        `role` limits them to one role; without it, they are those of the survey's roles.
        An administrator's account reaches no survey data, whatever else was assigned to it.
        """
        if role not in ADMIN_ROLES and self.admin_role:
            return []
        wanted = [role] if role else SURVEY_ROLES
        return [path for held, path in self.assigned_roles() if held in wanted]

    @property
    def place(self):
        """The path of the unit this person works at, for the trail; "" where none was named."""
        if workplace := getattr(self, "workplace", None):
            return workplace.unit.path
        for _, path in self.assigned_roles():
            return path
        return ""

    @property
    def role_label(self):
        """The roles in words, as the trail keeps them: 填报、查看."""
        held = {role for role, _ in self.assigned_roles()}
        return "、".join(role.label for role in Role if role in held)

    def end_sessions(self):
        """Sign this person out everywhere, from the next request on."""
        own_row = User.objects.filter(pk=self.pk)
        own_row.update(session_series=F("session_series") + 1)
        self.refresh_from_db(fields=["session_series"])

    def _get_session_auth_hash(self, secret=None):
        """Return what a session must fit, else Django ends it: the password and the series."""
        key = "accounts.models.User.session_series"
        value = f"{self.session_series}:{self.password}"
        return salted_hmac(key, value, secret=secret, algorithm="sha256").hexdigest()

    def set_password(self, raw_password):
        """Keep the hash that is replaced until the new one is saved."""
        self._replaced = self.password
        super().set_password(raw_password)

    @property
    def password_before(self):
        """The hash in force, also while a new one is being set."""
        return getattr(self, "_replaced", self.password)

    def remember_password(self):
        """Keep the hash that a saved password replaced, and no more than any policy asks for."""
        replaced = self.__dict__.pop("_replaced", "")
        if replaced and not replaced.startswith("!"):
            self.password_records.create(hash=replaced)
        latest = self.password_records.values_list("pk", flat=True)[:KEPT_PASSWORDS]
        self.password_records.exclude(pk__in=list(latest)).delete()
        now = timezone.now()
        User.objects.filter(pk=self.pk).update(password_changed_at=now)
        self.password_changed_at = now

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class PasswordRecord(models.Model):
    """The hash of a password somebody had, so that it is not taken again too soon."""

    user = models.ForeignKey(
        User, verbose_name="用户", on_delete=models.CASCADE, related_name="password_records"
    )
    hash = models.CharField("散列", max_length=128)
    replaced_at = models.DateTimeField("更换时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.user} {self.replaced_at:%Y-%m-%d}"


class AuditSource(models.TextChoices):
    """By which door a change came in."""

    PAGE = "page", "网页"
    WORKBOOK = "workbook", "工作簿"
    COMMAND = "command", "命令"
    ADMIN = "admin", "系统管理"
    INTERFACE = "interface", "数据接口"


class TrailQuerySet(models.QuerySet):
    """Lines are written and read, never changed; the seals find out what was done past this."""

    def update(self, **kwargs):
        raise TypeError("the trail is append-only")

    def delete(self):
        raise TypeError("the trail is append-only")


class AuditEntry(models.Model):
    """One line of the trail: who did what to which object, when, by which door, and what changed.

    Written in the same transaction as the change itself; never updated, never deleted. `name` and
    `role` are the person's at that time. `changes` is {field label: [old, new]}; personal values
    come masked.
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
    role = models.CharField("角色", max_length=40, blank=True, default="", db_default="")
    source = models.CharField("来源", max_length=10, choices=AuditSource)
    address = models.CharField("地址", max_length=45, blank=True)
    verb = models.CharField("操作", max_length=30)
    what = models.CharField("对象", max_length=200)
    path = models.CharField("单位路径", max_length=255, blank=True)
    target = models.CharField("对象编号", max_length=60, blank=True)
    changes = models.JSONField("变更", default=dict)

    objects = TrailQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作留痕"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target", "-id"], name="audit_target")]

    def __str__(self):
        return f"{self.name}{self.verb}{self.what}"

    def save(self, **kwargs):
        if not self._state.adding:
            raise TypeError("the trail is append-only")
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise TypeError("the trail is append-only")


class Seal(models.Model):
    """A stretch of the trail as it stood when it was sealed: a later change of it is found out.

    It covers the ids from `first` to `last` but for the ranges in `absent`, which no line bore yet
    (a change was taken back, or was not committed), and `late`: ids below `first` that came after
    the seals before. `marks` are eight bytes a line in the order of ids. `digest` is over the
    digest before, so a seal says something of all that went before it.
    """

    number = models.PositiveIntegerField("序号", primary_key=True)
    first = models.BigIntegerField("起始行")
    last = models.BigIntegerField("末行")
    absent = models.JSONField("空号", default=list)
    late = models.JSONField("补入", default=list)
    marks = models.BinaryField("摘要")
    digest = models.CharField("封签", max_length=64)
    at = models.DateTimeField("封存时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "留痕封签"
        ordering = ["number"]

    def __str__(self):
        return f"{self.number}:{self.digest[:16]}"
