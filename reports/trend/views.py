from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.engine.measures import all_measures
from reports.engine.scope import scope_of
from reports.measure_columns import MeasureColumn
from reports.picking import measures_by_section, standards_by_topic
from reports.trend.chart import line
from reports.trend.course import KEY
from reports.trend.series import MOST, Trend
from reports.views.summary import query
from surveys.export import download_table, requested_format
from surveys.extras import own_measures_by_round
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

LINES = 24  # more lines than that nobody reads


@require_safe
def trend(request, pk):
    """One unit over its rounds, by the measures and standards ticked; with `format` the table as a file."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "trend", here="趋势", carried=scope.carried)
    filings = course(frame)
    own = own_measures_by_round([each.round for each in filings])
    known = all_measures() | {measure.name: measure for asked in own.values() for measure in asked}
    names, codes = chosen(request, known)
    made = Trend(
        filings, [MeasureColumn(known[name]) for name in names], codes, scope.approved, own
    )
    if requested_format(request):
        return download_table(request, made.table())
    periods = [each.round.period for each in filings]
    context = {
        "frame": frame,
        "scope": scope,
        "trend": made,
        "table": made.table(),
        "query": query(request),
    }
    context["charts"] = [chart for series in made.series if (chart := line(series, periods))]
    context["changes"] = [change for change in made.changes if change]
    context["measures"] = list(
        measures_by_section(names, [known[name] for name in known if name not in all_measures()])
    )
    context["standards"] = list(standards_by_topic(made.known.values(), codes))
    context["picked"], context["most"] = len(names) + len(codes), LINES
    return render(request, "reports/trend.html", context)


def course(frame):
    """The filings of the unit in rounds of the same kind (year, quarter or month), oldest first, at most ten."""
    kind = frame.filing.round.period[4:5]
    same = [each for each in frame.rounds if each.round.period[4:5] == kind]
    return same[:MOST][::-1] or [frame.filing]


def chosen(request, known):
    """(names of measures, codes of standards) that are to be shown; some measures where nothing was ticked."""
    wanted, codes = (
        set(request.GET.getlist("values")),
        list(dict.fromkeys(request.GET.getlist("standards"))),
    )
    names = [name for name in known if name in wanted]
    if not names and not codes:
        names = [*KEY]
    return names[:LINES], codes[: LINES - len(names[:LINES])]
