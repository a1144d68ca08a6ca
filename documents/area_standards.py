"""Standards judged on the whole area, such as so many community workers for ten thousand residents."""

from urllib.parse import urlencode

from django.urls import reverse

from documents.report_figure import ReportFigure
from documents.wording import quote_name
from reports.engine.compliance import Verdict


def standards_missed_by_area(context):
    """[{名称, 应达, 实际, 差, 句}] of standards that the area as a whole misses."""
    rows = []
    for standard, judgment in context.facts.judgments:
        if judgment.verdict == Verdict.UNMET:
            rows.append(area_standard_row(context, standard, judgment))
    return rows


def area_standard_row(context, standard, judgment):
    """What one standard asks of the area, what is there, and a sentence about it."""

    def record(part, value):
        return context.add(area_figure(context, standard, part, value))

    row = {"应达": record("应达", judgment.required), "实际": record("实际", judgment.actual)}
    row["差"] = in_percentage_points(record("差", abs(judgment.gap)))
    row["名称"] = record("名称", standard.name)
    asked, lacking = "应达", "尚差"
    if judgment.actual > judgment.required:
        asked, lacking = "不超过", "超出"
    clauses = [f"{quote_name(row['名称'])}{asked}{row['应达']}", f"实际{row['实际']}"]
    clauses.append(f"{lacking}{row['差']}")
    row["句"] = "，".join(clauses)
    return row


def in_percentage_points(difference):
    """A difference of shares is said in percentage points."""
    return difference.marked(difference.words.replace("%", "个百分点"))


def area_figure(context, standard, part, value):
    """One figure of a standard judged on the whole area."""
    query = urlencode({"filing": context.filing.pk})
    href = f"{reverse('reports:standard', args=[standard.code])}?{query}"
    key, source = f"{standard.name}·全域{part}", f"标准“{standard.name}”"
    text, digits = f"{standard.statement}；就{context.filing.name}整体评价。", standard.digits
    return ReportFigure(key, key, value, standard.unit, text, source, href, digits=digits)
