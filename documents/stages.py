"""The staged plan of a report: what the leading rules of money and rooms cost, year by year, as the plan page has it."""

from urllib.parse import urlencode

from django.urls import reverse

from documents.report_figure import ReportFigure
from documents.themes import leading_standard, standards_of_theme
from documents.wording import chinese_number
from reports.gaps.plan import PlanOrder, make_plan

SHARE, YEARS = 0.8, 2


def plan_stages(context):
    """What templates say about the staged plan: 分期 is empty where nothing has a price."""
    chosen = []
    for theme, unit in (("经费", "元"), ("用房", "m²")):
        reported = priced_leading_rule(context, theme, unit)
        if reported:
            chosen.append(reported)
    standards = [reported.standard for reported in chosen]
    plan = make_plan(context.facts.area, standards, share=SHARE, years=YEARS)
    tell = PlanFigures(context, [standard.code for standard in standards])
    unknown = "缺数、不能列入分期的社区"
    return {
        "分期": [stage_row(tell, plan, year) for year in plan.years if year.steps],
        "分期标准": [context.rows[standard.pk] for standard in standards],
        "分期年数": tell("分期年数", float(YEARS), "年", "分期实施的年数"),
        "分期比例": tell("达标目标", 100 * SHARE, "%", "分期实施要达到的达标社区比例"),
        "分期目标社区": tell("分期目标社区", float(plan.target), "个", "按比例应达标的社区数"),
        "分期资金": tell("共需资金", plan.yuan, "元", "各年资金合计"),
        "分期缺数社区": tell("分期缺数社区", float(plan.unknown), "个", unknown),
    }


def priced_leading_rule(context, theme, unit):
    """The leading rule of a theme where its gap has a price, else None."""
    of_theme = standards_of_theme(theme, context.standings)
    found = leading_standard(of_theme, unit, least=theme == "用房")
    return found if found and found.cost else None


class PlanFigures:
    """Makes the figures of the plan, each with the address of the plan's page."""

    def __init__(self, context, codes):
        self.context = context
        query = urlencode(
            {
                "standard": codes,
                "share": round(100 * SHARE),
                "years": YEARS,
                "first": PlanOrder.COST.value,
            },
            doseq=True,
        )
        self.link = f"{reverse('gaps:plan', args=[context.filing.pk])}?{query}"

    def __call__(self, key, value, unit, text):
        counted = self.context.facts.counted
        return self.context.add(
            ReportFigure(key, key, value, unit, f"{text}。", "分期计划", self.link, counted)
        )


def stage_row(tell, plan, year):
    """One year of the plan, and a sentence about it."""
    name, rate = f"第{chinese_number(year.number)}年", 100 * plan.rate(year.met)
    solved = float(len(year.steps))
    row = {"年度": name}
    row["社区数"] = tell(f"{name}解决", solved, "个", f"{name}解决缺口的社区")
    row["资金"] = tell(f"{name}资金", year.yuan, "元", f"{name}所需资金")
    row["年末达标"] = tell(f"{name}年末达标", float(year.met), "个", f"{name}末达标的社区")
    text = f"{name}末达标社区÷应评社区"
    row["年末达标率"] = tell(f"{name}年末达标率", rate, "%", text)
    row["句"] = f"{name}解决{row['社区数']}社区，需{row['资金']}"
    return row
