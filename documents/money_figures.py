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
    return None if part is None or not whole else 100 * part / whole


def remainder_of(whole, part):
    return None if None in (whole, part) else max(whole - part, 0.0)


def money_figures(context):
    """Figures that hang on the leading standard of funding and of premises, where there is one."""
    yield from funding_figures(
        context, leading_standard(standards_of_theme("经费", context.standings), "元")
    )
    yield from room_figures(
        context, leading_standard(standards_of_theme("用房", context.standings), "m²", least=True)
    )


def funding_figures(context, standing):
    """应拨: the requirement of the local rule that asks most, summed over the communities."""
    budget, received = (
        context.facts.totals[name] for name in ("funding_budgeted", "funding_received")
    )
    due, named = (standing.tally.required, standing.asked) if standing else (None, [])
    arrived = links.pivot_href(context.filing.pk, "funding_budgeted", "funding_received")
    asked = links.pivot_href(context.filing.pk, *named, "funding_budgeted", "funding_received")
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
    """The area that is certainly short, and how much it may be at most once the unknown rooms are measured."""
    if standing is None:
        yield from figures_of_standard(
            context,
            None,
            [(key, None, unit, "没有面积标准", "") for key, unit in ROOMS],
            "office_area",
        )
    else:
        yield from figures_of_standard(context, standing, room_values(standing), "office_area")
    yield from leading_rule_figure(standing, "面积标准")


def room_values(standing):
    """[(key, value, unit, meaning, address)]"""
    tally, listed = standing.tally, standing.listed
    short = (tally.gap or 0.0) if tally.judged else None
    most = remainder_of(tally.required, tally.actual or 0.0)
    return [
        ("面积应达", tally.required, "m²", "按基本的面积标准应达数合计", listed),
        ("面积缺口", short, "m²", "面积已核实的社区离标准的差数合计", listed),
        ("面积缺口上限", most, "m²", "面积缺数的社区一律按没有用房计，离标准的差数合计", listed),
        (
            "面积缺数社区",
            float(tally.unknown),
            "个",
            "办公用房面积缺数、不能评价的社区",
            standing.link,
        ),
        ("面积达标社区", float(tally.met), "个", "办公用房面积达标的社区", standing.link),
        ("面积未达标社区", float(tally.unmet), "个", "办公用房面积未达标的社区", standing.link),
        ("面积费用", standing.cost, "元", standing.price(), listed),
    ]


def figures_of_standard(context, standing, rows, measure):
    name = f"标准“{standing.standard.name}”的达标汇总，" if standing else ""
    query = f"{name}指标“{all_measures()[measure].label}”"
    for key, value, unit, text, link in rows:
        digits = (
            standing.standard.digits
            if standing and unit == standing.standard.gap_unit != "元"
            else 2
        )
        yield ReportFigure(
            key, key, value, unit, f"{text}。", query, link, context.facts.counted, digits=digits
        )


def leading_rule_figure(standing, key):
    """The leading standard itself, by its requirement."""
    text = standing.standard.statement if standing else None
    name, link = (standing.name.query, standing.name.href) if standing else ("", "")
    yield ReportFigure(key, key, text, "", "所依据的标准的要求。", name, link)
