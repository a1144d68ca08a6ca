"""Cells of the matrix, a row at once: an include per cell would take longer than the database.

Every piece is escaped by `format_html`.
"""

from functools import lru_cache

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communities.models import Level
from reports.engine.compliance import Verdict
from reports.measure_columns import STAGE, YES_NO
from reports.verdict_text import VERDICT_CSS, short_gap
from surveys.number_text import format_number, format_quantity

SHADES = 5  # of pass rates


def verdict_cells_html(standards, judgments, arrows):
    """The cells of a community: its gap, and an arrow where it became better or worse."""
    cells = []
    for standard in standards:
        judgment = judgments.get(standard.code)
        if judgment is None:
            cells.append(plain_cell_html("na", "—"))
        else:
            arrow = arrows.get(standard.code)
            cells.append(verdict_cell_html(standard, judgment, arrow))
    return SafeString("".join(cells))


def verdict_cell_html(standard, judgment, arrow):
    css, text = VERDICT_CSS[judgment.verdict], short_gap(standard, judgment)
    if arrow is None:
        return plain_cell_html(css, text)
    return format_html('<td class="v {}">{}{}</td>', css, text, arrow_html(arrow))


@lru_cache(maxsize=4096)
def plain_cell_html(css, text):
    """One cell; a matrix of 1,500 has a few hundred different ones."""
    return format_html('<td class="v {}">{}</td>', css, text)


@lru_cache(maxsize=2048)
def arrow_html(arrow):
    """Better or worse: sign, colour and words."""
    html = (
        ' <span class="arrow {}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="hidden">{}</span></span>'
    )
    return format_html(html, arrow.css, arrow.words, arrow.sign, arrow.words)


def count_missed(standards, judgments):
    """How many of the standards a community misses."""
    missed = 0
    for standard in standards:
        judgment = judgments.get(standard.code)
        if judgment and judgment.verdict == Verdict.UNMET:
            missed += 1
    return missed


def rate_cells_html(row, scope):
    """The cells of an upper unit.

    Pass rate, arrow, sum of gaps; each leads to the communities behind it.
    """
    matrix = reverse("reports:matrix", args=[row.filing.pk])
    own = "&street=own" if row.direct else ""
    address = f"{matrix}?level={Level.COMMUNITY.value}{own}{scope.more}&show="
    cells = "".join(rate_cell_html(cell, address) for cell in row.cells)
    return SafeString(cells)


def rate_cell_html(cell, address):
    if not cell.bound:
        return plain_cell_html("na", "—")
    href, rate = f"{address}{cell.standard.code}", cell.tally.rate
    if rate is None:
        return format_html('<td class="v unknown"><a href="{}">缺数</a></td>', href)
    arrow = arrow_html(cell.arrow) if cell.arrow else ""
    html = '<td class="v heat{}"><a href="{}">{}</a>{}{}</td>'
    text = f"{rate * 100:.1f}%"
    return format_html(html, shade_of(rate), href, text, arrow, lacking_html(cell))


def shade_of(rate):
    """How the cell is shaded: 0 the lowest fifth of rates, 4 the highest."""
    return min(int(rate * SHADES), SHADES - 1)


@lru_cache(maxsize=4096)
def small_html(text):
    return format_html("<small>{}</small>", text)


def lacking_html(cell):
    """How many miss it and what they lack together, below the rate."""
    tally, standard = cell.tally, cell.standard
    if not tally.unmet:
        text = f"缺数 {tally.unknown:,}" if tally.unknown else "全部达标"
        return small_html(text)
    text = f"{tally.unmet:,} 个"
    if standard.unit in (STAGE, YES_NO):
        return small_html(text)
    if standard.gap_unit == "元":
        gap = format_quantity(cell.gap, "元")
    else:
        gap = format_number(cell.gap, standard.digits)
    return small_html(f"{text} / {gap}")
