from collections import Counter
from urllib.parse import urlencode

from django.db.models import Count
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from communities.models import Level
from reports import arrows, charts
from reports.engine.compliance import binding_standards, judge_filings, standards_judged_at
from reports.engine.scope import scope_of
from reports.engine.tallies import judge_area, refresh_roll_ups
from reports.left_out import left_out
from reports.overview import Row, best_and_worst, counted, figures, stored_tallies, sums, whole
from reports.views.remarks import questions
from surveys.extras import round_levels, round_sections
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_href, may_see_path, visible_filing

CHARTED = 30


@require_safe
def overview(request, pk):
    """An area in one screen: who has reported, how many meet which standard, by how much the others miss it."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "overview", carried=scope.carried)
    before = last_round(filing, request.user)
    refresh_roll_ups(*filter(None, (filing, before)))
    standards = binding_standards(filing.round, filing)
    area, parts = sums(filing, frame.children, approved=scope.approved)
    rows = standard_rows(
        filing, before, standards_judged_at(Level.COMMUNITY, standards), parts, scope
    )
    for row in rows:
        area.count(row.tally)
    units = linked(parts.values(), scope)
    reached = [row for row in rows if row.tally.judged or row.tally.unknown]
    asked = Counter(dict(questions(filing).order_by().values_list("section").annotate(Count("pk"))))
    context = {
        "frame": frame,
        "scope": scope,
        "before": before,
        "left_out": left_out(filing) if scope.approved else [],
        "own_records": filing.level in round_levels(filing.round),
        "area": area,
        "figures": figures(area, approved=scope.approved),
        "standards": reached,
        "rate_arrow": arrows.of_rate(area.rate, rate_before(rows)),
        "idle": len(rows) - len(reached),
        "unknown": sorted(
            (row for row in reached if row.tally.unknown), key=lambda row: -row.tally.unknown
        )[:5],
        "parts": units,
        "best_and_worst": list(zip(*best_and_worst(units), strict=True)),
        "chart": chart(units),
        "whole_area": area_rows(filing, standards, scope),
        "asked": sum(asked.values()),
        "notes": [(sentence, frame.carry(href)) for sentence, href in notes(filing, area, asked)],
    }
    return render(request, "reports/overview.html", context)


def rate_before(rows):
    """Of all that was judged the round before, the share that was met; None where nothing was."""
    last = [row.before for row in rows if row.before]
    judged = sum(tally.judged for tally in last)
    return sum(tally.met for tally in last) / judged if judged else None


def last_round(filing, user):
    """The same unit's filing of the round before, where the reader may see it."""
    before = filing.previous
    return before if before and may_see_path(user, before.path) else None


def standard_rows(filing, before, standards, parts, scope):
    """Row of each standard of the area; the verdicts of each unit below are counted into its part.

    From the stored roll-ups; communities straight below are judged now.
    """
    shown = whole(standards)
    communities = counted((part.filing for part in parts.values()), approved=scope.approved)
    for pk, found in judge_filings(communities, standards).items():
        parts[pk].judge(found[standard.code] for standard in shown)
    mine, below, last = stored_tallies(filing, parts, before, approved=scope.approved)
    count_parts(parts, below, {standard.pk for standard in shown})
    return [Row(s, mine[s.pk], last.get(s.code)) for s in shown if s.pk in mine]


def count_parts(parts, below, shown):
    for pk, tallies in below.items():
        for tally in tallies:
            if tally.standard_id in shown:
                parts[pk].count(tally)


def linked(parts, scope):
    """The units below with the link to their own page."""
    for part in parts:
        part.href = filing_href(part.filing) + scope.query
    return list(parts)


def chart(parts):
    """The bar chart of the units below; a table of hundreds needs no chart of hundreds."""
    rows = [(p.filing.name, p.href, p.met, p.unmet, p.unknown) for p in parts]
    return charts.shares(rows[:CHARTED]) if rows and any(sum(row[2:]) for row in rows) else None


def area_rows(filing, standards, scope):
    """(standard, judgment) of standards judged on the whole area, such as averages of a city."""
    judgments = judge_area(filing, standards, approved=scope.approved)
    return [(s, judgments[s.code]) for s in standards if s.code in judgments]


def notes(filing, area, asked):
    """(sentence, link) of what somebody should look at, most pressing first."""
    if area.late and timezone.now() > filing.round.due_at:
        yield f"已过截止时间，还有 {area.late} 个社区没有报送", link("matrix", filing, state="open")
    for section in round_sections(filing.round):
        if asked[section.name]:
            text = f"{section.label}有 {asked[section.name]:,} 处待核实"
            yield text, link("remarks", filing, section=section.name)
    for name, sentence in SENTENCES.items():
        if number := area.sums.get(name):
            yield (
                sentence.format(f"{number:,.0f}"),
                reverse("reports:measure", args=[filing.pk, name]),
            )
    for name, number in area.missing.items():
        if number and name in BLANKS:
            yield (
                f"{number:,} 个社区没有填{BLANKS[name]}",
                reverse("reports:measure", args=[filing.pk, name]),
            )


SENTENCES = {
    "plaque_only": "{} 个机构只挂牌、没有配人（有名无实）",
    "staff_temporary_unpaid": "{} 名临时聘用人员没有报酬",
    "premises_below_20": "{} 处办公用房不足 20 m²",
}
BLANKS = {"residents": "总人口", "funding_received": "经费实际到位"}


def link(name, filing, **query):
    return f"{reverse(f'reports:{name}', args=[filing.pk])}?{urlencode(query)}"
