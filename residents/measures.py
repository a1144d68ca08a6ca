from django.db.models import Count, Max, Min, Q

from surveys.measures import Measure, MeasureSource, as_float, count_rows, known_sum

PROFILE = [
    ("households", "总户数", "户", "households"),
    ("residents", "总人口", "人", "residents"),
    ("men", "男", "人", "men"),
    ("women", "女", "人", "women"),
    ("registered_residents", "户籍人口", "人", "registered"),
    ("usual_residents", "常住人口", "人", "usual"),
    ("floating_residents", "流动人口", "人", "floating"),
    ("residents_aged_60", "60岁以上", "人", "aged_60"),
    ("disabled_residents", "残疾人", "人", "disabled"),
    ("low_income_households", "低保户", "户", "low_income"),
    ("land_area", "辖区面积", "km²", "area"),
    ("estates", "小区数", "个", "estates"),
    ("unmanaged_buildings", "弃管楼院", "处", "unmanaged_buildings"),
    ("residents_groups", "居民小组数", "个", "groups"),
    ("grids_declared", "网格数", "个", "grids"),
    ("service_points", "便民服务网点", "个", "service_points"),
    ("social_organisations", "社区社会组织", "个", "social_organisations"),
    ("volunteer_teams", "志愿者队伍", "支", "volunteer_teams"),
    ("volunteers", "志愿者人数", "人", "volunteers"),
    ("plates", "外挂牌子", "块", "plates"),
]


def profile_rows():
    from residents.models import Profile

    return Profile.objects.all()


def grid_rows():
    from residents.models import Grid

    return Grid.objects.all()


PROFILE_MEASURES = (
    MeasureSource(
        profile_rows,
        (
            *(Measure(name, label, unit, known_sum(field)) for name, label, unit, field in PROFILE),
            Measure(
                "walk_minutes",
                "步行到服务站最长时间",
                "分钟",
                as_float(Max("walk_minutes")),
                "max",
            ),
        ),
    ),
)

GRID_MEASURES = (
    MeasureSource(
        grid_rows,
        (
            Measure("grids", "在册网格", "个", count_rows()),
            Measure("grid_households", "网格户数合计", "户", known_sum("households")),
            Measure(
                "grid_households_min",
                "最小网格户数",
                "户",
                as_float(Min("households")),
                "min",
            ),
            Measure(
                "grid_households_max",
                "最大网格户数",
                "户",
                as_float(Max("households")),
                "max",
            ),
            Measure(
                "grid_residents_max",
                "最大网格人口",
                "人",
                as_float(Max("residents")),
                "max",
            ),
            Measure(
                "grid_workers",
                "有网格员的网格",
                "个",
                as_float(Count("pk", filter=~Q(worker=""))),
            ),
            Measure("grid_phones", "配手机的网格", "个", count_rows(phone=True)),
        ),
    ),
)
