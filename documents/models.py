"""Reports as they were issued, and the templates a bureau wrote for them."""

from uuid import uuid4

from django.conf import settings
from django.db import models

from communities import tree
from communities.models import Unit
from surveys.models import Filing


class Shape(models.TextChoices):
    SURVEY = "survey", "调研报告"
    SPEECH = "speech", "发言材料"
    MODELS = "models", "模式与典型"
    WORK = "work", "工作情况"
    MERGER = "merger", "合并前后"


def document_file_path(document, name):
    """Where a file lies: a name of our own, so that no name from outside touches the disk."""
    return f"documents/{uuid4().hex}.bin"


class IssuedReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those about an area assigned to the user."""
        return self.filter(tree.lies_inside(user.paths(), "filing__path"))


class IssuedReport(models.Model):
    """A report as it was issued: the file byte for byte, and the figures it was written from.

    `figures` is [{key, label, value, words, definition, counted, missing, href}] in the order of the document; `version`
    the state of the data, as `Facts.version` names it.
    """

    filing = models.ForeignKey(
        Filing, verbose_name="填报表", on_delete=models.PROTECT, related_name="issued_reports"
    )
    shape = models.CharField("文种", max_length=10, choices=Shape)
    approved = models.BooleanField("仅审定", default=False)
    title = models.CharField("标题", max_length=200)
    template = models.CharField("模板", max_length=200, blank=True)
    file = models.FileField("文件", upload_to=document_file_path)
    sha256 = models.CharField("校验值", max_length=64)
    version = models.CharField("数据版本", max_length=12)
    figures = models.JSONField("数字", default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="定稿人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("定稿时间", auto_now_add=True)

    objects = IssuedReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已出报告"
        ordering = ["-pk"]

    def __str__(self):
        return self.title

    @property
    def file_name(self):
        return f"{self.title}.docx"


class ReportTemplateQuerySet(models.QuerySet):
    def nearest(self, filing, shape):
        """The template for a shape that holds where the filing is: its unit's own, else that of the nearest one above."""
        around = models.Q(unit__in=tree.path_ids(filing.path))
        return self.filter(around, shape=shape).order_by("-unit__level").first()


class ReportTemplate(models.Model):
    """A Word template of a unit's own for one shape; it holds for the unit and all below it."""

    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.CASCADE, related_name="report_templates"
    )
    shape = models.CharField("文种", max_length=10, choices=Shape)
    name = models.CharField("文件名", max_length=200)
    file = models.FileField("文件", upload_to=document_file_path)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("上传时间", auto_now=True)

    objects = ReportTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报告模板"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "shape"],
                name="report_template_once",
                violation_error_message="这个单位已有这种文种的模板。",
            )
        ]

    def __str__(self):
        return f"{self.unit_id} {self.get_shape_display()}"

    def read(self):
        with self.file.open("rb") as file:
            return file.read()
