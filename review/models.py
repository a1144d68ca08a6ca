"""Outliers that somebody looked into and explained."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from communities import tree
from surveys.models import Filing


class DismissalQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(tree.lies_inside(user.paths(), "filing__path"))


class Dismissal(models.Model):
    """Why an odd figure is right after all, as a reviewer found; it holds while the figure stays what it was (`value`).

    `kind` and `subject` say which outlier of the filing: a measure's name, or a record's.
    """

    filing = models.ForeignKey(
        Filing, verbose_name="填报表", on_delete=models.CASCADE, related_name="dismissals"
    )
    kind = models.CharField("类别", max_length=10)
    subject = models.CharField("事项", max_length=160)
    value = models.CharField("当时的值", max_length=200)
    reason = models.CharField("说明", max_length=400)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="核对人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间", auto_now=True)

    objects = DismissalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异常说明"
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "kind", "subject"],
                name="dismissal_once",
                violation_error_message="这一条异常已经说明过。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="dismissal_with_reason",
                violation_error_message="核对异常要写明理由。",
            ),
        ]

    def __str__(self):
        return self.reason
