"""What should come, what was planned and what arrived: the figures of funding, and what the gaps of rooms amount to."""

from documents import links
from documents.figure import Figure
from documents.themes import leading, of_theme
from reports.engine.measures import all_measures

ROOMS = [
    *((key, "m²") for key in ("面积应达", "面积缺口", "面积缺口上限")),
    *((key, "个") for key in ("面积缺数社区", "面积达标社区", "面积未达标社区")),
    ("面积费用", "元"),
]


def share(part, whole):
    return None if part is None or not whole else 100 * part / whole


def minus(whole, part):
    return None if None in (whole, part) else max(whole - part, 0.0)


def money(context):
    """Figures that hang on the leading standard of funding and of premises, where there is one."""
    yield from funding(context, leading(of_theme("经费", context.standings), "元"))
    yield from rooms(context, leading(of_theme("用房", context.standings), "m²", least=True))


def funding(context, standing):
    """应拨: the requirement of the local rule that asks most, summed over the communities."""
    budget, received = (
        context.facts.totals[name] for name in ("funding_budgeted", "funding_received")
    )
    due, named = (standing.tally.required, standing.asked) if standing else (None, [])
    arrived = links.beside(context.filing.pk, "funding_budgeted", "funding_received")
    asked = links.beside(context.filing.pk, *named, "funding_budgeted", "funding_received")
    rows = [
        ("应拨经费", due, "元", "按要求最高的经费标准应达数合计", asked),
        ("预算占应拨比例", share(budget, due), "%", "经费预算÷应拨经费", asked),
        ("到位占应拨比例", share(received, due), "%", "经费实际到位÷应拨经费", asked),
        ("预算缺口", minus(due, budget), "元", "应拨经费减经费预算", asked),
        ("到位缺口", minus(due, received), "元", "应拨经费减经费实际到位", asked),
        ("预算未到位", minus(budget, received), "元", "经费预算减经费实际到位", arrived),
    ]
    yield from figures(context, standing, rows, "funding_received")
    yield from rule(standing, "经费标准")


def rooms(context, standing):
    """The area that is certainly short, and how much it may be at most once the unknown rooms are measured."""
    if standing is None:
        yield from figures(
            context,
            None,
            [(key, None, unit, "没有面积标准", "") for key, unit in ROOMS],
            "office_area",
        )
    else:
        yield from figures(context, standing, rooms_of(standing), "office_area")
    yield from rule(standing, "面积标准")


def rooms_of(standing):
    """[(key, value, unit, meaning, address)]"""
    tally, listed = standing.tally, standing.listed
    short = (tally.gap or 0.0) if tally.judged else None
    most = minus(tally.required, tally.actual or 0.0)
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


def figures(context, standing, rows, measure):
    name = f"标准“{standing.standard.name}”的达标汇总，" if standing else ""
    query = f"{name}指标“{all_measures()[measure].label}”"
    for key, value, unit, text, link in rows:
        digits = (
            standing.standard.digits
            if standing and unit == standing.standard.gap_unit != "元"
            else 2
        )
        yield Figure(
            key, key, value, unit, f"{text}。", query, link, context.facts.counted, digits=digits
        )


def rule(standing, key):
    """The leading standard itself, by its requirement."""
    text = standing.standard.statement if standing else None
    name, link = (standing.name.query, standing.name.href) if standing else ("", "")
    yield Figure(key, key, text, "", "所依据的标准的要求。", name, link)
