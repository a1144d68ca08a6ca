"""The staged plan of a report: what the leading rules of money and rooms cost, year by year, as the plan page has it."""

from urllib.parse import urlencode

from django.urls import reverse

from documents.report_figure import ReportFigure
from documents.themes import leading_standard, standards_of_theme
from documents.wording import chinese_number
from reports.engine.area import Area
from reports.engine.scope import Scope
from reports.gaps.plan import PlanOrder, make_plan

SHARE, YEARS = 0.8, 2


def plan_stages(context):
    """What templates say about it: 分期 is [{年度, 社区数, 资金, 年末达标, 年末达标率, 句}], empty where nothing has a price."""
    chosen = [
        standing
        for standing in (
            priced_leading_rule(context, "经费", "元"),
            priced_leading_rule(context, "用房", "m²"),
        )
        if standing
    ]
    plan = make_plan(
        Area(context.filing, Scope(context.approved)),
        [s.standard for s in chosen],
        share=SHARE,
        years=YEARS,
    )
    years = [year for year in plan.years if year.steps]
    tell = PlanFigures(context, [s.standard.code for s in chosen])
    return {
        "分期": [stage_row(tell, plan, year) for year in years],
        "分期标准": [context.rows[s.standard.pk] for s in chosen],
        "分期年数": tell("分期年数", float(YEARS), "年", "分期实施的年数"),
        "分期比例": tell("达标目标", 100 * SHARE, "%", "分期实施要达到的达标社区比例"),
        "分期目标社区": tell("分期目标社区", float(plan.target), "个", "按比例应达标的社区数"),
        "分期资金": tell("共需资金", plan.yuan, "元", "各年资金合计"),
        "分期缺数社区": tell("分期缺数社区", float(plan.unknown), "个", "缺数、不能列入分期的社区"),
    }


def priced_leading_rule(context, theme, unit):
    """The leading rule of a theme, where its gap has a price."""
    found = leading_standard(
        standards_of_theme(theme, context.standings), unit, least=theme == "用房"
    )
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
    name = f"第{chinese_number(year.number)}年"
    made = {
        "年度": name,
        "社区数": tell(f"{name}解决", float(len(year.steps)), "个", f"{name}解决缺口的社区"),
        "资金": tell(f"{name}资金", year.yuan, "元", f"{name}所需资金"),
        "年末达标": tell(f"{name}年末达标", float(year.met), "个", f"{name}末达标的社区"),
        "年末达标率": tell(
            f"{name}年末达标率", 100 * plan.rate(year.met), "%", f"{name}末达标社区÷应评社区"
        ),
    }
    return made | {"句": f"{name}解决{made['社区数']}社区，需{made['资金']}"}
