from urllib.parse import urlencode

from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Level
from reports import arrows
from reports.engine.compliance import binding_standards_on
from reports.engine.scope import scope_of
from reports.engine.tallies import refresh_roll_ups
from reports.matrix import AreaMatrix, CommunityMatrix, MatrixFilter
from reports.matrix.columns import TOTAL, Columns
from reports.matrix.tables import matrix_table
from reports.verdict_text import STAGE, YES_NO
from reports.views.overview import last_round
from surveys.export import download_table, requested_format
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing


@require_safe
def matrix(request, pk):
    """Units of an area against every standard that binds it: communities with their gaps, upper units with their rates."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "matrix", here="达标矩阵", carried=scope.carried)
    before = last_round(filing, request.user)
    standards, last = standards_of(filing, before)
    form = MatrixFilter(request.GET, filing, levels_below(frame), streets(frame), standards)
    columns = Columns(standards, form)
    made = CommunityMatrix if form.of_communities else AreaMatrix
    table = made(filing, columns, form, scope, last, before and before.round_id)
    refresh_roll_ups(*filter(None, (filing, before)))
    if requested_format(request):
        return download_table(request, matrix_table(table))
    page = table.page(request.GET.get("page", 1))
    context = {
        "frame": frame,
        "scope": scope,
        "form": form,
        "columns": columns,
        "table": table,
        "page": page,
    }
    context |= {"before": before, "title": columns.single.name if columns.single else "达标矩阵"}
    context |= {
        "heads": heads(request, table),
        "by_total": sort_link(request, TOTAL, columns.by_total),
    }
    context |= {
        "levels": level_links(request, form),
        "query": query_without(request, "page", "format"),
        "rest": query_without(request, "by", "level", "street", "page", "format"),
    }
    return render(request, "reports/matrix.html", context)


def standards_of(filing, before):
    """Those in force this round, and those of the round before, each judged by the versions of its own day."""
    days = [each.round.reference_date for each in (filing, before) if each]
    now, *last = binding_standards_on(days, filing)
    return now, last[0] if last else []


def streets(frame):
    """The units below that hold communities, to narrow the matrix to one of them."""
    return [child for child in frame.children if child.level < Level.COMMUNITY]


def levels_below(frame):
    """The levels rows can be of, from that of the units straight below; communities at least."""
    top = min((child.level for child in frame.children), default=Level.COMMUNITY)
    return [level for level in Level if min(top, Level.COMMUNITY) <= level <= Level.COMMUNITY]


def level_links(request, form):
    """(label, address, whether it is this one) of every level the rows can be of."""
    rest = query_without(request, "level", "by", "page", "format")
    query = f"&{rest}" if rest else ""
    return [
        (f"列到{Level(level).label}", f"?level={level}{query}", level == form.row_level)
        for level in form.levels
    ]


def sort_link(request, by, on):
    """Sorts by this column; where that is so already, back to the order of codes."""
    rest = query_without(request, "by", "page", "format")
    return f"?{rest}" if on else f"?{rest}&{urlencode({'by': by})}".replace("?&", "?")


def heads(request, table):
    """A column's head: the standard, the link that sorts by it, its totals of the whole area."""
    foot, follows = foot_of(table), arrows.followed(table.columns.shown, table.before)
    return [
        {
            "standard": standard,
            "tally": foot.get(standard.pk),
            "sorted": table.columns.by == standard,
            "href": sort_link(request, standard.code, table.columns.by == standard),
            "unit": unit(standard),
            "replaced": replaced(standard, follows.get(standard.code)),
        }
        for standard in table.columns.shown
    ]


def replaced(standard, before):
    """The version the round before was judged by, where it was another one."""
    return before if before and before.pk != standard.pk else None


def foot_of(table):
    if isinstance(table, AreaMatrix):
        return {cell.standard.pk: cell.tally for cell in table.foot.cells if cell.tally}
    return table.foot


def unit(standard):
    if standard.unit in (STAGE, YES_NO):
        return ""
    return standard.unit if standard.observed_only else standard.gap_unit
