from collections import Counter
from urllib.parse import urlencode

from django.db.models import Count
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports import arrows, charts
from reports.engine.area import Area
from reports.engine.scope import scope_of
from reports.left_out import left_out_filings
from reports.overview import (
    best_and_worst,
    key_figure_groups,
    rate_before,
    standard_rows,
    unit_overviews,
)
from reports.views.remarks import open_questions_below
from surveys.extras import round_levels, round_sections
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_href, visible_filing

CHARTED = 30
UNKNOWN_SHOWN = 5


@require_safe
def overview_page(request, pk):
    """An area in one screen.

    Who has reported, how many meet which standard, by how much the others miss it.
    """
    filing, scope = visible_filing(request, pk), scope_of(request)
    area = Area(filing, scope, reader=request.user)
    frame = PageContext(filing, request.user, "overview", carried=scope.carried)
    before = area.previous
    totals, units = unit_overviews(area, frame.children)
    rows = standard_rows(area, units)
    for row in rows:
        totals.add_tally(row.tally)
    reached = [row for row in rows if row.tally.judged or row.tally.unknown]
    asked = question_counts(filing)
    context = {
        "frame": frame,
        "scope": scope,
        "as_of": area.as_of,
        "before": before and before.filing,
        "left_out": left_out_filings(filing) if scope.approved else [],
        "own_records": filing.level in round_levels(filing.round),
        "area": totals,
        "figures": key_figure_groups(totals, approved=scope.approved),
        "standards": reached,
        "rate_arrow": arrows.rate_arrow(totals.rate, rate_before(rows)),
        "idle": len(rows) - len(reached),
        "unknown": most_unknown(reached),
        "whole_area": whole_area_verdicts(area),
        "asked": sum(asked.values()),
    }
    context |= units_context(units, scope)
    notes = overview_notes(filing, totals, asked)
    context["notes"] = [(sentence, frame.carry(href)) for sentence, href in notes]
    return render(request, "reports/overview.html", context)


def question_counts(filing):
    """{section: open questions about its cells} at and below a filing."""
    questions = open_questions_below(filing).order_by().values_list("section")
    return Counter(dict(questions.annotate(Count("pk"))))


def most_unknown(rows):
    """The standards most communities cannot be judged by."""
    unknown = [row for row in rows if row.tally.unknown]
    return sorted(unknown, key=lambda row: -row.tally.unknown)[:UNKNOWN_SHOWN]


def units_context(overviews, scope):
    """What the page says of the units below, each with the link to its own page."""
    units = list(overviews.values())
    for unit in units:
        unit.href = filing_href(unit.filing) + scope.query
    return {
        "parts": units,
        "best_and_worst": best_and_worst(units),
        "chart": units_chart(units),
    }


def units_chart(units):
    """The bar chart of the units below; a table of hundreds needs no chart of hundreds.

    None without a verdict.
    """
    if not any(unit.judged or unit.unknown for unit in units):
        return None
    rows = []
    for unit in units[:CHARTED]:
        rows.append((unit.filing.name, unit.href, unit.met, unit.unmet, unit.unknown))
    return charts.share_chart(rows)


def whole_area_verdicts(area):
    """(standard, Judgment) of standards judged on the whole area, such as averages of a city."""
    if area.is_community:
        return []
    judgments = area.judgments
    return [(s, judgments[s.code]) for s in area.standards if s.code in judgments]


def overview_notes(filing, totals, asked):
    """(sentence, link) of what somebody should look at, most pressing first."""
    if totals.late and timezone.now() > filing.round.due_at:
        late = report_href("matrix", filing, state="open")
        yield f"已过截止时间，还有 {totals.late} 个社区没有报送", late
    for section in round_sections(filing.round):
        if number := asked[section.name]:
            remarks = report_href("remarks", filing, section=section.name)
            yield f"{section.label}有 {number:,} 处待核实", remarks
    for name, sentence in SENTENCES.items():
        if number := totals.sums.get(name):
            yield sentence.format(f"{number:,.0f}"), measure_page_href(filing, name)
    for name, number in totals.missing.items():
        if number and name in BLANKS:
            yield f"{number:,} 个社区没有填{BLANKS[name]}", measure_page_href(filing, name)


SENTENCES = {
    "plaque_only": "{} 个机构只挂牌、没有配人（有名无实）",
    "staff_temporary_unpaid": "{} 名临时聘用人员没有报酬",
    "premises_below_20": "{} 处办公用房不足 20 m²",
}
BLANKS = {"residents": "总人口", "funding_received": "经费实际到位"}


def report_href(name, filing, **query):
    address = reverse(f"reports:{name}", args=[filing.pk])
    return f"{address}?{urlencode(query)}"


def measure_page_href(filing, name):
    return reverse("reports:measure", args=[filing.pk, name])
