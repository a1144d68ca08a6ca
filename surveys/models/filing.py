from django.conf import settings
from django.db import models
from django.db.models import Q

from communities import tree
from communities.models import Governance, Kind, Level, Unit
from surveys.models.round import Round


class Status(models.TextChoices):
    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "已报送"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审定"


class FilingQuerySet(tree.TreeQuerySet):
    def communities(self):
        return self.filter(level=Level.COMMUNITY)

    def open(self):
        """Filings that may still be changed."""
        return self.filter(status__in=[Status.DRAFT, Status.RETURNED])


class Filing(models.Model):
    """What one unit reports in one round; every record hangs on it.

    Opening a round makes one per unit, down to the community, and freezes the tree: name, kind, governance and path
    are the unit's at that time, so a table of 2022 shows the map of 2022 for ever. City, district and street are
    copied ids: grouping by them needs no join. `version` counts the saves; a save names the version it saw.
    """

    round = models.ForeignKey(Round, verbose_name="填报期", on_delete=models.PROTECT, related_name="filings")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="filings")
    parent = models.ForeignKey(
        "self",
        verbose_name="上级填报表",
        null=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    previous = models.ForeignKey(
        "self",
        verbose_name="上期填报表",
        null=True,
        on_delete=models.PROTECT,
        related_name="following",
    )
    name = models.CharField("单位名称", max_length=60)
    code = models.CharField("区划代码", max_length=12, blank=True)
    level = models.PositiveSmallIntegerField("层级", choices=Level)
    kind = models.CharField("类型", max_length=20, choices=Kind)
    governance = models.CharField("治理模式", max_length=20, choices=Governance, blank=True)
    path = tree.PathField("路径")
    city = models.ForeignKey(
        Unit,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    district = models.ForeignKey(
        Unit,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    street = models.ForeignKey(
        Unit,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField("版本", default=0)
    saved_at = models.DateTimeField("最近保存", null=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="保存人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报表"
        ordering = ["path"]
        indexes = [models.Index(fields=["round", "path"], name="filing_round_path")]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"],
                name="filing_once",
                violation_error_message="该单位在本期已有填报表。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="filing_status",
                violation_error_message="没有这种状态。",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.round.period}"

    @property
    def is_open(self):
        return self.status in (Status.DRAFT, Status.RETURNED)


class RecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(tree.inside(user.paths(), "filing__path"))

    def editable_by(self, user):
        return self.filter(tree.inside(user.paths(role="clerk"), "filing__path"))


class Record(models.Model):
    """A row of a section: something a unit reports, known by its natural key within the filing."""

    filing = models.ForeignKey(Filing, verbose_name="填报表", on_delete=models.CASCADE)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["filing", "pk"]


class Remark(models.Model):
    """A note pinned to a filing or to one cell of it: a question, its answer, the reason for a missing value.

    The cell is named by section, the record's key as people read it, and the field; `value` is what was written there.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", "待核实"
        REASON = "reason", "说明"
        ANSWER = "answer", "答复"

    filing = models.ForeignKey(Filing, verbose_name="填报表", on_delete=models.CASCADE, related_name="remarks")
    upload = models.ForeignKey(
        "surveys.Upload",
        verbose_name="上传批次",
        null=True,
        on_delete=models.CASCADE,
        related_name="remarks",
    )
    kind = models.CharField("类别", max_length=10, choices=Kind)
    section = models.CharField("分项", max_length=30, blank=True)
    key = models.CharField("行", max_length=120, blank=True)
    field = models.CharField("列", max_length=40, blank=True)
    value = models.CharField("原写", max_length=200, blank=True)
    text = models.CharField("内容", max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批注"
        ordering = ["pk"]

    def __str__(self):
        return self.text
