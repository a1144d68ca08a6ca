"""What should come, what was planned and what arrived: the figures of funding, and what the gaps of rooms amount to."""

from documents import links
from documents.report_figure import ReportFigure
from documents.themes import leading_standard, standards_of_theme
from reports.engine.measures import all_measures

ROOMS = [
    *((key, "m²") for key in ("面积应达", "面积缺口", "面积缺口上限")),
    *((key, "个") for key in ("面积缺数社区", "面积达标社区", "面积未达标社区")),
    ("面积费用", "元"),
]


def percent_of(part, whole):
    """A part in percent of a whole; None where one is unknown or there is no whole."""
    return None if part is None or not whole else 100 * part / whole


def remainder_of(whole, part):
    """What is left of a whole, at least nothing; None where one is unknown."""
    if whole is None or part is None:
        return None
    return max(whole - part, 0.0)


def money_figures(context):
    """Figures that hang on the leading standard of funding and of premises, where there is one."""
    of_funding = standards_of_theme("经费", context.standings)
    yield from funding_figures(context, leading_standard(of_funding, "元"))
    of_rooms = standards_of_theme("用房", context.standings)
    yield from room_figures(context, leading_standard(of_rooms, "m²", least=True))


def funding_figures(context, standing):
    """应拨: the requirement of the local rule that asks most, summed over the communities."""
    pk, totals = context.filing.pk, context.facts.totals
    budget, received = totals["funding_budgeted"], totals["funding_received"]
    due, named = None, []
    if standing:
        due, named = standing.tally.required, standing.asked
    arrived = links.pivot_href(pk, "funding_budgeted", "funding_received")
    asked = links.pivot_href(pk, *named, "funding_budgeted", "funding_received")
    rows = [
        ("应拨经费", due, "元", "按要求最高的经费标准应达数合计", asked),
        ("预算占应拨比例", percent_of(budget, due), "%", "经费预算÷应拨经费", asked),
        ("到位占应拨比例", percent_of(received, due), "%", "经费实际到位÷应拨经费", asked),
        ("预算缺口", remainder_of(due, budget), "元", "应拨经费减经费预算", asked),
        ("到位缺口", remainder_of(due, received), "元", "应拨经费减经费实际到位", asked),
        ("预算未到位", remainder_of(budget, received), "元", "经费预算减经费实际到位", arrived),
    ]
    yield from figures_of_standard(context, standing, rows, "funding_received")
    yield from leading_rule_figure(standing, "经费标准")


def room_figures(context, standing):
    """The area that is short, and how much it may be at most once unknown rooms are measured."""
    if standing is None:
        rows = [(key, None, unit, "没有面积标准", "") for key, unit in ROOMS]
    else:
        rows = room_values(standing)
    yield from figures_of_standard(context, standing, rows, "office_area")
    yield from leading_rule_figure(standing, "面积标准")


def room_values(standing):
    """[(key, value, unit, meaning, address)]"""
    tally, listed, link = standing.tally, standing.listed, standing.link
    short = (tally.gap or 0.0) if tally.judged else None
    most = remainder_of(tally.required, tally.actual or 0.0)
    met, unmet, unknown = float(tally.met), float(tally.unmet), float(tally.unknown)
    return [
        ("面积应达", tally.required, "m²", "按基本的面积标准应达数合计", listed),
        ("面积缺口", short, "m²", "面积已核实的社区离标准的差数合计", listed),
        ("面积缺口上限", most, "m²", "面积缺数的社区一律按没有用房计，离标准的差数合计", listed),
        ("面积缺数社区", unknown, "个", "办公用房面积缺数、不能评价的社区", link),
        ("面积达标社区", met, "个", "办公用房面积达标的社区", link),
        ("面积未达标社区", unmet, "个", "办公用房面积未达标的社区", link),
        ("面积费用", standing.cost, "元", standing.price(), listed),
    ]


def figures_of_standard(context, standing, rows, measure):
    """The figures of these rows, counted from a standard's tallies and a measure."""
    query, counted = f"指标“{all_measures()[measure].label}”", context.facts.counted
    if standing:
        query = f"标准“{standing.standard.name}”的达标汇总，{query}"
    for key, value, unit, text, href in rows:
        digits = 2
        if standing and unit != "元" and unit == standing.standard.gap_unit:
            digits = standing.standard.digits
        text = f"{text}。"
        yield ReportFigure(key, key, value, unit, text, query, href, counted, digits=digits)


def leading_rule_figure(standing, key):
    """The leading standard itself, by its requirement."""
    value, query, href = None, "", ""
    if standing:
        value = standing.standard.statement
        query, href = standing.name.query, standing.name.href
    yield ReportFigure(key, key, value, "", "所依据的标准的要求。", query, href)
