from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from communities import tree
from communities.models import Unit
from surveys.models.round import Round


def stored_name(upload, name):
    """Where the original lies: a name of our own, so that no name from outside touches the disk."""
    return f"uploads/{uuid4().hex}.bin"


class UploadQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(tree.lies_inside(user.paths(), "unit__path"))


class Upload(models.Model):
    """One workbook sent in: what was found in it, and its effect, applied or undone as a whole.

    `findings` is a list of cells as `surveys.reading.Finding` writes them. `decisions` is {cell: decision}.
    `counts` is {section: {"new": n, "changed": n, "same": n, "absent": n}}. `undo` holds, compressed, what to take
    back: ids of new rows and old values of changed ones.
    """

    class Status(models.TextChoices):
        CHECKED = "checked", "待确认"
        APPLIED = "applied", "已入库"
        UNDONE = "undone", "已撤销"

    round = models.ForeignKey(
        Round, verbose_name="填报期", on_delete=models.PROTECT, related_name="uploads"
    )
    unit = models.ForeignKey(Unit, verbose_name="范围", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=255)
    file = models.FileField("原件", upload_to=stored_name)
    sha256 = models.CharField("校验值", max_length=64)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.CHECKED)
    findings = models.JSONField("发现", default=list)
    decisions = models.JSONField("决定", default=dict)
    counts = models.JSONField("统计", default=dict)
    undo = models.BinaryField(default=b"")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_at = models.DateTimeField("入库时间", null=True)
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "上传批次"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="checked", applied_at=None)
                | Q(status="applied", applied_at__isnull=False, undone_at=None)
                | Q(status="undone", undone_at__isnull=False),
                name="upload_status_has_time",
                violation_error_message="状态与时间不符。",
            ),
        ]

    def __str__(self):
        return self.name


class Preview(models.Model):
    """What the page about a large upload shows, kept so that nobody waits while 50,000 rows are read once more.

    `state` and `decisions` are what it was made from: where they have changed since, the page says so, and nothing is
    applied before the workbook was read again. The rest is JSON, compressed: `head` what every page needs, the others
    the lines of one list each.
    """

    upload = models.OneToOneField(
        Upload, primary_key=True, on_delete=models.CASCADE, related_name="preview"
    )
    state = models.CharField("数据状态", max_length=200)
    decisions = models.JSONField("当时的决定", default=dict)
    head = models.BinaryField()
    changed = models.BinaryField()
    new = models.BinaryField()
    absent = models.BinaryField()
    at = models.DateTimeField("核对时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "核对结果"

    def __str__(self):
        return f"{self.upload_id}"


class Layout(models.Model):
    """A person's confirmed reading of a foreign sheet, used again when a sheet with the same header comes.

    `signature` is a digest of the joined header labels; `mapping` is {joined label: "section.field"}, "" to ignore.
    """

    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.CASCADE, related_name="+")
    signature = models.CharField("表头特征", max_length=64)
    mapping = models.JSONField("对应关系")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("确认时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "表样"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "signature"],
                name="layout_once",
                violation_error_message="该单位对此表头已有确认的对应关系。",
            ),
        ]

    def __str__(self):
        return self.signature[:8]
