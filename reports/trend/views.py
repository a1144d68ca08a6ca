from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.engine.measures import all_measures
from reports.engine.scope import scope_of
from reports.measure_columns import MeasureColumn
from reports.picking import measures_by_section, standards_by_topic
from reports.trend.chart import trend_chart
from reports.trend.paper_rounds import KEY, kind_of_period
from reports.trend.series import MOST, Trend
from surveys.export import download_table, requested_format
from surveys.extras import own_measures_by_round
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

LINES = 24  # more lines than that nobody reads


@require_safe
def trend_page(request, pk):
    """One unit over its rounds, by the measures and standards ticked.

    With `format` the table as a file.
    """
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "trend", here="趋势", carried=scope.carried)
    filings = comparable_filings(frame)
    own = own_measures_by_round([each.round for each in filings])
    own_by_name = {}
    for asked in own.values():
        for measure in asked:
            own_by_name[measure.name] = measure
    known = all_measures() | own_by_name
    names, codes = names_and_codes(request, known)
    columns = [MeasureColumn(known[name]) for name in names]
    trend = Trend(filings, columns, codes, scope.approved, own)
    table = trend.table()
    if requested_format(request):
        return download_table(request, table)
    of_own_items = []
    for name, measure in own_by_name.items():
        if name not in all_measures():
            of_own_items.append(measure)
    context = {
        "frame": frame,
        "scope": scope,
        "trend": trend,
        "table": table,
        "query": query_without(request, "page", "format"),
        "charts": list(charts_of(trend)),
        "changes": [change for change in trend.changes if change],
        "measures": list(measures_by_section(names, of_own_items)),
        "standards": list(standards_by_topic(trend.known.values(), codes)),
        "picked": len(names) + len(codes),
        "most": LINES,
    }
    return render(request, "reports/trend.html", context)


def charts_of(trend):
    """The chart of each series that has a number in one of the rounds."""
    periods = [filing.round.period for filing in trend.filings]
    for series in trend.series:
        if chart := trend_chart(series, periods):
            yield chart


def comparable_filings(frame):
    """The filings of the unit in rounds of the same kind (year, quarter or month), oldest first, at
    most ten.
    """
    kind = kind_of_period(frame.filing.round.period)
    newest_first = [each for each in frame.rounds if kind_of_period(each.round.period) == kind]
    oldest_first = newest_first[:MOST][::-1]
    return oldest_first or [frame.filing]


def names_and_codes(request, known):
    """(names of measures, codes of standards) that are to be shown.

    Some measures where nothing was ticked.
    """
    ticked = set(request.GET.getlist("values"))
    codes = list(dict.fromkeys(request.GET.getlist("standards")))
    names = [name for name in known if name in ticked]
    if not names and not codes:
        names = list(KEY)
    names = names[:LINES]
    return names, codes[: LINES - len(names)]
