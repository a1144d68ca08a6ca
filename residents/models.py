"""Who lives in a community, and its grids."""

from django.db import models

from surveys.fields import AmountField, CountField, TextField, YesNoField, add_constraints
from surveys.models import Record


@add_constraints
class Profile(Record):
    """The community in figures on the reference date.

    Households, residents, area, services, volunteers.
    """

    households = CountField("总户数", unit="户", highest=200_000)
    residents = CountField("总人口", unit="人", highest=1_000_000)
    men = CountField("男", unit="人", highest=1_000_000)
    women = CountField("女", unit="人", highest=1_000_000)
    registered = CountField("户籍人口", unit="人", highest=1_000_000)
    usual = CountField("常住人口", unit="人", highest=1_000_000)
    floating = CountField("流动人口", unit="人", highest=1_000_000)
    aged_60 = CountField("60岁以上", unit="人", highest=1_000_000)
    disabled = CountField("残疾人", unit="人", highest=1_000_000)
    low_income = CountField("低保户", unit="户", highest=200_000)
    area = AmountField("辖区面积", unit="km²", highest=10_000)
    estates = CountField("小区数", unit="个", highest=2_000)
    unmanaged_buildings = CountField("弃管楼院", unit="处", highest=5_000)
    groups = CountField("居民小组数", unit="个", highest=2_000)
    grids = CountField("网格数", unit="个", highest=2_000)
    service_points = CountField("便民服务网点", unit="个", highest=5_000)
    walk_minutes = CountField("步行到服务站最长时间", unit="分钟", highest=600)
    social_organisations = CountField("社区社会组织", unit="个", highest=2_000)
    volunteer_teams = CountField("志愿者队伍", unit="支", highest=2_000)
    volunteers = CountField("志愿者人数", unit="人", highest=1_000_000)
    plates = CountField("外挂牌子", unit="块", highest=500)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "基本情况"
        constraints = [
            models.UniqueConstraint(
                fields=["filing"],
                name="profile_once",
                violation_error_message="基本情况每个社区只有一行。",
            )
        ]

    def __str__(self):
        return "基本情况"


@add_constraints
class Grid(Record):
    """One grid of the community in this year: households, residents, its grid worker."""

    name = TextField("网格名称", blank=False)
    code = TextField("网格编码", max_length=30)
    households = CountField("户数", unit="户", highest=50_000)
    residents = CountField("人口", unit="人", highest=200_000)
    worker = TextField("网格员")
    phone = YesNoField("是否配手机")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "网格"
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "name"],
                name="grid_once",
                violation_error_message="同一社区的网格名称不能重复。",
            )
        ]

    def __str__(self):
        return self.name
