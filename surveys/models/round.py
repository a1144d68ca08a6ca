from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from communities import tree
from communities.models import Level, Unit

check_period = RegexValidator(
    r"^20\d\d(Q[1-4]|M(0[1-9]|1[0-2]))?$",
    "填报期写成年份 2022、季度 2022Q3 或月份 2022M05。",
)


# Whose filings have a due time of their own; above them the round's own counts.
DUE_FIELDS = {
    Level.COMMUNITY: "community_due_at",
    Level.STREET: "street_due_at",
    Level.DISTRICT: "district_due_at",
}


class State(models.TextChoices):
    PLANNED = "planned", "未开始"
    OPEN = "open", "填报中"
    CLOSED = "closed", "已关闭"


def due_not_after(field, *upper):
    """A condition: a level's due time, where it has one, is not after that of the level above."""
    above = Coalesce(*upper, "due_at") if upper else F("due_at")
    return Q(**{field: None}) | Q(**{f"{field}__lte": above})


class RoundQuerySet(models.QuerySet):
    def covering(self, unit):
        """Rounds whose area contains `unit`."""
        return self.filter(unit__in=tree.path_ids(unit.path))

    def running(self):
        """Rounds in which something may be saved now: begun and not closed."""
        return self.filter(closed_at=None, opens_at__lte=timezone.now())

    def editable_by(self, user):
        """Rounds this person manages: a reviewer of the round's unit or of one above it."""
        return self.filter(tree.lies_inside(user.paths(role="reviewer"), "unit__path"))

    def visible_to(self, user):
        """Rounds in which the user has at least one filing in sight."""
        from surveys.models.filing import Filing

        return self.filter(pk__in=Filing.objects.visible_to(user).values("round"))

    def find_round(self, text, unit=None):
        """The round a person means by `2022` or `2022Q3`; of several over `unit` the nearest one.

        Raises ValidationError with a sentence; without a unit it names the candidates.
        """
        period = text.strip().upper()
        check_period(period)
        rounds = self.covering(unit) if unit else self
        found = list(rounds.filter(period=period).select_related("unit"))
        if not found:
            raise ValidationError(
                f"{unit or ''}没有 {period} 这一期。请先用 open_round 开设，或核对年份。"
            )
        if len(found) > 1 and not unit:
            units = [round.unit for round in found]
            described = []
            for each in units:
                described.append(f"{each}（{each.code or '无代码'}）")
            names = "、".join(described)
            raise ValidationError(
                f"{period} 有 {len(found)} 个填报期：{names}。请用 --unit 说明是哪个单位的。"
            )
        return max(found, key=lambda round: round.unit.path.count("/"))


class Round(models.Model):
    """One survey: what the units below `unit` report for a year, quarter or month.

    Values describe the state on `reference_date`; standards in force on that day judge it. Its
    filings are made when it is opened or planned; they can be written to from `opens_at` until
    somebody closes it. Being late locks nothing. `section_names` and `kinds` (of communities) are
    what it asks and whom, all where they are empty. `carried` are the sections whose last records
    were copied into it, from `source` or from what each unit reported last. `is_recounted` says that
    stored figures about it follow from former definitions and are being counted anew, `recounted_at` when that
    was last done.
    """

    unit = models.ForeignKey(
        Unit, verbose_name="覆盖单位", on_delete=models.PROTECT, related_name="rounds"
    )
    period = models.CharField("期别", max_length=7, validators=[check_period])
    title = models.CharField("名称", max_length=100)
    reference_date = models.DateField("基准日")
    opens_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("截止时间")
    community_due_at = models.DateTimeField("社区截止时间", null=True, blank=True)
    street_due_at = models.DateTimeField("街道截止时间", null=True, blank=True)
    district_due_at = models.DateTimeField("区县截止时间", null=True, blank=True)
    section_names = models.JSONField("填报分项", default=list, blank=True)
    asks_extras = models.BooleanField("有补充项", default=False, db_default=False)
    kinds = models.JSONField("填报的社区类型", default=list, blank=True)
    carried = models.JSONField("带入上期数据的分项", default=list, blank=True)
    source = models.ForeignKey(
        "self",
        verbose_name="带入自",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    reminded_at = models.DateTimeField("最近催报", null=True, blank=True)
    is_recounted = models.BooleanField("正在重算", default=False, db_default=False, editable=False)
    recounted_at = models.DateTimeField("最近重算", null=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报期"
        ordering = ["-reference_date", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period"],
                name="round_once",
                violation_error_message="该单位这一期已经开设。",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("opens_at")),
                name="round_due_after_opening",
                violation_error_message="截止时间应晚于开始时间。",
            ),
            models.CheckConstraint(
                condition=due_not_after("community_due_at", "street_due_at", "district_due_at")
                & due_not_after("street_due_at", "district_due_at")
                & due_not_after("district_due_at"),
                name="round_due_upward",
                violation_error_message="各级截止时间应自下而上：社区不晚于街道，街道不晚于区县，区县不晚于本期截止。",
            ),
            models.CheckConstraint(
                condition=Q(
                    opens_at__lt=Coalesce(
                        "community_due_at", "street_due_at", "district_due_at", "due_at"
                    )
                ),
                name="round_due_below_after_opening",
                violation_error_message="各级截止时间都应晚于开始时间。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def year(self):
        return int(self.period[:4])

    @property
    def state(self):
        if self.closed_at:
            return State.CLOSED
        if self.opens_at <= timezone.now():
            return State.OPEN
        return State.PLANNED

    @property
    def is_running(self):
        """Whether something may be saved in it now."""
        return self.state == State.OPEN

    def due_for(self, level):
        """Until when a unit of this level hands in: its own due time, else that of the level above."""
        for due_level, name in DUE_FIELDS.items():
            due_at = getattr(self, name)
            if due_level <= level and due_at:
                return due_at
        return self.due_at


class LeftOut(models.Model):
    """A unit that does not report in a round, with all below it, and why: demolished, merged."""

    round = models.ForeignKey(
        Round, verbose_name="填报期", on_delete=models.CASCADE, related_name="left_out"
    )
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "不填报的单位"
        ordering = ["unit__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"],
                name="left_out_once",
                violation_error_message="该单位已经写过一次。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="left_out_with_reason",
                violation_error_message="不填报的单位要写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.unit}：{self.reason}"
