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
    rows = (gap_row(number, gap) for number, gap in enumerate(gaps, start=start + 1))
    return Table(f"{area.name}缺口清单", LIST_COLUMNS, rows, area, reading, LIST_NOTES, fixed=1)


def gap_row(number, gap):
    """One line of the list; nothing is priced where the gap itself is unknown."""
    price, cost = "", None
    if gap.gap is not None:
        price, cost = price_cell(gap), gap.cost
        if cost is None:
            cost = UNPRICED
    cells = [
        gap.name,
        gap.above or "",
        number,
        gap.standard.name,
        gap.required,
        gap.actual,
        gap.gap,
        gap.standard.gap_unit,
        price,
        cost,
        cumulative_cell(gap),
        gap.residents,
    ]
    return TableRow(cells, href=reverse("reports:filing", args=[gap.filing]))


def price_cell(gap):
    """The price of one unit of a gap, or why there is not one."""
    if gap.price is not None:
        return gap.price
    if gap.cost is not None:
        return BY_PARTS
    return UNPRICED


def cumulative_cell(gap):
    """The costs up to this line; a cost that a dearer line takes in already is not added again."""
    if gap.counted is not None:
        return gap.cumulative
    if gap.cost is not None:
        return SAME_THING
    return ""


def standard_table(area, sums, *, reading):
    """One line a standard, for one area."""
    rows = (TableRow([total.standard.name, *sum_cells(total)]) for total in sums)
    columns = (TableColumn("标准", width=24), *SUM_COLUMNS)
    return Table(f"{area.name}缺口汇总", columns, rows, area, reading, SUM_NOTES)


def unit_table(area, title, sums, *, reading):
    """One line a unit and standard."""
    rows = (TableRow([name, total.standard.name, *sum_cells(total)]) for name, total in sums)
    columns = (TableColumn("单位", width=16), TableColumn("标准", width=24), *SUM_COLUMNS)
    return Table(title, columns, rows, area, reading, SUM_NOTES)


def sum_cells(total):
    """The cells of a GapSum under SUM_COLUMNS."""
    cost = total.cost
    if cost is None and total.unmet:
        cost = UNPRICED
    return [
        float(total.met),
        float(total.unmet),
        float(total.unknown),
        total.gap,
        total.standard.gap_unit,
        sum_price_cell(total),
        cost,
        float(total.unpriced),
    ]


def sum_price_cell(total):
    """The one price of a sum, or why there is not one."""
    if total.cost is None and total.unmet:
        return UNPRICED
    if total.varies:
        return BY_PLACE if total.standard.actual else BY_PARTS
    if not total.price:
        return UNPRICED
    return float(total.price.yuan)


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
    """The communities of a plan, year by year, each year with its sum."""
    notes = list(plan_sentences(plan))
    return Table(title, STEP_COLUMNS, plan_rows(plan), area, reading, notes)


def plan_rows(plan):
    """The steps of each year with what was spent so far in it, the year's sum, and the total."""
    number = 0
    for year in plan.years:
        spent = 0
        for step in year.steps:
            number += 1
            spent += step.fen
            yield step_row(year, number, step, spent)
        count, yuan = len(year.steps), year.yuan
        yield TableRow([f"第 {year.number} 年小计", "", "", count, "", yuan, yuan, ""], rank="sub")
    yield TableRow(["合计", "", "", number, "", plan.yuan, "", ""], rank="sum")


def step_row(year, number, step, spent):
    """One community of a plan; `spent` is the year's money up to it, in cents."""
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
    return TableRow(cells, href=reverse("reports:filing", args=[step.filing]))


def plan_sentences(plan):
    """What a plan comes to; only sentences that have something to say."""
    share = f"{100 * plan.share:g}%"
    yield (
        f"受约束的 {plan.bound} 个社区中，现有 {plan.met} 个达标；目标 {share}，即 {plan.target} 个。"
    )
    rate = format_percent(plan.rate(plan.reached))
    cost = format_quantity(plan.yuan, "元")
    yield f"{len(plan.years)} 年后达标 {plan.reached} 个（{rate}），共需 {cost}。"
    if plan.short:
        yield f"离目标还差 {plan.short} 个社区。"
    if plan.beyond:
        yield f"{len(plan.beyond)} 个社区的费用放不进任何一年的预算，没有列入。"
    if plan.unpriced:
        yield f"{len(plan.unpriced)} 个社区的缺口未定价，不能排入方案。"
    if plan.unknown:
        yield f"{plan.unknown} 个社区缺数，不知道是否达标，不能排入方案。"


def left_table(area, plan, *, reading):
    """The communities that miss the standards and stand in no year."""
    return Table("没有排入的社区", LEFT_COLUMNS, left_rows(plan), area, reading)


def left_rows(plan):
    """Those beyond the budget, then those whose gap has no price, each with the reason."""
    for candidate in plan.beyond:
        yield left_row(candidate, "超出每年的预算")
    for candidate in plan.unpriced:
        yield left_row(candidate, "缺口未定价")


def left_row(candidate, reason):
    """One community that stands in no year."""
    cost = candidate.yuan
    if cost is None:
        cost = UNPRICED
    cells = [candidate.name, candidate.above or "", cost, reason]
    return TableRow(cells, href=reverse("reports:filing", args=[candidate.filing]))
