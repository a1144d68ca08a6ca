from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from communities.models import Unit
from surveys.sections import all_sections

check_period = RegexValidator(
    r"^20\d\d(Q[1-4]|M(0[1-9]|1[0-2]))?$",
    "填报期写成年份 2022、季度 2022Q3 或月份 2022M05。",
)


class RoundQuerySet(models.QuerySet):
    def covering(self, unit):
        """Rounds whose area contains `unit`."""
        from communities.tree import ids

        return self.filter(unit__in=ids(unit.path))

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
        found = list((self.covering(unit) if unit else self).filter(period=period).select_related("unit"))
        if not found:
            raise ValidationError(f"{unit or ''}没有 {period} 这一期。请先用 open_round 开设，或核对年份。")
        if len(found) > 1 and not unit:
            names = "、".join(f"{round.unit}（{round.unit.code or '无代码'}）" for round in found)
            raise ValidationError(f"{period} 有 {len(found)} 个填报期：{names}。请用 --unit 说明是哪个单位的。")
        return max(found, key=lambda round: round.unit.path.count("/"))


class Round(models.Model):
    """One survey: what the units below `unit` report for a year, quarter or month.

    Values describe the state on `reference_date`; standards in force on that day judge it.
    """

    unit = models.ForeignKey(Unit, verbose_name="覆盖单位", on_delete=models.PROTECT, related_name="rounds")
    period = models.CharField("期别", max_length=7, validators=[check_period])
    title = models.CharField("名称", max_length=100)
    reference_date = models.DateField("基准日")
    opens_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("截止时间")

    asks_extras = models.BooleanField("有补充项", default=False, db_default=False)

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
        ]

    def __str__(self):
        return self.title

    @property
    def year(self):
        return int(self.period[:4])

    @cached_property
    def sections(self):
        """The sections this round asks, in order: those of every survey, and last what the bureau asks of its own."""
        from surveys.extras import sections_of

        return (*all_sections(), *sections_of(self))

    def section(self, name):
        """Raises KeyError for a name that no section of the round bears."""
        return {section.name: section for section in self.sections}[name]
