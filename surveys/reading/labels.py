"""Labels of columns: how people vary them, and which columns of which sections they stand for."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache

from surveys.extras import round_sections
from surveys.reading import quantities
from surveys.sections import Column, Section, all_sections

UNIT_LABELS = {
    "code": "区划代码 代码 单位代码 社区代码 区划编码 行政区划代码 统计用区划代码 街道代码 "
    "单位编码 社区编码",
    "district": "区县 县区 区（县） 县（市、区） 市（县、区） 县（市区） 所属区县 区县名称 所在区县",
    "street": "街道 街道名称 镇街 街镇 乡镇街道 乡镇（街道） 街道（乡镇） 街道（镇） 所属街道 "
    "所在街道 街道办事处 乡镇",
    "name": "社区 社区名称 所在社区 所属社区 社区（村） 社区（村）名称 村（社区） 村居 村（居） "
    "党支部（社区）名称 单位 单位名称 单位（社区） 填报单位 所在单位 工作单位 社区/街道 "
    "社区居委会 社区居委会名称 居委会名称 所属单位 "
    "党支部（社区） 社区（党支部）名称 街道/社区 所属社区名称 所在社区名称 所在村（社区）",
}
IGNORED = "序号 编号 序 号 行号 no"
FILLERS = re.compile("总|数|量|情况|合计|名称|姓名|其中|本|现有|现|个|的|（|）")


@lru_cache(10_000)
def normal_label(label):
    """A label without width, blanks, punctuation and case."""
    text = unicodedata.normalize("NFKC", str(label))
    return re.sub(r"[\s:：、,，.。;；“”\"'‘’()（）\[\]【】/*★]+", "", text).lower()


@lru_cache(10_000)
def loose_label(label):
    """A label without filler either; two labels that agree in this mean the same."""
    return FILLERS.sub("", label) or label


@dataclass(frozen=True)
class Target:
    """What a column of a sheet holds: a column of a section,
    or what names the unit (`section` None).
    """

    section: Section | None
    column: Column | None
    name: str

    @property
    def path(self):
        """How a mapping writes it: `profile.households`, `institutions.stage[police_room]`,
        `unit.code`.
        """
        if self.section is None:
            return f"unit.{self.name}"
        path = f"{self.section.name}.{self.name}"
        fixed = ",".join(self.column.fixed.values())
        return f"{path}[{fixed}]" if fixed else path

    @property
    def group(self):
        """Columns of one group make one record out of a row."""
        fixed = sorted(self.column.fixed.items())
        return self.section.name, tuple(fixed)


def labels_of(section, column):
    """All labels a column answers to, its own first."""
    if column.derived or column.fixed:
        return column.synonyms
    return (str(section.field(column.name).verbose_name), *column.synonyms)


@cache
def unit_vocabulary():
    """{normal label: Target} of what names a unit."""
    vocabulary = {}
    for name, labels in UNIT_LABELS.items():
        for label in labels.split():
            vocabulary[normal_label(label)] = Target(None, None, name)
    return vocabulary


class Vocabulary:
    """What labels mean in a round: the columns of the sections it asks, and what names a unit."""

    def __init__(self, sections):
        self.sections = sections

    @cached_property
    def words(self):
        """Normalised label -> the targets it may mean, in the order of sections."""
        words = {}
        for section in self.sections:
            for column in section.columns:
                if column.retired:
                    continue
                target = Target(section, column, column.name)
                for label in labels_of(section, column):
                    words.setdefault(normal_label(label), []).append(target)
        return words

    @cached_property
    def loose(self):
        """{section name: {loose label: target}}; labels that two columns share in this form mean
        neither.
        """
        return {section.name: self.loose_words(section) for section in self.sections}

    def loose_words(self, section):
        by_path = {}
        for label, targets in self.words.items():
            for target in targets:
                if target.section is section:
                    by_path.setdefault(loose_label(label), {})[target.path] = target
        words = {}
        for label, targets in by_path.items():
            if len(targets) == 1:
                (words[label],) = targets.values()
        return words

    @cached_property
    def loosely_known(self):
        """All labels of sections without filler."""
        return frozenset().union(*self.loose.values())

    @cached_property
    def targets(self):
        """{path as a mapping writes it: target}"""
        every = list(unit_vocabulary().values())
        for targets in self.words.values():
            every.extend(targets)
        return {target.path: target for target in every}

    def is_known(self, label):
        return label in self.words or label in unit_vocabulary()

    def meant_by(self, label):
        """The targets the first understood way to read a joined label leads to."""
        for way in readings_of(label):
            if way in self.words:
                return self.words[way]
        return []


@cache
def usual_vocabulary():
    return Vocabulary(all_sections())


def vocabulary_of(round):
    """The usual one, made once, unless the round asks something else."""
    if round_sections(round) == all_sections():
        return usual_vocabulary()
    return Vocabulary(round_sections(round))


IN_BRACKETS = re.compile(r"(.+?)[（(]\s*(?:单位[:：])?([^（）()]{1,6})[）)]\s*")
UNITS_IN_BRACKETS = ("元", "m²", "分钟", "人", "户", "个", "%")


@lru_cache(10_000)
def split_unit(text):
    """A label and the unit in its brackets: 总户数（户） -> (总户数, 户)."""
    found = IN_BRACKETS.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None:
        return text, ""
    label, word = found.groups()
    if any(quantities.header_scale(word, unit) for unit in UNITS_IN_BRACKETS):
        return label, word
    return text, ""


# What a group of columns may be called without saying anything about them.
NEUTRAL_GROUPS = "基本信息 基本情况 人口情况 人员情况 个人情况 个人信息 房屋情况 用房情况 设备情况 经费情况 收支情况 其他 情况 内容 项目"


@cache
def neutral_groups():
    names = NEUTRAL_GROUPS.split()
    for section in all_sections():
        names += [section.label, *section.sheet_names]
    return frozenset(normal_label(name) for name in names)


SHORTEST_REST = 3


def readings_of(label):
    """The ways a joined label may be meant: all its parts; without a group that says nothing,
    the rest.

    A short rest is never taken alone: 男 below 流动人口 is no 男.
    """
    parts = []
    for part in label.split("|"):
        text, _ = split_unit(part)
        parts.append(normal_label(text))
    ways = ["".join(parts)]
    for at, group in enumerate(parts[:-1], 1):
        rest = "".join(parts[at:])
        if group not in neutral_groups() or len(rest) < SHORTEST_REST:
            break
        ways.append(rest)
    return [way for way in ways if way]


def nearest_labels(label, section):
    """Labels of the section that look most like this one."""
    labels = {}
    for column in section.columns:
        for first in labels_of(section, column)[:1]:
            labels[normal_label(first)] = first
    ways = readings_of(label) or [""]
    found = get_close_matches(ways[-1][:40], labels, n=2, cutoff=0.4)
    return [labels[word] for word in found]
