"""The one computed context of a report: every figure by name, and the lists of templates.

Text, tables and charts all draw from here, so a number cannot differ between them.
"""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from communities.models import Kind, Level
from documents import themes, units_below
from documents.area_standards import standards_missed_by_area
from documents.charts import report_charts
from documents.comparison import compare_with_previous, comparison_lists, worsened_rows
from documents.computed import MeasureFigures
from documents.facts import AreaFacts
from documents.institutions import institution_stage_rows
from documents.money_figures import money_figures
from documents.own_items import own_item_rows
from documents.report_figure import ReportFigure
from documents.reported_standards import reported_standards
from documents.stages import plan_stages
from surveys.actions.opening import period_label

WHOLE = {
    Kind.PROVINCE: "全省",
    Kind.DISTRICT: "全区",
    Kind.COUNTY: "全县",
    Kind.STREET: "全街道",
    Kind.TOWN: "全镇",
}
LACKING = 3  # standards named as lacking most


PROGRESS = {
    "expected": "应报社区",
    "approved": "已审定社区",
    "submitted": "已报送社区",
    "draft": "填报中社区",
}


def rows_lacking_data(judged, rows):
    """The standards for which half of the bound communities or more lack data, the worst first."""
    found = []
    for reported in judged:
        if reported.tally.unknown >= reported.judged:
            found.append(reported)
    found.sort(key=lambda reported: -reported.tally.unknown)
    return [rows[reported.standard.pk] for reported in found[:LACKING]]


class ReportContext:
    """Everything a template may say about one upper filing.

    `figures` is {name: ReportFigure}, `names` what templates know. With `approved` only
    communities whose filing is approved count.
    """

    def __init__(self, filing, *, approved=False):
        self.filing, self.approved = filing, approved
        self.facts = AreaFacts(filing, approved=approved)
        self.figures, self.names = {}, {}
        for figure in MeasureFigures(self.facts).figures():
            self.say(figure)
        self.standings = reported_standards(self.facts)
        self.rows = {}
        for reported in self.standings:
            self.rows[reported.standard.pk] = reported.row(self.add)
        for figure in money_figures(self):
            self.say(figure)
        frame = self.frame()
        self.names.update(frame)
        self.names.update(self.lists())
        self.charts = {}
        for name, chart in report_charts(self).items():
            self.names[f"图_{name}"] = f"\ue003{name}\ue004" if chart.shows else ""
            if chart.shows:
                self.charts[name] = chart

    def add(self, figure):
        """Record a figure so that it can be traced, and return it."""
        self.figures[figure.key] = figure
        return figure

    def say(self, figure):
        """Record a figure that templates call by its own name."""
        self.names[figure.key] = self.add(figure)

    def made(self, key, value, unit="", text="", *, counted=None, page="overview"):
        """A figure about the survey itself."""
        link = reverse(f"reports:{page}", args=[self.filing.pk])
        return self.add(ReportFigure(key, key, value, unit, text, "填报进度", link, counted))

    def frame(self):
        """Who, when, and on what data: the words around the figures."""
        filing, facts = self.filing, self.facts
        split = filing.level < Level.STREET and bool(facts.totals["streets"])
        rooms = {"text": "划分办公用房大小的界线", "page": "matrix"}
        reference, saved = chinese_date(filing.round.reference_date), chinese_date(facts.saved)
        period = period_label(filing.round.period)
        unapproved = facts.progress["approved"] < facts.progress["expected"]
        names = {
            "单位": self.made("单位", filing.name, text="报告所述单位"),
            "分街道": split,
            "对象": "街道社区" if split else "社区",
            "五十平方米": self.made("五十平方米", 50.0, "m²", **rooms),
            "二十平方米": self.made("二十平方米", 20.0, "m²", **rooms),
            "全域": WHOLE.get(filing.kind, "全市"),
            "期别": self.made("期别", period, text="填报期"),
            "上期": self.made("上期", self.last_period, text="上一填报期。"),
            "基准日": self.made("基准日", reference, text="数据反映这一天的状况"),
            "数据时间": self.made("数据时间", saved, text="范围内最近一次保存的日期"),
            "只含审定": self.approved,
            "含未审定": not self.approved and unapproved,
            "有上期": bool(facts.before),
        }
        expected = facts.progress["expected"]
        for name, label in PROGRESS.items():
            count = float(facts.progress[name])
            names[label] = self.made(label, count, "个", f"{label}数", counted=expected)
        names["数据说明"] = self.notice(names)
        names["有数据"] = bool(facts.counted)
        return names

    @property
    def last_period(self):
        """The words for the round before; None where there was none."""
        previous = self.facts.previous
        return period_label(previous.round.period) if previous else None

    def notice(self, names):
        """The sentence of the first page: what data this is, and what is not in it."""
        expected, approved = names["应报社区"], names["已审定社区"]
        if not self.facts.counted:
            return f"本报告只用已审定的数据，应报{expected}社区，还没有一个审定。"
        if self.approved:
            return f"本报告只用已审定的数据：应报{expected}社区，已审定{approved}。"
        if not names["含未审定"]:
            return f"本报告所用数据均已审定（{expected}社区）。"
        states = {
            "已审定": approved,
            "已报送待审": names["已报送社区"],
            "尚在填报": names["填报中社区"],
        }
        told = []
        for label, count in states.items():
            if count:
                told.append(f"{label}{count}")
        words = "、".join(told)
        return f"本报告含未审定的数据，仅供内部研究：应报{expected}社区，{words}。"

    def lists(self):
        """What templates walk through."""
        made = {}
        for name in themes.THEMES:
            made[name] = themes.theme_lists(name, self.standings, self.rows)
        judged, idle = [], []
        for reported in self.standings:
            if reported.judged:
                judged.append(reported)
            else:
                idle.append(self.rows[reported.standard.pk])
        institutions = institution_stage_rows(self)
        failed = themes.worst_first(judged)
        all_failed = [s for s in failed if not s.tally.met]
        own = own_item_rows(self)
        return made | {
            "达标情况": self.rows_of_standards(judged),
            "未达标": self.rows_of_standards(failed),
            "不能评价": idle,
            "不能评价数": self.number_of("不能评价数", idle, "缺少数据、没有一个社区能评价的标准"),
            "评价标准数": self.number_of("评价标准数", judged, "至少有一个社区能评价的标准"),
            "未达标标准数": self.number_of("未达标标准数", failed, "有社区未达标的标准"),
            "全部未达标标准数": self.number_of(
                "全部未达标标准数", all_failed, "能评价的社区全部未达标的标准"
            ),
            "补充项": own,
            "补充项数": self.number_of("补充项数", own, "本期在各期都填的内容之外另设的项"),
            "机构情况": institutions,
            "有名无实": [row for row in institutions if row["有名无实"]],
            "全域未达标": standards_missed_by_area(self),
            "缺数较多": rows_lacking_data(judged, self.rows),
            "下级情况": units_below.rows_of_units_below(self),
            "下级": self.below,
            "构成": units_below.unit_kind_rows(self),
            "含村": bool(self.facts.kinds.get(Kind.VILLAGE)),
            "治理模式": units_below.governance_rows(self),
            "未写模式": units_below.unstated_governance(self),
            "达标较好": units_below.best_units(self),
            **comparison_lists(compare_with_previous(self)),
            **plan_stages(self),
            "变差": worsened_rows(self),
        }

    def rows_of_standards(self, standings):
        """The row of each reported standard, in their order."""
        return [self.rows[reported.standard.pk] for reported in standings]

    @property
    def below(self):
        """The word for the units below: 街道, 区县, 社区."""
        levels = {child.level for child, _ in self.facts.children}
        return Level(min(levels)).label if levels else "单位"

    def number_of(self, key, standards, text):
        """How many standards or items these are."""
        return self.made(key, float(len(standards)), "项", text, page="matrix")


def chinese_date(when):
    """2022年12月31日, of a day or a time; None where there is none."""
    if when is None:
        return None
    if isinstance(when, datetime):
        when = timezone.localtime(when)
    return f"{when.year}年{when.month}月{when.day}日"
