from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q

from communities import tree


class Level(models.IntegerChoices):
    """Rank in the tree; levels may be skipped (a county-level city has no districts)."""

    PROVINCE = 1, "省"
    CITY = 2, "市"
    DISTRICT = 3, "区县"
    STREET = 4, "街道"
    COMMUNITY = 5, "社区"
    GRID = 6, "网格"


class Kind(models.TextChoices):
    """What a unit is by law; several kinds share one level."""

    PROVINCE = "province", "省"
    REGION = "autonomous_region", "自治区"
    MUNICIPALITY = "municipality", "直辖市"
    CITY = "city", "地级市"
    PREFECTURE = "prefecture", "地区（州、盟）"
    DISTRICT = "district", "市辖区"
    COUNTY = "county", "县"
    COUNTY_CITY = "county_city", "县级市"
    ZONE = "zone", "开发区"
    STREET = "street", "街道"
    TOWN = "town", "镇"
    TOWNSHIP = "township", "乡"
    COMMUNITY = "community", "社区"
    VILLAGE = "village", "村"
    GRID = "grid", "网格"
    OTHER = "other", "其他"


KINDS_AT = {
    Level.PROVINCE: {Kind.PROVINCE, Kind.REGION, Kind.MUNICIPALITY, Kind.OTHER},
    Level.CITY: {Kind.CITY, Kind.PREFECTURE, Kind.ZONE, Kind.OTHER},
    Level.DISTRICT: {Kind.DISTRICT, Kind.COUNTY, Kind.COUNTY_CITY, Kind.ZONE, Kind.OTHER},
    Level.STREET: {Kind.STREET, Kind.TOWN, Kind.TOWNSHIP, Kind.ZONE, Kind.OTHER},
    Level.COMMUNITY: {Kind.COMMUNITY, Kind.VILLAGE, Kind.OTHER},
    Level.GRID: {Kind.GRID, Kind.OTHER},
}


class Governance(models.TextChoices):
    """How a community is run (Jiamusi report, part 2)."""

    TRADITIONAL = "traditional", "传统型"
    COUNTY = "county", "县域型"
    BIG = "big_community", "大社区"


PROVINCE_CODES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]"
check_code = RegexValidator(
    rf"^({PROVINCE_CODES})\d{{10}}$",
    "区划代码应为 12 位数字，前两位是省级代码，如 130983001016。",
)


# What the lists write behind a community's name.
COMMITTEES = ("居民委员会", "村民委员会", "居委会")


def full_code(code):
    """Return a code with the trailing zeros that were left off: `130983` -> `130983000000`."""
    return code.strip().ljust(12, "0")


def place_problem(level, parent_level):
    """Return why a unit of `level` cannot stand below one of `parent_level`; "" where it can.

    `parent_level` is None for a unit below nothing.
    """
    if parent_level is None and level > Level.DISTRICT:
        return "没有写上级；只有省、市、区县可以没有上级。"
    if parent_level is None or parent_level < level:
        return ""
    return f"{Level(level).label}不能放在{Level(parent_level).label}下面，上级的层级应更高。"


class UnitQuerySet(tree.TreeQuerySet):
    def open(self, on):
        """Return the units that exist on the day `on`."""
        return self.filter(
            Q(opened_on=None) | Q(opened_on__lte=on),
            Q(closed_on=None) | Q(closed_on__gt=on),
        )

    def by_code(self, code):
        """Return the unit with this code, short forms included. Raises Unit.DoesNotExist."""
        return self.get(code=full_code(code))

    def called(self, name):
        """Return the units of this name, written in full or as people say it: 育才社区."""
        full = self.filter(name=name)
        if full:
            return full
        return self.filter(name__in=[name + ending for ending in COMMITTEES])


class Unit(models.Model):
    """A province, city, district, street, community or grid: one node of the tree.

    `code` is the 12-digit statistical code: data, optional, never parsed for parentage (zones and
    directly run communities break the pattern, reorganisations change it). `path` is derived from
    `parent`: the chain of own ids. A unit is never deleted once it has reported; it is closed.
    """

    name = models.CharField("名称", max_length=60)
    code = models.CharField(
        "区划代码",
        max_length=12,
        null=True,
        blank=True,
        unique=True,
        validators=[check_code],
    )
    level = models.PositiveSmallIntegerField("层级", choices=Level)
    kind = models.CharField("类型", max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = tree.PathField("路径", editable=False)
    opened_on = models.DateField("设立日期", null=True, blank=True)
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["path"]
        indexes = [models.Index(fields=["path"], name="unit_path")]
        constraints = [
            # A street that was closed may be set up again under its old name and a new code.
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(closed_on=None),
                name="unit_name_once",
                violation_error_message="同一上级下已有同名单位。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gt=F("opened_on")),
                name="unit_closed_after_opened",
                violation_error_message="撤销日期应晚于设立日期。",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        """Save the unit and keep the path true, whichever way the change comes in.

        A new unit gets its own path; a moved one takes its subtree along.
        """
        with transaction.atomic():
            stored = self._path_of(self.pk)
            if stored:
                self.path = self._derived_path()
                super().save(**kwargs)
                if stored != self.path:
                    Unit.objects.rebase(stored, self.path)
            else:
                self.path = ""
                super().save(**kwargs)
                self.path = self._derived_path()  # which holds the id it has by now
                Unit.objects.filter(pk=self.pk).update(path=self.path)

    def clean(self):
        """Refuse what SQL cannot: a kind or place that does not fit the level, or below itself."""
        kinds = KINDS_AT.get(self.level)
        if kinds and self.kind and self.kind not in kinds:
            raise ValidationError(
                {"kind": f"{self.get_level_display()}一级没有“{self.get_kind_display()}”这种类型。"}
            )
        self.check_place()

    def check_place(self):
        """Refuse a parent inside or not above this unit, and a level not above its children's."""
        parent = self.parent
        if parent and self.pk in tree.path_ids(parent.path):
            raise ValidationError({"parent": f"“{parent}”就在“{self}”之内，不能作它的上级。"})
        if not self.level:
            return
        if problem := place_problem(self.level, parent and parent.level):
            raise ValidationError({"parent": problem})
        if not self.pk:
            return
        below = self.children.filter(level__lte=self.level).first()
        if below:
            raise ValidationError(
                {"level": f"下级“{below}”是{below.get_level_display()}，本单位的层级应更高。"}
            )

    def _derived_path(self):
        return tree.child_path(self._path_of(self.parent_id), self.pk)

    @staticmethod
    def _path_of(pk):
        """Return the stored path of a unit, None where there is no such unit."""
        if pk is None:
            return None
        return Unit.objects.filter(pk=pk).values_list("path", flat=True).first()

    @property
    def short_name(self):
        """The name people use: 育才社区 for 育才社区居民委员会, 某村 for 某村村民委员会."""
        name = self.name
        for ending in COMMITTEES:
            name = name.removesuffix(ending)
        return name or self.name


class GovernancePeriod(models.Model):
    """How a unit and all below it is run from a day on; a unit without one takes its parent's."""

    unit = models.ForeignKey(
        Unit,
        verbose_name="单位",
        on_delete=models.CASCADE,
        related_name="governance_periods",
    )
    model = models.CharField("治理模式", max_length=20, choices=Governance)
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "治理模式"
        ordering = ["unit", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "since"],
                name="governance_once",
                violation_error_message="该日起已有一种治理模式。",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="governance_until_after_since",
                violation_error_message="截止日期应晚于起始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.get_model_display()}"
