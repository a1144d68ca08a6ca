"""How an area stands against each standard, as figures: what tables and problems are drawn from."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from communities.models import Level
from documents import links
from documents.report_figure import ReportFigure
from documents.wording import quote_name, unit_text
from reports.engine.prices import OF_MONEY
from reports.gaps import GapSum
from reports.models import Standard, Tally
from reports.models.standard import Topic, parsed_formula

COUNTS = (("达标", "met"), ("未达标", "unmet"), ("缺数", "unknown"), ("不适用", "not_applicable"))
LISTED = ("缺口", "费用", "应达", "实际")  # sums, whose rows are those of the gap list
MEANINGS = {
    "达标": "符合该标准的社区数",
    "未达标": "不符合该标准的社区数",
    "缺数": "缺少所需数据、不能评价的社区数",
    "不适用": "该标准不约束的社区数",
}


@dataclass(frozen=True)
class ReportedStandard:
    """One standard over an area: its tally now and a round ago (None where it was not judged then)."""

    standard: Standard
    tally: Tally
    before: Tally | None
    filing_pk: int
    total: GapSum | None = None

    @property
    def name(self):
        """The standard's name, which may have numbers of its own: 社区办公用房不少于300平方米."""
        standard = self.standard
        where = standard.region_name
        if standard.source:
            where = f"{standard.source}{standard.number}"
        text = f"{standard.statement}（{where}，{standard.get_force_display()}）"
        page = reverse("reports:standard", args=[standard.code])
        href = f"{page}?filing={self.filing_pk}"
        key, query = f"{standard.name}·名称", f"标准“{standard.name}”"
        return ReportFigure(key, "标准名称", standard.name, "", text, query, href)

    @cached_property
    def bound(self):
        """How many communities the standard binds."""
        return self.tally.met + self.tally.unmet + self.tally.unknown

    @property
    def judged(self):
        """How many communities could be judged."""
        return self.tally.judged

    @property
    def rate(self):
        """The share of judged communities that meet it; None where none was judged."""
        return self.tally.rate

    @property
    def worse(self):
        """By how many percentage points fewer communities meet it than a round ago.

        0 where that cannot be said. It can where more stopped meeting it than stopped reporting.
        A rate also falls when a community that misses the standard reports for the first time,
        and nothing went backward.
        """
        if self.rate is None or self.before is None or self.before.rate is None:
            return 0
        fallen_silent = max(self.tally.unknown - self.before.unknown, 0)
        if self.before.met - self.tally.met <= fallen_silent:
            return 0
        return max(100 * (self.before.rate - self.rate), 0)

    @property
    def link(self):
        """The address of the matrix, sorted by this standard."""
        page = reverse("reports:matrix", args=[self.filing_pk])
        code = self.standard.code
        query = urlencode({"level": Level.COMMUNITY.value, "show": code, "by": code})
        return f"{page}?{query}"

    @property
    def listed(self):
        """The gap list of this standard: who is short by how much, and what that costs."""
        return links.gaps_href(self.filing_pk, self.standard.code)

    @property
    def asked(self):
        """Names of the measures that the requirement is reckoned from."""
        if not self.standard.lower:
            return []
        return sorted(parsed_formula(self.standard.lower).names)

    def figure(self, part, value, unit, text, *, counted=None, digits=2):
        """A figure of this standard: its part (达标), value and meaning."""
        name = self.standard.name
        if counted is None:
            counted = self.bound
        key, label, query = f"{name}·{part}", f"{name}：{part}", f"标准“{name}”的达标汇总"
        href = self.listed if part in LISTED else self.link
        text = f"{text}。"
        return ReportFigure(key, label, value, unit, text, query, href, counted, digits=digits)

    def counts(self):
        """How many communities meet it, miss it, are unknown, and are bound at all."""
        for part, name in COUNTS:
            count = float(getattr(self.tally, name))
            yield self.figure(part, count, "个", MEANINGS[part])
        yield self.figure("应评", float(self.bound), "个", "该标准约束的社区数")

    def measures(self):
        """Rate, gap and sums in the standard's own unit."""
        tally, unit, digits = self.tally, self.standard.unit, self.standard.digits
        of_judged = {"counted": self.judged}
        text = "达标÷（达标＋未达标），缺数的不计"
        yield self.figure("达标率", in_percent(self.rate), "%", text, **of_judged)
        gap = (tally.gap or 0.0) if self.judged else None
        gap_unit, text = self.standard.gap_unit, "未达标社区离标准的差数合计，缺数的不计"
        yield self.figure("缺口", gap, gap_unit, text, digits=digits, **of_judged)
        yield self.figure("应达", tally.required, unit, "按标准应达数合计", digits=digits)
        yield self.figure("实际", tally.actual, unit, "实际数合计，缺数的不计", digits=digits)
        yield self.figure("费用", self.cost, "元", self.price())
        before = self.before.rate if self.before else None
        yield self.figure("上期达标率", in_percent(before), "%", "上期达标÷（达标＋未达标）")

    @property
    def cost(self):
        """What closing the gap costs in yuan; None where nobody named a price."""
        return self.total.cost if self.total and self.judged else None

    def price(self):
        """How the cost was reckoned."""
        if self.standard.gap_unit in OF_MONEY:
            return "缺口本身即为金额"
        if self.total is None or self.total.cost is None:
            return "标准库没有写明单位缺口的费用"
        price = self.total.price
        if price is None:
            return "缺口×各地（各分项）的单位费用，与缺口清单一致"
        source = f"（{price.source}）" if price.source else ""
        return f"缺口×每{unit_text(self.standard.gap_unit)}{price.yuan:,.0f}元{source}"

    def row(self, add):
        """The standard as templates see it; `add` records a figure and returns it."""
        row = {}
        for figure in (self.name, *self.counts(), *self.measures()):
            _, _, part = figure.key.rpartition("·")
            row[part] = add(figure)
        standard, tally = self.standard, self.tally
        asks_more = bool(standard.lower or not standard.actual) and not standard.upper
        row["类别"] = standard.get_topic_display()
        row["效力"] = standard.get_force_display()
        row["单位"] = unit_text(standard.gap_unit)
        row["本地"] = bool(standard.region_code)
        row["全部未达标"] = not tally.met and bool(tally.unmet)
        row["需补"] = asks_more and bool(row["缺口"].value)
        row["句"] = standard_sentence(row)
        row["差句"] = shortfall_sentence(row)
        row["退句"] = setback_sentence(row)
        return row


def in_percent(rate):
    """A rate in percent; None where unknown."""
    return None if rate is None else 100 * rate


def standard_sentence(row):
    """How the communities stand against one standard.

    “一区一支”没有全面落实，15个社区达标、14个社区未达标，达标率51.7%.
    """
    name = quote_name(row["名称"])
    met, unmet, unknown = row["达标"], row["未达标"], row["缺数"]
    rest = f"，另有{unknown}社区缺数" if unknown else ""
    if not met and not unmet:
        return f"{name}{unknown}社区缺数，暂不能评价"
    if not met:
        judged = "可评价的" if unknown else ""
        every = "均" if unmet.value > 1 else ""
        missed = f"{judged}{unmet}社区{every}未达标"
        return f"{name}没有落实，{missed}{shortage_clause(row)}{rest}"
    if not unmet:
        return f"{name}已经落实，{met}社区达标{rest}"
    counts = f"{met}社区达标、{unmet}社区未达标，达标率{row['达标率']}"
    return f"{name}没有全面落实，{counts}{shortage_clause(row)}{rest}"


def shortage_clause(row):
    """How much is lacking in all; "" where it says no more than the number of communities."""
    gap = row["缺口"]
    if row["需补"] and gap.value != row["未达标"].value:
        return f"，共差{gap}"
    return ""


def shortfall_sentence(row):
    """What is lacking: “一区一支”尚差14个; with what it costs where somebody named a price."""
    gap, unknown, cost = row["缺口"], row["缺数"], row["费用"]
    sentence = f"{quote_name(row['名称'])}尚差{gap}"
    if unknown:
        sentence += f"（{unknown}社区缺数，未计入）"
    if cost and gap.unit not in OF_MONEY:
        sentence += f"，需资金{cost}"
    return sentence


def setback_sentence(row):
    """“一区一支”达标率由上期的62.1%降为51.7%."""
    before, now = row["上期达标率"], row["达标率"]
    return f"{quote_name(row['名称'])}达标率由上期的{before}降为{now}"


def reported_standards(facts):
    """Every standard that can be met or missed and binds somebody, by topic, own rules first."""
    found = []
    for standard in facts.judged:
        tally = facts.tallies.get(standard.pk)
        if tally and tally.met + tally.unmet + tally.unknown:
            before = facts.tallies_before.get(standard.pk)
            total = facts.sums.get(standard.pk)
            found.append(ReportedStandard(standard, tally, before, facts.filing.pk, total))
    order = {topic: at for at, topic in enumerate(Topic.values)}

    def rank(reported):
        standard = reported.standard
        return order[standard.topic], not standard.region_code, standard.position

    return sorted(found, key=rank)
