from urllib.parse import urlencode

from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Level
from reports import arrows
from reports.engine.area import Area
from reports.engine.compliance import binding_standards_on
from reports.engine.scope import scope_of
from reports.matrix import AreaMatrix, CommunityMatrix, MatrixFilter
from reports.matrix.columns import TOTAL, MatrixColumns
from reports.matrix.tables import is_in_words, matrix_table
from surveys.export import download_table, requested_format
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing


@require_safe
def matrix_page(request, pk):
    """Units of an area against every standard that binds it.

    Communities stand with their gaps, upper units with their pass rates.
    """
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "matrix", here="达标矩阵", carried=scope.carried)
    whole = Area(filing, scope, reader=request.user)
    before = whole.previous
    standards, last = standards_now_and_before(filing, before)
    levels, units = row_levels(frame), units_to_narrow_to(frame)
    form = MatrixFilter(request.GET, filing, levels, units, standards)
    columns = MatrixColumns(standards, form)
    whole.freshen()
    area = area_of_rows(whole, form)
    kind = CommunityMatrix if form.of_communities else AreaMatrix
    table = kind(area, columns, form, last, has_before=before is not None)
    if requested_format(request):
        return download_table(request, matrix_table(table))
    context = {
        "frame": frame,
        "scope": scope,
        "form": form,
        "columns": columns,
        "table": table,
        "page": table.page(request.GET.get("page", 1)),
        "as_of": whole.as_of,
        "before": before and before.filing,
        "title": columns.single.name if columns.single else "达标矩阵",
        "heads": column_heads(request, table),
        "by_total": sort_href(request, TOTAL, columns.by_total),
        "levels": level_links(request, form),
        "query": query_without(request, "page", "format"),
        "rest": query_without(request, "by", "level", "street", "page", "format"),
    }
    return render(request, "reports/matrix.html", context)


def area_of_rows(whole, form):
    """The page's Area, or that of the one unit of it that was chosen.

    It is as fresh as the whole.
    """
    if form.unit is None:
        return whole
    return Area(form.unit, whole.scope, whole.reader, is_fresh=True)


def standards_now_and_before(filing, before):
    """Those in force this round, and those of the round before, in one query.

    Each round is judged by the versions of its own day.
    """
    days = [filing.round.reference_date]
    if before is None:
        return binding_standards_on(days, filing)[0], []
    days.append(before.round.reference_date)
    return binding_standards_on(days, filing)


def units_to_narrow_to(frame):
    """The units below that hold communities, to narrow the matrix to one of them."""
    return [child for child in frame.children if child.level < Level.COMMUNITY]


def row_levels(frame):
    """The levels rows can be of, from that of the units straight below; communities at least."""
    below = [child.level for child in frame.children]
    top = min([*below, Level.COMMUNITY])
    return [level for level in Level if top <= level <= Level.COMMUNITY]


def level_links(request, form):
    """(label, address, whether it is this one) of every level the rows can be of."""
    rest = query_without(request, "level", "by", "page", "format")
    query = f"&{rest}" if rest else ""
    links = []
    for level in form.levels:
        label, href = f"列到{Level(level).label}", f"?level={level}{query}"
        links.append((label, href, level == form.row_level))
    return links


def sort_href(request, by, is_sorted):
    """Sorts by this column; where that is so already, back to the order of codes."""
    rest = query_without(request, "by", "page", "format")
    if is_sorted:
        return f"?{rest}"
    chosen = urlencode({"by": by})
    return f"?{rest}&{chosen}" if rest else f"?{chosen}"


def column_heads(request, table):
    """A column's head: the standard, the link that sorts by it, its totals of the whole area."""
    columns, tallies = table.columns, area_tallies(table)
    versions = arrows.earlier_versions(columns.shown, table.before)
    heads = []
    for standard in columns.shown:
        is_sorted = columns.by == standard
        heads.append(
            {
                "standard": standard,
                "tally": tallies.get(standard.pk),
                "sorted": is_sorted,
                "href": sort_href(request, standard.code, is_sorted),
                "unit": head_unit(standard),
                "replaced": replaced_version(standard, versions.get(standard.code)),
            }
        )
    return heads


def replaced_version(standard, before):
    """The version the round before was judged by, where it was another one; else None."""
    if before and before.pk != standard.pk:
        return before
    return None


def area_tallies(table):
    """{pk of a standard: its Tally of the whole area}."""
    if isinstance(table, CommunityMatrix):
        return table.foot
    return {cell.standard.pk: cell.tally for cell in table.foot.cells if cell.tally}


def head_unit(standard):
    """The unit a column says.

    Of a standard that is only observed that of its values, else that of gaps.
    """
    if is_in_words(standard):
        return ""
    return standard.unit if standard.observed_only else standard.gap_unit
