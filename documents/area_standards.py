"""Standards judged on the whole area, such as so many community workers for ten thousand residents."""

from urllib.parse import urlencode

from django.urls import reverse

from documents.report_figure import ReportFigure
from documents.wording import quote_name
from reports.engine.compliance import Verdict


def standards_missed_by_area(context):
    """[{名称, 应达, 实际, 差, 句}] of standards that the area as a whole misses."""
    found = [
        (s, judgment) for s, judgment in context.facts.area if judgment.verdict == Verdict.UNMET
    ]
    return [area_standard_row(context, standard, judgment) for standard, judgment in found]


def area_standard_row(context, standard, judgment):
    values = {"应达": judgment.required, "实际": judgment.actual, "差": abs(judgment.gap)}
    made = {
        part: context.add(area_figure(context, standard, part, value))
        for part, value in values.items()
    }
    made["差"] = in_percentage_points(made["差"])
    made["名称"] = context.add(area_figure(context, standard, "名称", standard.name))
    beyond = judgment.actual > judgment.required
    verb = ("不超过", "超出") if beyond else ("应达", "尚差")
    made["句"] = (
        f"{quote_name(made['名称'])}{verb[0]}{made['应达']}，实际{made['实际']}，{verb[1]}{made['差']}"
    )
    return made


def in_percentage_points(difference):
    """A difference of shares is said in percentage points."""
    return difference.marked(difference.words.replace("%", "个百分点"))


def area_figure(context, standard, part, value):
    query = urlencode({"filing": context.filing.pk})
    link = f"{reverse('reports:standard', args=[standard.code])}?{query}"
    key = f"{standard.name}·全域{part}"
    text = f"{standard.statement}；就{context.filing.name}整体评价。"
    return ReportFigure(
        key, key, value, standard.unit, text, f"标准“{standard.name}”", link, digits=standard.digits
    )
