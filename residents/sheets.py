from residents.measures import GRID_MEASURES, PROFILE_MEASURES
from residents.models import Grid, Profile
from surveys.sections import Check, Column, Section, part_check, sum_check

PROFILE = Section(
    name="profile",
    label="基本情况",
    model=Profile,
    sheet_names=("社区基本情况", "基本情况", "基本情况统计表"),
    columns=(
        Column(
            "households",
            ("户数", "居民户数", "总户数（户）", "人口总户数"),
            required=True,
            group="户数与人口",
        ),
        Column(
            "residents",
            ("人口合计", "人口总数", "总人口数", "人口数", "居民人数", "居民总数"),
            required=True,
        ),
        Column("men", ("人口男", "男性", "男性人口", "其中男"), required=True),
        Column("women", ("人口女", "女性", "女性人口", "其中女", "其中女性"), required=True),
        Column("registered", ("户籍人口数", "户籍人数")),
        Column("usual", ("常住人口数", "常住人数")),
        Column("floating", ("人口其中：流动人口", "流动人口数", "外来人口", "其中流动人口")),
        Column(
            "aged_60",
            (
                "人口其中：60岁以上",
                "60岁以上人口",
                "60周岁以上",
                "60岁及以上",
                "人口60岁以上",
                "老年人口",
            ),
        ),
        Column("disabled", ("残疾人数", "残疾人口")),
        Column("low_income", ("低保户数", "最低生活保障户")),
        Column("area", ("面积", "社区面积", "总面积", "辖区总面积"), group="辖区"),
        Column("estates", ("小区个数", "居民小区", "居民小区数", "住宅小区")),
        Column("unmanaged_buildings", ("弃管楼院数", "弃管小区", "无物业楼院")),
        Column("groups", ("居民小组", "居民小组个数")),
        Column("grids", ("网格个数", "网格总数", "划分网格数")),
        Column(
            "service_points",
            ("便民服务点", "便民网点", "便民利民网点", "便民服务网点数"),
            group="服务与组织",
        ),
        Column("walk_minutes", ("步行时间", "最远步行时间", "服务圈步行分钟")),
        Column("social_organisations", ("社会组织", "社会组织数", "社会组织总数")),
        Column("volunteer_teams", ("志愿者队伍数", "志愿服务队伍", "志愿服务队")),
        Column("volunteers", ("志愿者", "志愿者数", "注册志愿者")),
        Column("plates", ("门口牌子", "标识牌", "外挂牌子数")),
        Column("note", asked=False),
    ),
    checks=(
        Check(
            "sexes",
            "women",
            sum_check("men", "women", whole="residents"),
            "男、女之和应等于总人口",
        ),
        Check(
            "floating",
            "floating",
            part_check("floating", whole="residents"),
            "流动人口不应多于总人口",
        ),
        Check(
            "aged_60",
            "aged_60",
            part_check("aged_60", whole="residents"),
            "60岁以上人口不应多于总人口",
        ),
        Check(
            "disabled",
            "disabled",
            part_check("disabled", whole="residents"),
            "残疾人不应多于总人口",
        ),
        Check(
            "low_income",
            "low_income",
            part_check("low_income", whole="households"),
            "低保户不应多于总户数",
        ),
        Check(
            "households",
            "households",
            part_check("households", whole="residents"),
            "总户数不应多于总人口",
        ),
    ),
    measures=PROFILE_MEASURES,
)

GRIDS = Section(
    name="grids",
    label="网格",
    model=Grid,
    key=("name",),
    sheet_names=("网格", "网格情况", "网格统计表"),
    columns=(
        Column("name", ("名称", "网格", "网格名")),
        Column("code", ("编码", "网格编号", "网格代码"), asked=False),
        Column("households", ("网格户数", "总户数")),
        Column("residents", ("网格人口", "总人口", "人口数")),
        Column("worker", ("网格员姓名", "网格长"), person=True),
        Column("phone", ("配手机", "手机", "是否配备手机")),
        Column("note", asked=False),
    ),
    measures=GRID_MEASURES,
)
