"""What the charts of a report show: figures of the context, in series.

They are drawn natively in .docx and as SVG on the web.
"""

from dataclasses import dataclass, field

from documents import links
from documents.report_figure import ReportFigure
from documents.wording import bare_number, rounded_for_axis

MOST_BARS = 12  # bars that still can be read on a page
STAFF_KINDS = {
    "在编": "staff_established",
    "临时（有报酬）": "staff_temporary_paid",
    "临时（无报酬）": "staff_temporary_unpaid",
}
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
        if self.unit == "万元":
            return rounded_for_axis(figure.value / WAN, 2)
        return rounded_for_axis(figure.value, 1)

    def label(self, figure):
        """The number at a bar."""
        return bare_number(self.value(figure))

    @property
    def category_texts(self):
        """The categories as words, without marks."""
        texts = []
        for category in self.categories:
            words = getattr(category, "words", category)
            texts.append(str(words))
        return texts

    def bars(self, at):
        """The numbers of one category, a series each; nought where unknown."""
        numbers = []
        for _, figures in self.series:
            number = self.value(figures[at])
            numbers.append(number or 0)
        return numbers

    @property
    def shows(self):
        """Whether anything of it is known."""
        return any(figure.known for figure in self.figures)

    @property
    def figures(self):
        """All its figures, series by series."""
        found = []
        for _, figures in self.series:
            found.extend(figures)
        return found


def report_charts(context):
    """{name: ReportChart} of all, whether they have something to show or not."""
    charts = [pass_rate_chart(context), staff_chart(context), funding_chart(context)]
    return {chart.name: chart for chart in charts}


def pass_rate_chart(context):
    """The share of communities that meet each standard, the city's own rules first."""
    judged = [reported for reported in context.standings if reported.judged]
    judged.sort(key=lambda reported: not reported.standard.region_code)
    names, rates = [], []
    for reported in judged[:MOST_BARS]:
        row = context.rows[reported.standard.pk]
        names.append(row["名称"])
        rates.append(row["达标率"])
    title = f"{context.filing.name}各项标准达标率"
    return ReportChart("达标率", title, names, [("达标率", rates)], "%")


def staff_chart(context):
    """Who works in each unit below: on the establishment, temporary with and without pay, others."""
    units = context.facts.children
    if not units or len(units) > MOST_BARS:
        units = [(context.filing, context.facts.totals)]
    series = {}
    for kind, name in STAFF_KINDS.items():
        series[kind] = []
        for unit, values in units:
            figure = staff_figure(context, unit, kind, values[name], name)
            series[kind].append(figure)
    series["其他"] = []
    for unit, values in units:
        figure = staff_figure(context, unit, "其他", other_staff(values), "staff")
        series["其他"].append(figure)
    known = []
    for kind, figures in series.items():
        if any(figures):
            known.append((kind, figures))
    names = [unit.name for unit, _ in units]
    title = f"{context.filing.name}街道社区人员构成"
    return ReportChart("人员构成", title, names, known, "人", stacked=True)


def other_staff(values):
    """How many are neither on the establishment nor temporary; None where unknown."""
    staff, established = values["staff"], values["staff_established"]
    temporary = values["staff_temporary"]
    if staff is None or established is None or temporary is None:
        return None
    return staff - established - temporary


def staff_figure(context, unit, kind, value, name):
    """How many of one kind work in a unit."""
    key, href = f"{unit.name}·{kind}人员", links.measure_href(unit.pk, name)
    text = f"{unit.name}（含所属社区）身份为{kind}的工作人员。"
    return context.add(ReportFigure(key, key, value, "人", text, "工作人员按身份计数", href))


def funding_chart(context):
    """What is due, planned and arrived."""
    names = {"应拨": "应拨经费", "预算": "经费预算", "实际到位": "经费实际到位"}
    found = {}
    for label, key in names.items():
        if context.figures[key].known:
            found[label] = context.figures[key]
    title = f"{context.filing.name}社区经费应拨、预算与到位"
    return ReportChart("经费", title, list(found), [("金额", list(found.values()))], "万元")
