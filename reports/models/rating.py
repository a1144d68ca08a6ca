from itertools import pairwise

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from communities import tree
from communities.models import Unit

MOST_STARS = 5


class ScoringMethod(models.TextChoices):
    """What a community gets for a standard it only partly meets."""

    SHARE = "share", "按比例"
    ALL = "all", "全有或全无"


class Unknown(models.TextChoices):
    """What a standard counts that cannot be judged for want of data."""

    ZERO = "zero", "按 0 分计"
    LEFT_OUT = "left_out", "不计入满分"


class SchemeQuerySet(models.QuerySet):
    def near(self, path):
        """Those of the units around a place of the tree, and of those inside it."""
        around = Q(unit__in=tree.path_ids(path))
        return self.filter(around | tree.lies_inside([path], "unit__path")).select_related("unit")

    def begun(self, on):
        """Those that have begun by a day; of several of one unit the newest is in force."""
        return self.filter(effective_from__lte=on)


class Scheme(models.Model):
    """One version of how a unit rates the communities below it (评分办法).

    What each standard weighs, and the stars. In force from its day until a later version of the
    same unit begins. `least_known` is the percentage of the points that must rest on data for a
    community to be ranked; `stars` the least score of one star, of two, and so on.
    """

    unit = models.ForeignKey(
        Unit, verbose_name="制定单位", on_delete=models.PROTECT, related_name="schemes"
    )
    name = models.CharField("名称", max_length=100)
    effective_from = models.DateField("生效日期")
    source = models.CharField("来源文件", max_length=200, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    unknown = models.CharField("缺数的标准", max_length=10, choices=Unknown, default=Unknown.ZERO)
    least_known = models.PositiveSmallIntegerField(
        "有数据的分值至少占（%）", default=60, validators=[MaxValueValidator(100, "最多是 100%%。")]
    )
    stars = models.JSONField("各星级起点分", default=list)
    revision = models.PositiveIntegerField("修改次数", default=0, editable=False)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评分办法"
        ordering = ["unit", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "effective_from"],
                name="scheme_version_once",
                violation_error_message="这个单位已有同一天生效的评分办法。",
            ),
            models.CheckConstraint(
                condition=Q(least_known__lte=100),
                name="scheme_least_known_is_a_share",
                violation_error_message="有数据的分值所占比例最多是 100%。",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Raise ValidationError where stars do not climb: two cost more than one."""
        rising = all(low < high for low, high in pairwise([-1, *self.stars, 101]))
        if not self.stars or len(self.stars) > MOST_STARS or not rising:
            raise ValidationError("起点分要在 0 到 100 之间，一星最低，往上逐级提高。")

    @property
    def leaves_out(self):
        """Whether standards that cannot be judged are left out of the points to be had."""
        return self.unknown == Unknown.LEFT_OUT

    def stars_of(self, score):
        """How many stars a score (0 to 100) earns."""
        return sum(score >= least for least in self.stars)


class Weight(models.Model):
    """How many points one standard is worth in a scheme, whichever version of it is in force."""

    scheme = models.ForeignKey(
        Scheme, verbose_name="评分办法", on_delete=models.CASCADE, related_name="weights"
    )
    code = models.SlugField("标准代码", max_length=60, db_index=False)
    points = models.DecimalField(
        "分值",
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0.01, "分值要大于 0。")],
    )
    way = models.CharField(
        "计分方式", max_length=10, choices=ScoringMethod, default=ScoringMethod.SHARE
    )
    position = models.PositiveIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "分值"
        ordering = ["scheme", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="weight_once",
                violation_error_message="这条标准在办法中已有分值。",
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0),
                name="weight_counts",
                violation_error_message="分值要大于 0。",
            ),
        ]

    def __str__(self):
        return f"{self.scheme_id} {self.code}"
