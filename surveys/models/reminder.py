from django.conf import settings
from django.db import models

from surveys.models.filing import Filing


class Reminder(models.Model):
    """That somebody urged those who fill in one filing to hand it in; `told` are the names of those who were."""

    filing = models.ForeignKey(
        Filing, verbose_name="填报表", on_delete=models.CASCADE, related_name="reminders"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="催报人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    told = models.CharField("催了谁", max_length=200)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "催报"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.filing_id} {self.told}"
