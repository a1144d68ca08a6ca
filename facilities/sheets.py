from facilities.measures import (
    EQUIPMENT_MEASURES,
    INSTITUTION_MEASURES,
    PREMISES_MEASURES,
)
from facilities.models import Equipment, Institution, InstitutionCategory, Premises
from surveys.sections import Check, Column, Section, part_check
from surveys.words import STAGE_WORDS

CATEGORIES = {
    "居委会": "residents_committee",
    "社区居民委员会": "residents_committee",
    "管委会": "management_committee",
    "服务中心": "service_centre",
    "服务站": "service_centre",
    "社区服务中心": "service_centre",
    "社区服务站": "service_centre",
    "社区警务室": "police_room",
    "计生站": "health_station",
    "卫生站": "health_station",
    "卫生服务站": "health_station",
    "文体活动站": "culture_station",
}


def has_rooms(record):
    """Return whether an area is asked for: of rooms that somebody has."""
    return record.get("tenure") != "none"


def wide_column(category, *labels):
    """Return a column of a wide sheet that tells how far one institution is set up."""
    words = (category.label, *labels)
    return Column(
        "stage",
        words,
        STAGE_WORDS,
        fixed={"category": category.value},
        asked=False,
    )


INSTITUTIONS = Section(
    name="institutions",
    label="机构",
    model=Institution,
    key=("category",),
    sheet_names=("机构", "机构设置", "社区机构情况"),
    columns=(
        Column("category", ("机构类别", "机构名称", "机构"), CATEGORIES),
        Column("stage", ("阶段", "运转情况", "状态"), STAGE_WORDS),
        Column("founded_on", ("成立日期", "建立时间"), asked=False),
        Column("elected_on", ("本届选举时间", "换届日期"), asked=False),
        Column("members", ("成员人数", "委员数"), asked=False),
        Column("staff", ("工作人员", "人员数")),
        Column("area", ("面积",), asked=False),
        Column("posts_set", ("编制",), asked=False),
        Column("people_set", ("人员",), asked=False),
        Column("money_set", ("经费",), asked=False),
        Column("activities_set", ("活动",), asked=False),
        Column("note", asked=False),
        wide_column(InstitutionCategory.COMMITTEE, "社区居民委员会", "居委会"),
        wide_column(
            InstitutionCategory.CENTRE,
            "社区服务中心",
            "社区服务站",
            "服务中心",
            "社区服务中心（站）",
        ),
        wide_column(InstitutionCategory.POLICE, "社区警务室"),
        wide_column(InstitutionCategory.LABOUR, "劳动保障工作站"),
        wide_column(InstitutionCategory.LOW_INCOME, "低保工作站"),
        wide_column(InstitutionCategory.HEALTH, "计生服务站", "卫生服务站", "社区卫生服务站"),
        wide_column(InstitutionCategory.CULTURE, "文体活动站", "文体活动指导站"),
        wide_column(InstitutionCategory.LIBRARY),
        wide_column(InstitutionCategory.GROUND, "室外活动场地", "室外健身活动场所"),
    ),
    measures=INSTITUTION_MEASURES,
)

PREMISES = Section(
    name="premises",
    label="办公用房",
    model=Premises,
    key=("name",),
    sheet_names=("办公用房及设备", "办公用房", "用房情况"),
    columns=(
        Column("name", ("名称", "用途", "用房名称", "用房用途"), asked=False),
        Column(
            "area",
            ("办公用房建筑面积", "面积", "办公面积", "用房面积", "办公用房面积"),
            asked=False,
            asked_of=has_rooms,
        ),
        Column("usable_area", ("办公用房使用面积",), asked=False),
        Column("activity_area", ("活动面积", "其中居民活动面积"), asked=False),
        Column(
            "tenure",
            ("办公用房产权性质", "产权性质", "所有性质", "权属"),
            {
                "租": "rented",
                "租用": "rented",
                "租房": "rented",
                "租住": "rented",
                "借": "borrowed",
                "自建": "owned",
                "购买": "owned",
                "自购": "owned",
                "产权房": "owned",
                "调拨": "allotted",
                "共用": "shared",
                "共享": "shared",
            },
        ),
        Column(
            "condition",
            ("办公用房房屋状况", "状况", "房屋情况"),
            {
                "好": "good",
                "较好": "good",
                "完好": "good",
                "老旧": "old",
                "破旧": "old",
                "较差": "old",
                "差": "old",
                "危旧": "unsafe",
            },
        ),
        Column("rent", ("办公用房年租金", "租金", "年租金（元）"), asked=False),
        Column("used_since", ("使用年份", "启用时间", "投入使用时间"), asked=False),
        Column("note", asked=False),
    ),
    checks=(
        Check(
            "usable",
            "usable_area",
            part_check("usable_area", whole="area"),
            "使用面积不应大于建筑面积",
        ),
        Check(
            "activity",
            "activity_area",
            part_check("activity_area", whole="area"),
            "居民活动面积不应大于建筑面积",
        ),
    ),
    measures=PREMISES_MEASURES,
)

EQUIPMENT = Section(
    name="equipment",
    label="设备",
    model=Equipment,
    sheet_names=("设备", "六个一", "办公设备"),
    columns=(
        Column("phones", ("“六个一”设备电话", "办公电话", "电话机")),
        Column("televisions", ("“六个一”设备电视机", "电视")),
        Column("cabinets", ("“六个一”设备档案柜", "文件柜")),
        Column("desks", ("“六个一”设备办公桌椅", "桌椅")),
        Column("computers", ("“六个一”设备电脑", "计算机", "电脑数量")),
        Column("wall_rules", ("“六个一”设备上墙制度", "制度上墙")),
        Column("note", asked=False),
    ),
    measures=EQUIPMENT_MEASURES,
)
