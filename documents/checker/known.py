"""What the system knows of a unit and round, in the shape the checker asks for it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from documents.checker.numbers import SHARE, UNITS, draft_numbers
from documents.context import ReportContext
from documents.wording import UNITS as WRITTEN

# What drafts call a figure beside its own label; the longest name that stands at a number decides.
SYNONYMS = {
    "总户数": ("户居民", "居民户", "住户", "户数"),
    "总人口": ("居民", "人口", "群众"),
    "社区": ("社区", "居委会", "居民委员会", "社区居委会"),
    "街道": ("街道", "街道办事处"),
    "党员数": ("党员", "名党员"),
    "党支部": ("党支部", "支部"),
    "党小组数": ("党小组",),
    "网格数": ("网格",),
    "办公用房": ("办公用房", "用房", "办公场所"),
    "自有用房": ("自有", "自有产权"),
    "租借用房": ("租赁或借用", "租借"),
    "在编人员": ("在编", "正式编制", "正式在编"),
    "在社区工作的在编人员": ("在社区工作",),
    "社区临时人员": ("临时聘用", "临时聘用人员", "临时工", "临时人员"),
    "社区无报酬临时人员": ("没有报酬", "无报酬", "无待遇"),
    "社区工作人员": ("社区工作人员", "社区工作者"),
    "经费预算": ("预算", "年初预算"),
    "经费实际到位": ("实际到位", "到位"),
    "应拨经费": ("应拨", "应拨付", "应安排"),
    "低保户": ("低保",),
    "六十岁以上人口": ("六十岁以上", "老年人", "60岁以上"),
    "流动人口": ("流动人口",),
}

# Pairs of characters that stand in the names of many figures.
GENERAL = {
    "比例",
    "社区",
    "人员",
    "街道",
    "占应",
    "平均",
    "每社",
    "工作",
    "达标",
    "标率",
    "标准",
    "未达",
}


@dataclass(frozen=True)
class KnownFact:
    """One figure as drafts speak of it.

    `names` are those it goes by, `value` is in its unit class, `scope` the unit below it is about.
    """

    figure: object
    names: tuple
    value: float | None
    unit: str
    scope: str = ""

    def near(self, left, right):
        """The length of the longest of its names that stands right at a number; 0 for none.

        `left` and `right` are the words before and after the number, without those that only lead
        up to it.
        """
        longest = 0
        for name in self.names:
            if left.endswith(name) or right.startswith(name):
                longest = max(longest, len(name))
        return longest

    def named_in(self, text):
        """Whether a text says one of its names."""
        return any(len(name) > 1 and name in text for name in self.names)

    def akin(self, text):
        """Whether a text speaks of the same thing.

        It does where a telling pair of characters of the figure's name is in it.
        """
        for first, second in pairwise(self.figure.key):
            pair = first + second
            if pair not in GENERAL and pair in text:
                return True
        return False


class KnownFacts:
    """The facts of one report's context, and every number the rule book mentions."""

    def __init__(self, filing, *, approved=False):
        self.context = ReportContext(filing, approved=approved)
        figures = self.context.figures.values()
        self.facts = [self.fact(figure) for figure in figures if not isinstance(figure.value, str)]

    def fact(self, figure):
        """A figure of the report as drafts speak of it."""
        scope, _, label = figure.key.rpartition("·")
        _, _, short_label = figure.label.rpartition("·")
        names = {short_label, label, *SYNONYMS.get(label, ())}
        longest_first = sorted(names, key=len, reverse=True)
        written = WRITTEN.get(figure.unit, figure.unit)
        unit = UNITS.get(written, figure.unit)
        if scope not in self.scopes:
            scope = ""
        return KnownFact(figure, tuple(longest_first), figure.value, unit, scope)

    @cached_property
    def norms(self):
        """{(value, unit class)} of the numbers in the wording of the standards."""
        texts = []
        for reported in self.context.standings:
            standard = reported.standard
            texts.append(f"{standard.name}。{standard.statement}")
        return {(number.value, number.unit) for number in draft_numbers(" ".join(texts))}

    @cached_property
    def scopes(self):
        """The names of the units directly below."""
        return [child.name for child, _ in self.context.facts.children]

    @cached_property
    def reported(self):
        """How many communities have, or have not, given some figure: 11个社区填报，18个社区未填报."""
        counts = set()
        for figure in self.context.figures.values():
            if figure.counted:
                counts.add(figure.missing)
                counts.add(figure.counted - figure.missing)
        return counts

    def equal(self, number):
        """The facts whose value is this number as precisely as it is written."""
        found = []
        for fact in self.facts:
            if same_unit(fact.unit, number.unit) and same_value(fact.value, number):
                found.append(fact)
        return found


def same_unit(one, other):
    """Whether units agree: a number without a unit may be any but a share."""
    return one == other or (not other and one != SHARE)


def same_value(value, number, times=1):
    """Whether a value is this number, as precisely as it is written."""
    if value is None:
        return False
    return abs(value * times - number.value) <= number.slack * 1.001 + 1e-9
