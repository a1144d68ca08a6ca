"""The one computed context of a report: every figure by name, and the lists that templates walk through.

Text, tables and charts all draw from here, so a number cannot differ between them.
"""

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


def rows_lacking_data(judged, rows):
    """The standards for which half of the bound communities or more have not given the data, the worst first."""
    found = sorted(
        (s for s in judged if s.tally.unknown >= s.judged), key=lambda s: -s.tally.unknown
    )
    return [rows[s.standard.pk] for s in found[:LACKING]]


class ReportContext:
    """Everything a template may say about one upper filing; `figures` is {name: Figure}, `names` what templates know.

    `approved`: only communities whose filing is approved count.
    """

    def __init__(self, filing, *, approved=False):
        self.filing, self.approved = filing, approved
        self.facts = AreaFacts(filing, approved=approved)
        self.figures, self.names = {}, {}
        for figure in MeasureFigures(self.facts).figures():
            self.say(figure)
        self.standings = reported_standards(self.facts)
        self.rows = {s.standard.pk: s.row(self.add) for s in self.standings}
        for figure in money_figures(self):
            self.say(figure)
        self.names |= self.frame() | self.lists()
        drawn = report_charts(self)
        self.charts = {name: chart for name, chart in drawn.items() if chart.shows}
        self.names |= {
            f"图_{name}": f"\ue003{name}\ue004" if chart.shows else ""
            for name, chart in drawn.items()
        }

    def add(self, figure):
        """Record a figure so that it can be traced, and return it."""
        self.figures[figure.key] = figure
        return figure

    def say(self, figure):
        """A figure that templates call by its own name."""
        self.names[figure.key] = self.add(figure)
        return figure

    def made(self, key, value, unit="", text="", *, counted=None, page="overview"):
        """A figure about the survey itself."""
        link = reverse(f"reports:{page}", args=[self.filing.pk])
        return self.add(ReportFigure(key, key, value, unit, text, "填报进度", link, counted))

    def frame(self):
        """Who, when, and on what data: the words around the figures."""
        filing, progress = self.filing, self.facts.progress
        split = filing.level < Level.STREET and bool(self.facts.totals["streets"])
        made = {
            "单位": self.made("单位", filing.name, text="报告所述单位"),
            "分街道": split,
            "对象": "街道社区" if split else "社区",
            "五十平方米": self.made(
                "五十平方米", 50.0, "m²", "划分办公用房大小的界线", page="matrix"
            ),
            "二十平方米": self.made(
                "二十平方米", 20.0, "m²", "划分办公用房大小的界线", page="matrix"
            ),
            "全域": WHOLE.get(filing.kind, "全市"),
            "期别": self.made("期别", period_label(filing.round.period), text="填报期"),
            "上期": self.made("上期", self.last_period, text="上一填报期。"),
            "基准日": self.made(
                "基准日", chinese_date(filing.round.reference_date), text="数据反映这一天的状况"
            ),
            "数据时间": self.made(
                "数据时间", chinese_date(self.facts.saved), text="范围内最近一次保存的日期"
            ),
            "只含审定": self.approved,
            "含未审定": not self.approved and progress["approved"] < progress["expected"],
            "有上期": bool(self.facts.before),
        }
        labels = {
            "expected": "应报社区",
            "approved": "已审定社区",
            "submitted": "已报送社区",
            "draft": "填报中社区",
        }
        made |= {
            label: self.made(
                label, float(progress[name]), "个", f"{label}数", counted=progress["expected"]
            )
            for name, label in labels.items()
        }
        return made | {"数据说明": self.notice(made), "有数据": bool(self.facts.counted)}

    @property
    def last_period(self):
        return period_label(self.facts.previous.round.period) if self.facts.previous else None

    def notice(self, made):
        """The sentence of the first page: what data this is, and what is not in it."""
        if not self.facts.counted:
            return f"本报告只用已审定的数据，应报{made['应报社区']}社区，还没有一个审定。"
        if self.approved:
            return (
                f"本报告只用已审定的数据：应报{made['应报社区']}社区，已审定{made['已审定社区']}。"
            )
        if not made["含未审定"]:
            return f"本报告所用数据均已审定（{made['应报社区']}社区）。"
        states = {"已审定": "已审定社区", "已报送待审": "已报送社区", "尚在填报": "填报中社区"}
        words = "、".join(f"{label}{made[name]}" for label, name in states.items() if made[name])
        return f"本报告含未审定的数据，仅供内部研究：应报{made['应报社区']}社区，{words}。"

    def lists(self):
        """What templates walk through."""
        made = {name: themes.theme_lists(name, self.standings, self.rows) for name in themes.THEMES}
        judged = [s for s in self.standings if s.judged]
        institutions = institution_stage_rows(self)
        failed = themes.worst_first(judged)
        all_failed = [s for s in failed if not s.tally.met]
        own = own_item_rows(self)
        idle = [self.rows[s.standard.pk] for s in self.standings if not s.judged]
        return made | {
            "达标情况": [self.rows[s.standard.pk] for s in judged],
            "未达标": [self.rows[s.standard.pk] for s in failed],
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

    @property
    def below(self):
        """The word for the units below: 街道, 区县, 社区."""
        levels = {child.level for child, _ in self.facts.children}
        return Level(min(levels)).label if levels else "单位"

    def number_of(self, key, standards, text):
        return self.made(key, float(len(standards)), "项", text, page="matrix")


def chinese_date(when):
    """2022年12月31日; None where there is no day."""
    if when is None:
        return None
    when = timezone.localtime(when) if hasattr(when, "hour") else when
    return f"{when.year}年{when.month}月{when.day}日"
