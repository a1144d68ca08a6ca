"""The list and its sums as declared tables: the same columns on the page and in the file."""

from django.urls import reverse

from reports.gaps.plan import FEN
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.number_text import format_percent, format_quantity

UNPRICED, BY_PARTS, BY_PLACE, SAME_THING = "未定价", "按分项", "各地不同", "已含在同类"
LIST_COLUMNS = (
    TableColumn("社区"),
    TableColumn("上级", width=12),
    TableColumn("次序", kind=ColumnKind.COUNT, width=6),
    TableColumn("标准", width=24),
    TableColumn("应达", kind=ColumnKind.AREA),
    TableColumn("实际", kind=ColumnKind.AREA),
    TableColumn("缺口", kind=ColumnKind.AREA),
    TableColumn("缺口单位", width=9),
    TableColumn("单位缺口费用", "元", ColumnKind.MONEY),
    TableColumn("补齐费用", "元", ColumnKind.MONEY),
    TableColumn("累计费用", "元", ColumnKind.MONEY, width=16),
    TableColumn("总人口", "人", ColumnKind.COUNT),
)
SUM_COLUMNS = (
    TableColumn("达标", "个", ColumnKind.COUNT),
    TableColumn("未达标", "个", ColumnKind.COUNT),
    TableColumn("缺数", "个", ColumnKind.COUNT),
    TableColumn("缺口合计", kind=ColumnKind.AREA, width=12),
    TableColumn("缺口单位", width=9),
    TableColumn("单位缺口费用", "元", ColumnKind.MONEY),
    TableColumn("补齐费用", "元", ColumnKind.MONEY, width=16),
    TableColumn("其中未定价", "个", ColumnKind.COUNT),
)
LIST_NOTES = (
    "缺数的社区不知道差多少，缺口和费用都没有计入。",
    "未定价是标准库还没有写明补齐一个单位的缺口要多少元，费用没有计入。",
    "同一社区同一指标有几项标准的，累计费用只计费用最高的一项。",
)
SUM_NOTES = (
    "缺口和补齐费用只合计未达标、且已定价的社区；缺数和未定价的个数另列，不作零计。",
    "几项标准要求同一件事的，各项费用不能简单相加。",
)


def list_table(area, gaps, *, reading, start=0):
    """The lines of the list; `start` is how many stand before them."""
    rows = (line(number, gap) for number, gap in enumerate(gaps, start=start + 1))
    return Table(f"{area.name}缺口清单", LIST_COLUMNS, rows, area, reading, LIST_NOTES, fixed=1)


def line(number, gap):
    known = gap.gap is not None
    price = said_price(gap) if known else ""
    cost = (UNPRICED if gap.cost is None else gap.cost) if known else None
    cumulative = (
        gap.cumulative if gap.counted is not None else SAME_THING if gap.cost is not None else ""
    )
    numbers = [
        gap.required,
        gap.actual,
        gap.gap,
        gap.standard.gap_unit,
        price,
        cost,
        cumulative,
        gap.residents,
    ]
    cells = [gap.name, gap.above or "", number, gap.standard.name, *numbers]
    return TableRow(cells, href=reverse("reports:filing", args=[gap.filing]))


def said_price(gap):
    if gap.price is not None:
        return gap.price
    return BY_PARTS if gap.cost is not None else UNPRICED


def standard_table(area, sums, *, reading):
    """One line a standard, for one area."""
    rows = (TableRow([s.standard.name, *sum_cells(s)]) for s in sums)
    return Table(
        f"{area.name}缺口汇总",
        (TableColumn("标准", width=24), *SUM_COLUMNS),
        rows,
        area,
        reading,
        SUM_NOTES,
    )


def unit_table(area, title, sums, *, reading):
    """One line a unit and standard."""
    rows = (TableRow([name, s.standard.name, *sum_cells(s)]) for name, s in sums)
    columns = (TableColumn("单位", width=16), TableColumn("标准", width=24), *SUM_COLUMNS)
    return Table(title, columns, rows, area, reading, SUM_NOTES)


def sum_cells(found):
    unpriced = found.cost is None and found.unmet
    several = BY_PLACE if found.standard.actual else BY_PARTS
    price = UNPRICED if unpriced else several if found.varies else said(found.price)
    cost = UNPRICED if unpriced else found.cost
    counts = [float(number) for number in (found.met, found.unmet, found.unknown)]
    return [*counts, found.gap, found.standard.gap_unit, price, cost, float(found.unpriced)]


def said(price):
    return float(price.yuan) if price else UNPRICED


STEP_COLUMNS = (
    TableColumn("社区"),
    TableColumn("上级", width=12),
    TableColumn("年次", "第几年", ColumnKind.COUNT, width=8),
    TableColumn("次序", kind=ColumnKind.COUNT, width=6),
    TableColumn("要补的标准", "项", ColumnKind.COUNT, width=11),
    TableColumn("补齐费用", "元", ColumnKind.MONEY),
    TableColumn("当年累计", "元", ColumnKind.MONEY, width=16),
    TableColumn("总人口", "人", ColumnKind.COUNT),
)
LEFT_COLUMNS = (
    TableColumn("社区"),
    TableColumn("上级", width=12),
    TableColumn("补齐费用", "元", ColumnKind.MONEY),
    TableColumn("原因", width=24),
)


def plan_table(area, plan, *, title, reading):
    """The communities of a plan, year by year, each year with its sum; those left out below, with the reason."""
    notes = [sentence for sentence in plan_words(plan) if sentence]
    return Table(title, STEP_COLUMNS, plan_rows(plan), area, reading, notes)


def plan_rows(plan):
    number = 0
    for year in plan.years:
        spent = 0
        for step in year.steps:
            number, spent = number + 1, spent + step.fen
            cells = [
                step.name,
                step.above or "",
                year.number,
                number,
                step.missed,
                step.yuan,
                spent / FEN,
                step.residents,
            ]
            yield TableRow(cells, href=reverse("reports:filing", args=[step.filing]))
        yield TableRow(
            [f"第 {year.number} 年小计", "", "", len(year.steps), "", year.yuan, year.yuan, ""],
            rank="sub",
        )
    yield TableRow(["合计", "", "", number, "", plan.yuan, "", ""], rank="sum")


def left_rows(plan):
    """Who misses the standards and is in no year, and why."""
    for found, reason in ((plan.beyond, "超出每年的预算"), (plan.unpriced, "缺口未定价")):
        for each in found:
            cost = UNPRICED if each.yuan is None else each.yuan
            yield TableRow(
                [each.name, each.above or "", cost, reason],
                href=reverse("reports:filing", args=[each.filing]),
            )


def plan_words(plan):
    """What a plan comes to, in sentences; "" where there is nothing to say."""
    share = f"{100 * plan.share:g}%"
    yield f"受约束的 {plan.bound} 个社区中，现有 {plan.met} 个达标；目标 {share}，即 {plan.target} 个。"
    rate, cost = format_percent(plan.rate(plan.reached)), format_quantity(plan.yuan, "元")
    yield f"{len(plan.years)} 年后达标 {plan.reached} 个（{rate}），共需 {cost}。"
    yield f"离目标还差 {plan.short} 个社区。" if plan.short else ""
    yield f"{len(plan.beyond)} 个社区的费用放不进任何一年的预算，没有列入。" if plan.beyond else ""
    yield f"{len(plan.unpriced)} 个社区的缺口未定价，不能排入方案。" if plan.unpriced else ""
    yield f"{plan.unknown} 个社区缺数，不知道是否达标，不能排入方案。" if plan.unknown else ""


def left_table(area, plan, *, reading):
    return Table("没有排入的社区", LEFT_COLUMNS, left_rows(plan), area, reading)
