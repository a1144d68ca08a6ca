"""Bodies that serve residents, the rooms they have, and the equipment in them."""

from django.db import models
from django.db.models import Q

from surveys.fields import (
    AmountField,
    CountField,
    PartialDateField,
    TextField,
    WordField,
    YesNoField,
    add_constraints,
)
from surveys.models import Record
from surveys.words import Stage


class InstitutionCategory(models.TextChoices):
    COMMITTEE = "residents_committee", "居民委员会"
    MANAGEMENT = "management_committee", "社区管委会"
    CENTRE = "service_centre", "服务中心（站）"
    POLICE = "police_room", "警务室"
    LABOUR = "labour_station", "劳动保障站"
    LOW_INCOME = "low_income_station", "低保站"
    HEALTH = "health_station", "计生（卫生）站"
    CULTURE = "culture_station", "文体站"
    LIBRARY = "library", "图书室"
    GROUND = "outdoor_ground", "室外活动场"
    MEDIATION = "mediation_committee", "人民调解委员会"
    SECURITY = "security_committee", "治安保卫委员会"
    HYGIENE = "hygiene_committee", "公共卫生委员会"
    FAMILY = "family_committee", "老年人和妇女儿童工作委员会"
    SOCIAL_WORK = "social_work_station", "社会工作站"


class Tenure(models.TextChoices):
    OWNED = "owned", "自有"
    RENTED = "rented", "租赁"
    BORROWED = "borrowed", "借用"
    ALLOTTED = "allotted", "调剂"
    SHARED = "shared", "共建"
    NONE = "none", "无"


class RoomCondition(models.TextChoices):
    GOOD = "good", "良好"
    FAIR = "fair", "一般"
    OLD = "old", "陈旧"
    UNSAFE = "unsafe", "危房"


@add_constraints
class Institution(Record):
    """A body in a community, such as its residents' committee or police room, and how far it works.

    四落实: posts, people, money and activities are each in place or not (Huanghua report, part 3).
    """

    category = WordField("类别", max_length=30, choices=InstitutionCategory, blank=False)
    stage = WordField("建设阶段", choices=Stage)
    founded_on = PartialDateField("成立时间")
    elected_on = PartialDateField("换届时间")
    members = CountField("成员数", unit="人", highest=100)
    staff = CountField("工作人员数", unit="人", highest=1_000)
    area = AmountField("用房面积", unit="m²", highest=100_000)
    posts_set = YesNoField("编制落实")
    people_set = YesNoField("人员落实")
    money_set = YesNoField("经费落实")
    activities_set = YesNoField("活动落实")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "机构"
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "category"],
                name="institution_once",
                violation_error_message="同一社区的同类机构只填一行。",
            ),
            models.CheckConstraint(
                condition=~Q(category=""),
                name="institution_category_given",
                violation_error_message="请选择机构类别。",
            ),
        ]

    def __str__(self):
        return self.get_category_display()


@add_constraints
class Premises(Record):
    """Rooms a community works in: area in m², whose they are, rent in yuan a year."""

    name = TextField("名称/用途", blank=False, default="办公用房")
    area = AmountField("建筑面积", unit="m²", highest=100_000)
    usable_area = AmountField("使用面积", unit="m²", highest=100_000)
    activity_area = AmountField("居民活动面积", unit="m²", highest=100_000)
    tenure = WordField("产权", choices=Tenure)
    condition = WordField("房屋状况", choices=RoomCondition)
    rent = AmountField("年租金", unit="元", highest=10_000_000)
    used_since = PartialDateField("投入使用年份")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "办公用房"
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "name"],
                name="premises_once",
                violation_error_message="同一社区的用房名称不能重复。",
            )
        ]

    def __str__(self):
        return self.name


@add_constraints
class Equipment(Record):
    """The six-item set of office equipment (六个一): how many of each are there."""

    phones = CountField("电话", unit="部", highest=1_000)
    televisions = CountField("电视机", unit="台", highest=1_000)
    cabinets = CountField("档案柜", unit="组", highest=1_000)
    desks = CountField("办公桌椅", unit="套", highest=1_000)
    computers = CountField("电脑", unit="台", highest=1_000)
    wall_rules = CountField("上墙制度", unit="套", highest=1_000)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "设备"
        constraints = [
            models.UniqueConstraint(
                fields=["filing"],
                name="equipment_once",
                violation_error_message="设备每个社区只有一行。",
            )
        ]

    def __str__(self):
        return "设备"
