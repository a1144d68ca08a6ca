"""What the charts of a report show: figures of the context, in series; drawn natively in .docx and as SVG on the web."""

from dataclasses import dataclass, field

from documents import links
from documents.report_figure import ReportFigure
from documents.wording import bare_number, rounded_for_axis

MOST = 12  # bars that still can be read on a page
WAN = 10_000


@dataclass(frozen=True)
class ReportChart:
    """`series` is [(name, figures in the order of `categories`)]; `unit` that of the axis."""

    name: str
    title: str
    categories: list
    series: list = field(default_factory=list)
    unit: str = ""
    stacked: bool = False

    def value(self, figure):
        """A figure as a number on the axis; None where unknown."""
        if figure.value is None:
            return None
        wan = self.unit == "万元"
        return rounded_for_axis(figure.value / WAN if wan else figure.value, 2 if wan else 1)

    def label(self, figure):
        return bare_number(self.value(figure))

    @property
    def shows(self):
        """Whether anything of it is known."""
        return any(figure.known for figure in self.figures)

    @property
    def figures(self):
        return [figure for _, figures in self.series for figure in figures]


def report_charts(context):
    """{name: Chart} of all, whether they have something to show or not."""
    made = [pass_rate_chart(context), staff_chart(context), funding_chart(context)]
    return {chart.name: chart for chart in made}


def pass_rate_chart(context):
    """The share of communities that meet each standard, the city's own rules first."""
    judged = sorted(
        (s for s in context.standings if s.judged), key=lambda s: not s.standard.region_code
    )[:MOST]
    rows = [context.rows[s.standard.pk] for s in judged]
    series = [("达标率", [row["达标率"] for row in rows])]
    return ReportChart(
        "达标率", f"{context.filing.name}各项标准达标率", [row["名称"] for row in rows], series, "%"
    )


def staff_chart(context):
    """Who works in each unit below: on the establishment, temporary with and without pay, others."""
    below = context.facts.children if len(context.facts.children) <= MOST else []
    units = [(child, values) for child, values in below] or [(context.filing, context.facts.totals)]
    kinds = {
        "在编": "staff_established",
        "临时（有报酬）": "staff_temporary_paid",
        "临时（无报酬）": "staff_temporary_unpaid",
    }
    series = [
        (kind, [staff_figure(context, unit, kind, values[name], name) for unit, values in units])
        for kind, name in kinds.items()
    ]
    others = [
        staff_figure(context, unit, "其他", other_staff(values), "staff") for unit, values in units
    ]
    series.append(("其他", others))
    series = [(kind, figures) for kind, figures in series if any(figures)]
    return ReportChart(
        "人员构成",
        f"{context.filing.name}街道社区人员构成",
        [unit.name for unit, _ in units],
        series,
        "人",
        True,
    )


def other_staff(values):
    """Staff that are neither on the establishment nor temporary."""
    parts = [values[name] for name in ("staff", "staff_established", "staff_temporary")]
    return None if None in parts else parts[0] - parts[1] - parts[2]


def staff_figure(context, unit, kind, value, name):
    key, link = f"{unit.name}·{kind}人员", links.measure_href(unit.pk, name)
    text = f"{unit.name}（含所属社区）身份为{kind}的工作人员。"
    return context.add(ReportFigure(key, key, value, "人", text, "工作人员按身份计数", link))


def funding_chart(context):
    """What is due, planned and arrived."""
    names = {"应拨": "应拨经费", "预算": "经费预算", "实际到位": "经费实际到位"}
    found = {
        label: context.figures[key] for label, key in names.items() if context.figures[key].known
    }
    series = [("金额", list(found.values()))]
    return ReportChart(
        "经费", f"{context.filing.name}社区经费应拨、预算与到位", list(found), series, "万元"
    )
