"""A made-up city of any size: units, a round, and its survey workbook. Seeded: the same every time."""

from datetime import datetime, time
from random import Random
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from communities.models import Kind, Level, Unit

SURNAMES, GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华",
)


def insert_units_by_level(rows):
    """Insert units level by level; `rows` are (key, name, level, kind, code, parent key). Returns {key: unit}."""
    made = {}
    for level in sorted({row[2] for row in rows}):
        batch = [
            Unit(name=name, level=level, kind=kind, code=code, parent=made.get(parent), path="")
            for _, name, at, kind, code, parent in rows
            if at == level
        ]
        Unit.objects.bulk_create(batch, batch_size=5_000)
        for (key, *_, parent), unit in zip(
            (row for row in rows if row[2] == level), batch, strict=True
        ):
            unit.path = f"{made[parent].path if parent else '/'}{unit.pk}/"
            made[key] = unit
        Unit.objects.bulk_update(batch, ["path"], batch_size=2_000)
    return made


def build_units(communities, *, prefix="6501", name="样例市"):
    """A city of `communities`: districts of 500, streets of 20. Returns the city's unit.

    Units have codes as long as twelve digits can name them: up to 99 districts.
    """

    def code(district, street=0, community=0):
        return f"{prefix}{district:02}{street:03}{community:03}" if district < 100 else None

    rows = [("city", name, Level.CITY, Kind.CITY, code(0), None)]
    for at in range(communities):
        d, s = at // 500, at // 20
        if at % 500 == 0:
            rows.append(
                (f"d{d}", f"第{d + 1}区", Level.DISTRICT, Kind.DISTRICT, code(d + 1), "city")
            )
        if at % 20 == 0:
            rows.append(
                (
                    f"s{s}",
                    f"第{s + 1}街道",
                    Level.STREET,
                    Kind.STREET,
                    code(d + 1, s % 25 + 1),
                    f"d{d}",
                )
            )
        own = code(d + 1, s % 25 + 1, at % 20 + 1)
        rows.append((f"c{at}", f"第{at + 1}社区", Level.COMMUNITY, Kind.COMMUNITY, own, f"s{s}"))
    return insert_units_by_level(rows)["city"]


def due_time(year=2022):
    return datetime.combine(datetime(year, 12, 31), time(23, 59, 59), ZoneInfo("Asia/Shanghai"))


def person_name(random):
    return random.choice(SURNAMES) + random.choice(GIVEN) + random.choice(GIVEN)


def profile_row(random, households, residents, men):
    women = residents - men
    floating = random.randint(50, 900)
    aged_60 = random.randint(200, 1500)
    on_allowance = random.randint(0, 30)
    grids = households // 300
    return [households, residents, men, women, floating, aged_60, on_allowance, grids]


def grid_row(random, households, residents):
    worker, has_phone = person_name(random), random.choice(["是", "否"])
    return ["第一网格", households // 2, residents // 2, worker, has_phone]


def party_row(random, name, members):
    kind = [f"{name}党支部", "党支部", "正常运转", "2009-03"]
    return [*kind, person_name(random), 3, members, members // 3, members // 2]


def worker_row(random, at):
    name = person_name(random) + str(at)
    sex = random.choice("男女")
    born = f"19{random.randint(60, 99)}-{random.randint(1, 12):02}"
    employment = random.choice(["事业编制", "临时聘用"])
    pay = random.randint(800, 4000)
    return [name, sex, born, "大专", "群众", employment, "委员", "2015", pay]


def premises_row(random, area):
    tenure, rent = random.choice(["自有", "租赁", "借用"]), random.randint(0, 9000)
    return ["办公用房", area, tenure, "一般", rent]


def equipment_row(random):
    return [random.randint(0, 2) for _ in range(6)]


def funds_row(random):
    received = random.randint(1000, 20000)
    return ["办公（工作）经费", "财政拨款", 20000, received, 900, 300, "街道实报实销"]


def community_rows(random, name):
    """{sheet: rows} of one community, ten rows in all. The order of the draws stays: a seed is one city."""
    households = random.randint(600, 3200)
    residents = int(households * random.uniform(3, 4))
    men = residents // 2 + random.randint(-50, 50)
    members = random.randint(20, 90)
    area = random.choice([20, 50, 120, 300, 450])
    return {
        "基本情况": [profile_row(random, households, residents, men)],
        "网格": [grid_row(random, households, residents)],
        "党组织": [party_row(random, name, members)],
        "工作人员": [worker_row(random, at) for at in range(4)],
        "办公用房": [premises_row(random, area)],
        "设备": [equipment_row(random)],
        "经费": [funds_row(random)],
    }


HEADS = {
    "基本情况": "总户数 总人口 男 女 流动人口 60岁以上 低保户 网格数",
    "网格": "网格名称 户数 人口 网格员 是否配手机",
    "党组织": "党组织名称 建制 建设阶段 成立时间 书记 党小组数 党员数 女党员 离退休党员",
    "工作人员": "姓名 性别 出生年月 文化程度 政治面貌 身份 职务 任职时间 月报酬",
    "办公用房": "名称/用途 建筑面积 产权 房屋状况 年租金",
    "设备": "电话 电视机 档案柜 办公桌椅 电脑 上墙制度",
    "经费": "用途 来源 年初预算 实际到位 办公支出 活动支出 拨付方式",
}


def write_workbook(path, city, seed=1):
    """The city's survey workbook: seven sheets, ten rows a community. Returns the number of rows."""
    random, book, count = Random(seed), Workbook(write_only=True), 0
    sheets = {name: book.create_sheet(name) for name in HEADS}
    for name, head in HEADS.items():
        sheets[name].append(["区划代码", "街道", "社区", *head.split()])
    units = Unit.objects.within(city).filter(level=Level.COMMUNITY).select_related("parent")
    for unit in units:
        for sheet, rows in community_rows(random, unit.name).items():
            for row in rows:
                sheets[sheet].append([unit.code, unit.parent.name, unit.name, *row])
                count += 1
    book.save(path)
    return count
