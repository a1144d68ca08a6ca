from dataclasses import dataclass
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import OuterRef, Subquery

from communities.models import Unit, check_code
from reports.models.standard import Standard


class UnitCostQuerySet(models.QuerySet):
    def with_path(self):
        """Each carries `path`, where in the tree its region lies.

        None where the region is no unit here.
        """
        region = Unit.objects.filter(code=OuterRef("region_code")).order_by().values("path")
        return self.annotate(path=Subquery(region))


class UnitCost(models.Model):
    """What closing one unit of a gap costs in one region, where the general figure does not hold.

    It belongs to a version of the standard: what an old round's gap list cost stays what it was.
    """

    standard = models.ForeignKey(
        Standard, verbose_name="标准", on_delete=models.CASCADE, related_name="costs"
    )
    region_code = models.CharField("地区代码", max_length=12, validators=[check_code])
    cost = models.DecimalField(
        "单位缺口费用（元）",
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0), "费用不能小于 0 元。")],
    )
    source = models.CharField("依据", max_length=200, blank=True)

    objects = UnitCostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地区费用"
        ordering = ["standard", "region_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "region_code"],
                name="unit_cost_once",
                violation_error_message="这条标准在这个地区已有一个费用。",
            ),
            models.CheckConstraint(
                condition=models.Q(cost__gte=0),
                name="unit_cost_not_negative",
                violation_error_message="费用不能小于 0 元。",
            ),
        ]

    def __str__(self):
        return f"{self.standard} {self.region_code}"


@dataclass(frozen=True)
class Cost:
    """Yuan for one unit of gap, its source, and the region it holds in ("": everywhere)."""

    yuan: Decimal
    source: str = ""
    region_code: str = ""


class Costs:
    """The cost of one unit of gap in any place, of these standards.

    One query, however many filings are asked about.

        costs = Costs(standards)
        costs.of(standard, filing.path)    # Cost, or None where nobody has named one

    The nearest region around the place wins, then the standard's general figure.
    """

    def __init__(self, standards):
        self.by_standard = {}
        costs = UnitCost.objects.filter(standard__in=standards).with_path()
        for cost in costs.exclude(path=None):
            self.by_standard.setdefault(cost.standard_id, []).append(cost)

    def of(self, standard, path):
        """The Cost of one unit of gap at a place; None where nobody has named one."""
        costs = self.by_standard.get(standard.pk, ())
        around = [cost for cost in costs if path.startswith(cost.path)]
        if around:
            nearest = max(around, key=lambda cost: len(cost.path))
            return Cost(nearest.cost, nearest.source, nearest.region_code)
        if standard.cost is None:
            return None
        return Cost(standard.cost)

    def varies_within(self, standard, path):
        """Whether parts of the area have a cost of their own, so that its gap has not one price."""
        return any(
            cost.path.startswith(path) and cost.path != path
            for cost in self.by_standard.get(standard.pk, ())
        )
