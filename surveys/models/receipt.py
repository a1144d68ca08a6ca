from django.conf import settings
from django.db import models


class Receipt(models.Model):
    """The answer to one save of a form, kept so that the same form sent twice is saved once.

    A double click, the back button or a retry after a broken connection sends the same key again and gets the same
    answer. `answer` is what the page was told.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.PROTECT, related_name="+"
    )
    key = models.UUIDField("表单编号")
    at = models.DateTimeField("时间", auto_now_add=True)
    answer = models.JSONField("答复")

    class Meta:
        verbose_name = verbose_name_plural = "保存回执"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="receipt_once",
                violation_error_message="这份表单已经保存过。",
            )
        ]

    def __str__(self):
        return str(self.key)
