"""What should come, what was planned and what arrived: the figures of funding, and what the gaps of rooms amount to."""

from reports.documents.figure import Figure
from reports.documents.themes import leading, of_theme
from reports.measures import all_measures


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
    budget, received = (context.facts.totals[name] for name in ("funding_budgeted", "funding_received"))
    due = standing.tally.required if standing else None
    rows = [
        ("应拨经费", due, "元", "按要求最高的经费标准应达数合计"),
        ("预算占应拨比例", share(budget, due), "%", "经费预算÷应拨经费"),
        ("到位占应拨比例", share(received, due), "%", "经费实际到位÷应拨经费"),
        ("预算缺口", minus(due, budget), "元", "应拨经费减经费预算"),
        ("到位缺口", minus(due, received), "元", "应拨经费减经费实际到位"),
        ("预算未到位", minus(budget, received), "元", "经费预算减经费实际到位"),
    ]
    yield from figures(context, standing, rows, "funding_received")
    yield from rule(standing, "经费标准")


def rooms(context, standing):
    """The area that is certainly short, and how much it may be at most once the unknown rooms are measured."""
    tally = standing.tally if standing else None
    short = (tally.gap or 0.0) if tally and tally.judged else None
    most = minus(tally.required, tally.actual or 0.0) if tally else None
    rows = [
        ("面积应达", tally.required if tally else None, "m²", "按基本的面积标准应达数合计"),
        ("面积缺口", short, "m²", "面积已核实的社区离标准的差数合计"),
        ("面积缺口上限", most, "m²", "面积缺数的社区一律按没有用房计，离标准的差数合计"),
        ("面积缺数社区", float(tally.unknown) if tally else None, "个", "办公用房面积缺数、不能评价的社区"),
        ("面积达标社区", float(tally.met) if tally else None, "个", "办公用房面积达标的社区"),
        ("面积未达标社区", float(tally.unmet) if tally else None, "个", "办公用房面积未达标的社区"),
        (
            "面积费用",
            standing.cost if standing else None,
            "元",
            standing.price() if standing else "没有面积标准",
        ),
    ]
    yield from figures(context, standing, rows, "office_area")
    yield from rule(standing, "面积标准")


def figures(context, standing, rows, measure):
    name = f"标准“{standing.standard.name}”的达标汇总，" if standing else ""
    link = standing.link if standing else ""
    for key, value, unit, text in rows:
        query = f"{name}指标“{all_measures()[measure].label}”"
        digits = standing.standard.digits if standing and unit == standing.standard.gap_unit != "元" else 2
        yield Figure(key, key, value, unit, f"{text}。", query, link, context.facts.counted, digits=digits)


def rule(standing, key):
    """The leading standard itself, by its requirement."""
    text = standing.standard.statement if standing else None
    name, link = (standing.name.query, standing.name.href) if standing else ("", "")
    yield Figure(key, key, text, "", "所依据的标准的要求。", name, link)
