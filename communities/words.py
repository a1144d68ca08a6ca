"""How people write a unit's level and kind, and what a name alone tells about the kind."""

from communities.models import Kind, Level

LEVELS = {
    Level.PROVINCE: "省 省级 自治区 直辖市",
    Level.CITY: "市 市级 地市 地级 地级市 州 盟 地区",
    Level.DISTRICT: "区县 县区 区 县 县级 区级 县级市 旗",
    Level.STREET: "街道 街镇 乡镇 乡级 镇街 乡镇街道 街道乡镇 街道级 镇 乡",
    Level.COMMUNITY: "社区 村 村级 村社区 社区村 村居 居委会 村委会 社区级",
    Level.GRID: "网格 网格级",
}
LEVEL_WORDS = {}
for level, words in LEVELS.items():
    LEVEL_WORDS |= dict.fromkeys(words.split(), level)
    LEVEL_WORDS |= dict.fromkeys([f"{level}", f"{level}级"], level)

# The words of the statistical lists and of daily use. Words that fit several kinds (县级,
# 类似乡级单位) are in LOOSE_WORDS: there the name decides.
KINDS = {
    Kind.PROVINCE: "省",
    Kind.REGION: "自治区",
    Kind.MUNICIPALITY: "直辖市",
    Kind.CITY: "地级市",
    Kind.PREFECTURE: "地区 自治州 盟 州 地区（州、盟）",
    Kind.DISTRICT: "市辖区 区",
    Kind.COUNTY: "县 自治县 旗 自治旗",
    Kind.COUNTY_CITY: "县级市",
    Kind.ZONE: "开发区 高新区 经济开发区 经济技术开发区 新区 园区",
    Kind.STREET: "街道 街道办事处",
    Kind.TOWN: "镇 建制镇",
    Kind.TOWNSHIP: "乡 民族乡 苏木",
    Kind.COMMUNITY: "社区 居委会 居民委员会 社区居委会 社区居民委员会 类似居委会",
    Kind.VILLAGE: "村 村委会 村民委员会 行政村 嘎查 类似村委会",
    Kind.GRID: "网格",
    Kind.OTHER: "其他 虚拟社区 虚拟生活区",
}
KIND_WORDS = {word: kind for kind, words in KINDS.items() for word in words.split()}
LOOSE_WORDS = {"省级", "地级", "市级", "县级", "区级", "乡级", "村级", "类似乡级单位", "网格级"}

ZONE_ENDINGS = (
    "开发区",
    "高新区",
    "新区",
    "园区",
    "实验区",
    "示范区",
    "度假区",
    "保税区",
    "管理区",
    "产业区",
)
# In order: the first ending that fits decides, so the longer one stands first.
ENDINGS = {
    Level.PROVINCE: [
        (("自治区",), Kind.REGION),
        (("省",), Kind.PROVINCE),
        (("市",), Kind.MUNICIPALITY),
    ],
    Level.CITY: [
        (ZONE_ENDINGS, Kind.ZONE),
        (("市",), Kind.CITY),
        (("地区", "州", "盟"), Kind.PREFECTURE),
    ],
    Level.DISTRICT: [
        (ZONE_ENDINGS, Kind.ZONE),
        (("市",), Kind.COUNTY_CITY),
        (("县", "旗"), Kind.COUNTY),
        (("区",), Kind.DISTRICT),
    ],
    Level.STREET: [
        (("街道", "街道办事处", "街道办", "地区办事处"), Kind.STREET),
        (("镇",), Kind.TOWN),
        (("乡", "苏木"), Kind.TOWNSHIP),
        (ZONE_ENDINGS, Kind.ZONE),
    ],
    Level.COMMUNITY: [
        (("虚拟社区", "虚拟生活区"), Kind.OTHER),
        (("村委会", "村民委员会"), Kind.VILLAGE),
        (("社区", "居委会", "居民委员会"), Kind.COMMUNITY),
        (("村", "嘎查"), Kind.VILLAGE),
    ],
    Level.GRID: [(("",), Kind.GRID)],
}


def read_level(text):
    """Return the level a cell names, by number or by word, or None."""
    return LEVEL_WORDS.get(text)


def read_kind(text):
    """Return the kind a word names.

    "" where the word leaves it to the unit's name, None where nobody uses such a word.
    """
    if not text or text in LOOSE_WORDS:
        return ""
    return KIND_WORDS.get(text)


def infer_kind(name, level):
    """Return what a unit of that level is by its name: 黄骅市 among counties is a county city."""
    for endings, kind in ENDINGS[level]:
        if name.endswith(endings):
            return kind
    return Kind.OTHER
