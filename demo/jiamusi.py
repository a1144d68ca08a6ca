"""A city in the shape of the Jiamusi report (2017): the counts are the report's, names and single values are made up.

Four districts and five counties; one district without streets, its twenty large communities straight below it; the
three governance models; 87 of 230 communities without rooms; 2,620 grids of 200 to 300 households; stations in 130.
"""

from dataclasses import dataclass
from itertools import cycle, product
from random import Random

PREFIX, NAME, PERIOD, DUE = "2308", "佳木斯市", "2017", "2017-12-31"
# district or county: (kind, governance model, streets, townships, communities, villages)
AREAS = {
    "向阳区": ("市辖区", "传统型", 8, 0, 60, 0),
    "前进区": ("市辖区", "大社区", 0, 0, 20, 0),
    "东风区": ("市辖区", "传统型", 6, 0, 45, 0),
    "郊区": ("市辖区", "传统型", 3, 11, 25, 108),
    "桦南县": ("县", "县域型", 2, 12, 16, 160),
    "桦川县": ("县", "县域型", 2, 11, 16, 160),
    "汤原县": ("县", "县域型", 1, 11, 16, 160),
    "同江市": ("县级市", "县域型", 2, 11, 16, 160),
    "富锦市": ("县级市", "县域型", 2, 12, 16, 160),
}
TOTALS = {
    "grids": 2_620,
    "without_rooms": 87,
    "stations": 130,
    "volunteer_teams": 495,
    "volunteers": 20_000,
    "service_points": 5_670,
}
STREETS = (
    "站前 永安 建国 西林 保卫 桥南 南岗 松林 晓云 佳东 造纸 佳南 建民 安庆 "
    "友谊 佳西 沿江 奋斗 铁西 悦来 升昌 城关 三江 繁荣 城东 城西"
).split()
TOWNSHIPS = [a + b for a, b in product("东西南北新长永福", "丰平山河林泉庆兴安")][:68]
COMMUNITIES = "丰登 永丰 云环 林海 枫桥 金科 繁华 光明 和平 胜利 新华 民主 幸福 春光 向荣 学府 团结 安居 长青 万新".split()
VILLAGES = "东升 红旗 前进 胜利 永胜 民主 合心 双合 兴隆 太平 靠山 大桥 中和 富民 新立 永发 德祥 宏伟".split()
SURNAMES, GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华",
)


@dataclass(frozen=True)
class Place:
    """One row of the list of units."""

    code: str
    name: str
    level: str
    parent: str
    kind: str
    model: str = ""

    @property
    def row(self):
        return [self.code, self.name, self.level, self.parent, self.kind, self.model]


HEAD = "区划代码 名称 层级 上级代码 类型 治理模式".split()


def code(area, street=0, unit=0):
    return f"{PREFIX}{area:02}{street:03}{unit:03}"


def places():
    """The units from the province down, parents first."""
    made = [
        Place("230000000000", "黑龙江省", "省", "", "省"),
        Place(code(0), NAME, "市", "230000000000", "地级市"),
    ]
    streets, townships = iter(STREETS), iter(TOWNSHIPS)
    for at, (name, (kind, model, *counts)) in enumerate(AREAS.items(), start=1):
        made.append(Place(code(at), name, "区县", code(0), kind, model))
        made += below(at, counts, streets, townships)
    return made


def below(area, counts, streets, townships):
    """Streets and townships of a district or county, with its communities and villages shared out among them."""
    street_count, township_count, communities, villages = counts
    made = [
        Place(code(area, 1 + n), f"{next(streets)}街道", "街道", code(area), "街道")
        for n in range(street_count)
    ]
    towns = [
        Place(
            code(area, 101 + n),
            f"{next(townships)}{'镇' if n % 2 else '乡'}",
            "街道",
            code(area),
            "镇" if n % 2 else "乡",
        )
        for n in range(township_count)
    ]
    hosts = made or [Place(code(area), "", "", "", "")]
    made = [*made, *towns, *shared_out(hosts, communities, COMMUNITIES, "社区", 1)]
    return made + shared_out(towns, villages, VILLAGES, "村", 200)


def shared_out(hosts, count, stems, kind, first):
    """So many communities or villages, one after the other at each host; names repeat only between hosts."""
    made, at = [], {}
    for _, host in zip(range(count), cycle(hosts), strict=False):
        number = at[host.code] = at.get(host.code, -1) + 1
        name = f"{stems[number % len(stems)]}{'' if number < len(stems) else '新'}{kind}"
        made.append(Place(f"{host.code[:9]}{first + number:03}", name, "社区", host.code, kind))
    return made


def shares(random, total, count, spread=0.4):
    """`count` whole numbers of some spread that add up to `total`."""
    weights = [random.uniform(1 - spread, 1 + spread) for _ in range(count)]
    made = [int(total * weight / sum(weights)) for weight in weights]
    for at in range(total - sum(made)):
        made[at % count] += 1
    return made


class Survey:
    """What the communities report: {sheet: [head, row, …]}, seeded, the totals as in TOTALS."""

    def __init__(self, seed=2017):
        self.random = Random(seed)
        units = places()
        self.names = {place.code: place.name for place in units}
        self.communities = [place for place in units if place.kind == "社区"]
        self.models = {place.code: place.model for place in units if place.model}
        count = len(self.communities)
        self.share = {
            name: shares(self.random, TOTALS[name], count)
            for name in ("grids", "volunteer_teams", "volunteers", "service_points")
        }
        order = self.random.sample(range(count), count)
        self.without_rooms = {*order[: TOTALS["without_rooms"]]}
        self.with_station = {*order[count - TOTALS["stations"] :]}

    def sheets(self):
        made = {name: [["区划代码", "街道", "社区", *head.split()]] for name, head in HEADS.items()}
        for at, place in enumerate(self.communities):
            for name, rows in self.records(at, place).items():
                made[name] += [
                    [place.code, self.names[place.parent], place.name, *row] for row in rows
                ]
        return made

    def records(self, at, place):
        grids = [self.random.randint(200, 300) for _ in range(self.share["grids"][at])]
        households = sum(grids)
        return {
            "基本情况": [self.profile(at, households)],
            "网格": [
                [f"第{n}网格", size, int(size * 2.6), self.person(), "是"]
                for n, size in enumerate(grids, start=1)
            ],
            "党组织": [self.branch(place)],
            "工作人员": [self.worker(n) for n in range(self.random.randint(5, 9))],
            "机构": self.institutions(at, place),
            "办公用房": [self.premises(at)],
            "经费": [
                [
                    "办公",
                    "财政拨款",
                    30_000,
                    money := self.random.randint(8, 30) * 1000,
                    int(money * 0.7),
                ]
            ],
        }

    def profile(self, at, households):
        residents = int(households * self.random.uniform(2.4, 2.8))
        men = residents // 2 + self.random.randint(-60, 60)
        old, floating = int(residents * self.random.uniform(0.16, 0.24)), int(residents * 0.08)
        share = [
            self.share[name][at]
            for name in ("grids", "service_points", "volunteer_teams", "volunteers")
        ]
        walk = self.random.randint(6, 22)
        return [
            households,
            residents,
            men,
            residents - men,
            floating,
            old,
            households // 30,
            *share,
            walk,
        ]

    def branch(self, place):
        members = self.random.randint(16, 54)
        form, name = ("党总支", "党总支") if members > 50 else ("党支部", "党支部")
        return [
            f"{place.name}{name}",
            form,
            "正常运转",
            "2015-06",
            self.person(),
            members // 20 + 1,
            members,
            members // 3,
        ]

    def worker(self, number):
        retired = self.random.random() < 0.098
        born = self.random.randint(1948, 1955) if retired else self.random.randint(1962, 1990)
        education = "大专" if self.random.random() < 0.38 else "高中"
        position = "退休返聘" if retired else "选聘"
        post = "主任" if number == 0 else "委员"
        pay = 600 if retired else self.random.choice([800, 800, 800, 1_000])
        return [
            f"{self.person()}{number}",
            self.random.choice("男女女"),
            f"{born}-{number + 1:02}",
            education,
            position,
            post,
            pay,
        ]

    def institutions(self, at, place):
        """The three bodies of the model, and the service station where there is one."""
        station = (
            ["服务中心（站）", "正常运转" if at % 5 else "已挂牌"]
            if at in self.with_station
            else ["服务中心（站）", "未建"]
        )
        model = self.models.get(f"{place.code[:6]}000000", "")
        rows = [
            station,
            ["居民委员会", "正常运转"],
            ["警务室", self.random.choice(["已挂牌", "已配人"])],
        ]
        return rows + ([["社区管委会", "正常运转"]] if model == "县域型" else [])

    def premises(self, at):
        if at in self.without_rooms:
            return ["办公用房", "", "无"]
        area = self.random.choice([36, 48, 60, 75, 80, 90, 95, 120, 300, 320, 1_000])
        return ["办公用房", area, self.random.choice(["自有", "租赁", "租赁", "借用"])]

    def person(self):
        return self.random.choice(SURNAMES) + self.random.choice(GIVEN) + self.random.choice(GIVEN)


HEADS = {
    "基本情况": "总户数 总人口 男 女 流动人口 60岁以上 低保户 网格数 便民服务网点 志愿者队伍 志愿者人数 步行到服务站最长时间",
    "网格": "网格名称 户数 人口 网格员 是否配手机",
    "党组织": "党组织名称 建制 建设阶段 成立时间 书记 党小组数 党员数 女党员",
    "工作人员": "姓名 性别 出生年月 文化程度 身份 职务 月报酬",
    "机构": "类别 建设阶段",
    "办公用房": "名称/用途 建筑面积 产权",
    "经费": "用途 来源 年初预算 实际到位 办公支出",
}
