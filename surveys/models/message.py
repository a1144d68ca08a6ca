from django.conf import settings
from django.db import models
from django.db.models import Q

from surveys.models.filing import Filing
from surveys.models.round import Round


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own; nobody reads another's."""
        return self.filter(to=user)

    def unread(self):
        return self.filter(read_at=None)


class Message(models.Model):
    """Something one person should know: please report, this was returned, that was approved.

    Kept for good, read or not: that somebody was told is part of the record. How many are unread stands on the user,
    so that the number in the bar costs no query.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", "催报"
        RETURNED = "returned", "退回"
        APPROVED = "approved", "审定"
        NOTICE = "notice", "通知"

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="收件人",
        on_delete=models.CASCADE,
        related_name="messages",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发件人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField("类别", max_length=10, choices=Kind)
    text = models.CharField("内容", max_length=400)
    round = models.ForeignKey(
        Round, verbose_name="填报期", null=True, on_delete=models.CASCADE, related_name="+"
    )
    filing = models.ForeignKey(
        Filing, verbose_name="填报表", null=True, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("读过", null=True)
    mailed_at = models.DateTimeField("邮件发出", null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["to", "-id"], name="message_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="message_says_something",
                violation_error_message="消息没有内容。",
            )
        ]

    def __str__(self):
        return self.text
