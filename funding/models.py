"""The money of a community in a year: what was budgeted, allotted, and what really arrived."""

from django.db import models

from surveys.fields import AmountField, WordField, add_constraints
from surveys.models import Record


class Purpose(models.TextChoices):
    OFFICE = "office", "办公（工作）经费"
    PARTY = "party", "党建经费"
    SPECIAL = "special", "专项经费"
    SERVICE = "service", "服务群众经费"
    PAY = "pay", "人员经费"
    OTHER = "other", "其他"


class Origin(models.TextChoices):
    FISCAL = "fiscal", "财政拨款"
    TASK = "task", "费随事转"
    SELF = "self_raised", "自筹"
    REWARD = "reward", "以奖代补"
    LOTTERY = "lottery", "公益金"
    DUES = "dues", "党费"
    DONATION = "donation", "社会捐助"
    OTHER = "other", "其他"


class Route(models.TextChoices):
    """How a community gets at the money."""

    ACCOUNT = "own_account", "独立账户"
    STREET = "street", "街道实报实销"
    ALLOTTED = "allotted", "街道拨付"


@add_constraints
class FundLine(Record):
    """One line of money, in yuan: budgeted at the start of the year, allotted, arrived, spent."""

    purpose = WordField("用途", choices=Purpose, blank=False, default=Purpose.OFFICE)
    origin = WordField("来源", choices=Origin, blank=False, default=Origin.FISCAL)
    budgeted = AmountField("年初预算", unit="元")
    allotted = AmountField("拨付", unit="元")
    received = AmountField("实际到位", unit="元")
    spent_office = AmountField("办公支出", unit="元")
    spent_activity = AmountField("活动支出", unit="元")
    route = WordField("拨付方式", choices=Route)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "经费"
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "purpose", "origin"],
                name="fund_once",
                violation_error_message="同一社区同一用途、同一来源的经费只填一行。",
            )
        ]

    def __str__(self):
        return f"{self.get_purpose_display()}·{self.get_origin_display()}"

    @property
    def received_share(self):
        """到位率, percent of the budget; None where it cannot be said."""
        if not self.budgeted or self.received is None:
            return None
        return self.received / self.budgeted * 100
