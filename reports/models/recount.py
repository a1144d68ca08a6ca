from django.db import models

from surveys.models import Round


class MeasureDefinition(models.Model):
    """How a measure was defined when the database was last migrated, as a fingerprint.

    What was stored under another definition is marked by `Recount`.
    """

    name = models.CharField("指标", max_length=100, primary_key=True)
    fingerprint = models.CharField("定义指纹", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "指标定义"

    def __str__(self):
        return self.name


class Recount(models.Model):
    """A round whose stored measures follow from former definitions, until all are counted anew.

    `measures` are the names of those that changed; `counted_to` is the last filing already counted,
    so that an interrupted run goes on from there. `Round.is_recounted` says on pages that the row
    is there.
    """

    round = models.OneToOneField(
        Round, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    measures = models.JSONField("指标", default=list)
    marked_at = models.DateTimeField("标记时间")
    counted_to = models.PositiveBigIntegerField("已算到的填报表", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "待重算的填报期"

    def __str__(self):
        return f"{self.round_id}"
