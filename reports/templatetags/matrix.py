"""Cells of the matrix, a row at once: an include per cell would take longer than the database."""

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.engine.compliance import Verdict
from reports.templatetags.verdicts import CSS, STAGE, YES_NO, cell, short_gap
from surveys.number_text import format_number, format_quantity

register = template.Library()
STEPS = 5  # of the shading of pass rates


@register.simple_tag
def verdict_cells(standards, judgments, arrows):
    """The cells of a community: its gap, and an arrow where it became better or worse."""
    found = (
        (standard, judgments.get(standard.code), arrows.get(standard.code))
        for standard in standards
    )
    cells = (one(CSS[j.verdict], short_gap(s, j), t) if j else cell("na", "—") for s, j, t in found)
    return SafeString("".join(cells))  # every piece was escaped below


def one(css, text, arrow):
    return (
        cell(css, text)
        if arrow is None
        else format_html('<td class="v {}">{}{}</td>', css, text, drawn(arrow))
    )


@lru_cache(maxsize=2048)
def drawn(arrow):
    """Better or worse: sign, colour and words."""
    return format_html(
        ' <span class="arrow {}" title="{}"><span aria-hidden="true">{}</span><span class="hidden">{}</span></span>',
        arrow.css,
        arrow.words,
        arrow.sign,
        arrow.words,
    )


@register.simple_tag
def missed(standards, judgments):
    """How many of the standards a community misses."""
    return sum(judgments[s.code].verdict == Verdict.UNMET for s in standards if s.code in judgments)


@register.simple_tag
def rate_cells(line, scope):
    """The cells of an upper unit: pass rate, arrow, sum of gaps; each leads to the communities behind it."""
    own = "&street=own" if line.direct else ""
    to = f"{reverse('reports:matrix', args=[line.filing.pk])}?level=5{own}{scope.more}&show="
    return SafeString(
        "".join(rate_cell(each, to) for each in line.cells)
    )  # every piece was escaped below


def rate_cell(each, to):
    if not each.bound:
        return cell("na", "—")
    href, arrow = f"{to}{each.standard.code}", each.arrow
    if each.tally.rate is None:
        return format_html('<td class="v unknown"><a href="{}">缺数</a></td>', href)
    said = (f"{each.tally.rate * 100:.1f}%", drawn(arrow) if arrow else "", lacking(each))
    return format_html(
        '<td class="v heat{}"><a href="{}">{}</a>{}{}</td>', step(each.tally.rate), href, *said
    )


def step(rate):
    """How the cell is shaded: 0 the lowest fifth of rates, 4 the highest."""
    return min(int(rate * STEPS), STEPS - 1)


@lru_cache(maxsize=4096)
def below(text):
    return format_html("<small>{}</small>", text)


def lacking(each):
    """How many miss it and what they lack together, below the rate."""
    if not each.tally.unmet:
        return below("全部达标" if not each.tally.unknown else f"缺数 {each.tally.unknown:,}")
    unit = each.standard.gap_unit
    lack = (
        format_quantity(each.gap, unit)
        if unit == "元"
        else format_number(each.gap, each.standard.digits)
    )
    text = f"{each.tally.unmet:,} 个"
    return below(text if each.standard.unit in (STAGE, YES_NO) else f"{text} / {lack}")
