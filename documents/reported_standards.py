"""How an area stands against each standard, as figures: rows of the table, and what the problems are drawn from."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from documents import links
from documents.report_figure import ReportFigure
from documents.wording import quote_name, unit_text
from reports.gaps import Sum
from reports.gaps.prices import OF_MONEY
from reports.models import Standard, Tally
from reports.models.standard import Topic, formula

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
    total: Sum | None = None

    @property
    def name(self):
        """The standard's name, which may have numbers of its own: 社区办公用房不少于300平方米."""
        s = self.standard
        where = f"{s.source}{s.number}" if s.source else s.region_name
        text = f"{s.statement}（{where}，{s.get_force_display()}）"
        link = reverse("reports:standard", args=[s.code]) + f"?filing={self.filing_pk}"
        return ReportFigure(f"{s.name}·名称", "标准名称", s.name, "", text, f"标准“{s.name}”", link)

    @cached_property
    def bound(self):
        """How many communities the standard binds."""
        return self.tally.met + self.tally.unmet + self.tally.unknown

    @property
    def judged(self):
        return self.tally.judged

    @property
    def rate(self):
        return self.tally.rate

    @property
    def worse(self):
        """By how many percentage points fewer communities meet it than a round ago; 0 where that cannot be said.

        It can where more stopped meeting it than stopped saying how they stand. A rate also falls when one that misses
        the standard is heard of for the first time, and nothing went backward.
        """
        if self.rate is None or self.before is None or self.before.rate is None:
            return 0
        if self.before.met - self.tally.met <= max(self.tally.unknown - self.before.unknown, 0):
            return 0
        return max(100 * (self.before.rate - self.rate), 0)

    @property
    def link(self):
        query = urlencode({"level": 5, "show": self.standard.code, "by": self.standard.code})
        return f"{reverse('reports:matrix', args=[self.filing_pk])}?{query}"

    @property
    def listed(self):
        """The gap list of this standard: who is short by how much, and what that costs."""
        return links.gaps_href(self.filing_pk, self.standard.code)

    @property
    def asked(self):
        """Names of the measures that the requirement is reckoned from."""
        return sorted(formula(self.standard.lower).names) if self.standard.lower else []

    def figure(self, part, value, unit, text, *, counted=None, digits=2):
        """A figure of this standard: its part (达标), value and meaning."""
        name = self.standard.name
        counted = self.bound if counted is None else counted
        query = f"标准“{self.standard.name}”的达标汇总"
        return ReportFigure(
            f"{name}·{part}",
            f"{name}：{part}",
            value,
            unit,
            f"{text}。",
            query,
            self.where(part),
            counted,
            digits=digits,
        )

    def where(self, part):
        return self.listed if part in LISTED else self.link

    def counts(self):
        for part, name in COUNTS:
            yield self.figure(part, float(getattr(self.tally, name)), "个", MEANINGS[part])
        yield self.figure("应评", float(self.bound), "个", "该标准约束的社区数")

    def measures(self):
        """Rate, gap and sums in the standard's own unit."""
        tally, unit, digits = self.tally, self.standard.gap_unit, self.standard.digits
        rate = None if self.rate is None else 100 * self.rate
        yield self.figure(
            "达标率", rate, "%", "达标÷（达标＋未达标），缺数的不计", counted=self.judged
        )
        gap = (tally.gap or 0.0) if self.judged else None
        yield self.figure(
            "缺口",
            gap,
            unit,
            "未达标社区离标准的差数合计，缺数的不计",
            counted=self.judged,
            digits=digits,
        )
        yield self.figure(
            "应达", tally.required, self.standard.unit, "按标准应达数合计", digits=digits
        )
        yield self.figure(
            "实际", tally.actual, self.standard.unit, "实际数合计，缺数的不计", digits=digits
        )
        yield self.figure("费用", self.cost, "元", self.price())
        yield self.figure("上期达标率", self.rate_before(), "%", "上期达标÷（达标＋未达标）")

    def rate_before(self):
        return None if self.before is None or self.before.rate is None else 100 * self.before.rate

    @property
    def cost(self):
        """What closing the gap costs in yuan, as the gap list has it; None where nobody named a price."""
        return self.total.cost if self.total and self.judged else None

    def price(self):
        """How the cost was reckoned."""
        if self.standard.gap_unit in OF_MONEY:
            return "缺口本身即为金额"
        if self.total is None or self.total.cost is None:
            return "标准库没有写明单位缺口的费用"
        if self.total.price is None:
            return "缺口×各地（各分项）的单位费用，与缺口清单一致"
        price, source = self.total.price, self.total.price.source
        return f"缺口×每{unit_text(self.standard.gap_unit)}{price.yuan:,.0f}元{f'（{source}）' if source else ''}"

    def row(self, add):
        """The standing as templates see it; `add` records a figure and returns it."""
        made = {
            f.key.rpartition("·")[2]: add(f) for f in [self.name, *self.counts(), *self.measures()]
        }
        s = self.standard
        own = {
            "类别": s.get_topic_display(),
            "效力": s.get_force_display(),
            "单位": unit_text(s.gap_unit),
        }
        own |= {
            "本地": bool(s.region_code),
            "全部未达标": not self.tally.met and bool(self.tally.unmet),
        }
        own["需补"] = bool(s.lower or not s.actual) and not s.upper and bool(made["缺口"].value)
        row = made | own
        return row | {
            "句": standard_sentence(row),
            "差句": shortfall_sentence(row),
            "退句": setback_sentence(row),
        }


def standard_sentence(row):
    """How the communities stand against one standard: “一区一支”没有全面落实，15个社区达标、14个社区未达标，达标率51.7%."""
    name = quote_name(row["名称"])
    met, unmet, unknown = (row[part] for part in ("达标", "未达标", "缺数"))
    rest = f"，另有{unknown}社区缺数" if unknown else ""
    if not met and not unmet:
        return f"{name}{unknown}社区缺数，暂不能评价"
    if not met:
        every = "均" if unmet.value > 1 else ""
        return f"{name}没有落实，{'可评价的' if unknown else ''}{unmet}社区{every}未达标{shortage_clause(row)}{rest}"
    if not unmet:
        return f"{name}已经落实，{met}社区达标{rest}"
    return f"{name}没有全面落实，{met}社区达标、{unmet}社区未达标，达标率{row['达标率']}{shortage_clause(row)}{rest}"


def shortage_clause(row):
    """How much is lacking in all, where that says more than how many communities fall short."""
    return (
        f"，共差{row['缺口']}" if row["需补"] and row["缺口"].value != row["未达标"].value else ""
    )


def shortfall_sentence(row):
    """What is lacking: “一区一支”尚差14个; with what it costs where somebody has said so."""
    money = row["费用"] if row["费用"] and row["缺口"].unit not in OF_MONEY else None
    rest = f"（{row['缺数']}社区缺数，未计入）" if row["缺数"] else ""
    return f"{quote_name(row['名称'])}尚差{row['缺口']}{rest}{f'，需资金{money}' if money else ''}"


def setback_sentence(row):
    return f"{quote_name(row['名称'])}达标率由上期的{row['上期达标率']}降为{row['达标率']}"


def reported_standards(facts):
    """Every standard that can be met or missed and binds somebody, worst first within its topic."""
    made = []
    for standard in facts.judged:
        tally = facts.tallies.get(standard.pk)
        if tally and tally.met + tally.unmet + tally.unknown:
            before, total = facts.tallies_before.get(standard.pk), facts.sums.get(standard.pk)
            made.append(ReportedStandard(standard, tally, before, facts.filing.pk, total))
    order = {topic: at for at, topic in enumerate(Topic.values)}
    return sorted(
        made,
        key=lambda s: (order[s.standard.topic], not s.standard.region_code, s.standard.position),
    )
