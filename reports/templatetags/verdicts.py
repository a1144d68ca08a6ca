"""Verdicts in a cell, in words, and as a bar: sign, word and colour always together."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.engine.compliance import Verdict
from surveys.number_text import format_number, format_quantity
from surveys.words import Stage

register = template.Library()
STAGE, YES_NO, SHARE = "级", "是否", "%"
CSS = {
    Verdict.MET: "met",
    Verdict.UNMET: "unmet",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_APPLICABLE: "na",
}
SIGNS = {Verdict.MET: "✓", Verdict.UNMET: "✗", Verdict.UNKNOWN: "缺数", Verdict.NOT_APPLICABLE: "—"}


def said(value, unit):
    """A value in a standard's unit as people say it: 82 m², 已挂牌, 是, 35.2%."""
    if value is None:
        return "未填"
    if unit == STAGE and value in range(len(Stage.labels)):
        return Stage.labels[int(value)]
    if unit == YES_NO:
        return "是" if value else "否"
    return f"{format_number(value, 1)}%" if unit == SHARE else format_quantity(value, unit)


@register.simple_tag
def said_value(value, unit):
    """The same in a template."""
    return said(value, unit)


def required(standard, judgment):
    """What is asked, in words: 不少于 300 m², 1,000–3,000 户, 正常运转."""
    lower, upper, unit = judgment.lower, judgment.upper, standard.unit
    if lower is None and upper is None:
        return ""
    if unit in (STAGE, YES_NO):
        return said(lower if lower is not None else upper, unit)
    if lower == upper:
        return said(lower, unit)
    if lower is None:
        return f"不超过 {said(upper, unit)}"
    return (
        f"不少于 {said(lower, unit)}"
        if upper is None
        else f"{format_number(lower)}–{said(upper, unit)}"
    )


def exceeds(judgment):
    """Whether an unmet verdict is one of too much."""
    return (
        judgment.upper is not None
        and judgment.actual is not None
        and judgment.actual > judgment.upper
    )


def short_gap(standard, judgment):
    """What stands in a matrix cell: −218, +267, 已挂牌, ✗."""
    if (
        judgment.verdict == Verdict.NOT_APPLICABLE
        and judgment.actual is not None
        and judgment.required is None
    ):
        return said(judgment.actual, standard.unit)
    if judgment.verdict != Verdict.UNMET:
        return SIGNS[judgment.verdict]
    if standard.unit == STAGE and judgment.actual is not None:
        return said(judgment.actual, STAGE)
    if standard.unit == YES_NO or judgment.gap is None:
        return SIGNS[Verdict.UNMET]
    return f"{'+' if exceeds(judgment) else '−'}{rounded(judgment.gap, standard.digits)}"


def rounded(gap, digits):
    """A gap to the digits the standard is read by; never down to nothing."""
    text = format_number(gap, digits)
    return format_number(gap, 2) if text == "0" else text


@lru_cache(maxsize=4096)
def cell(css, text):
    """One cell; a matrix of 1,500 has a few hundred different ones."""
    return format_html('<td class="v {}">{}</td>', css, text)


@register.simple_tag
def verdict_tag(standard, judgment):
    """达标, 未达标, 缺数, 不适用 or 观察 as a label with its sign."""
    if standard.observed_only:
        return SafeString('<span class="tag">观察</span>')
    words = {
        Verdict.MET: "✓ 达标",
        Verdict.UNMET: "✗ 未达标",
        Verdict.UNKNOWN: "缺数",
        Verdict.NOT_APPLICABLE: "不适用",
    }
    css = CSS[judgment.verdict]
    return format_html(
        '<span class="tag {}">{}</span>', "" if css == "na" else css, words[judgment.verdict]
    )


@register.simple_tag
def verdict_words(standard, judgment):
    """The verdict as a sentence: 实际 82 m²，标准不少于 300 m²，差 218 m²。"""
    asked = required(standard, judgment)
    if judgment.verdict == Verdict.NOT_APPLICABLE:
        return (
            observed_words(standard, judgment)
            if standard.observed_only
            else f"不适用于本{standard.get_level_display()}"
        )
    if judgment.verdict == Verdict.UNKNOWN:
        return f"标准{asked}，缺少所需数据" if asked else "缺少所需数据"
    text = f"实际 {said(judgment.actual, standard.unit)}，标准{asked}"
    return f"{text}，{gap_words(standard, judgment)}" if judgment.verdict == Verdict.UNMET else text


def observed_words(standard, judgment):
    if judgment.actual is None:
        return "缺少所需数据，只作观察"
    return f"实际 {said(judgment.actual, standard.unit)}，只作观察，不判定"


@register.simple_tag
def verdict_words_of(standard, judgments):
    """The sentence for one standard out of a filing's judgments."""
    return (
        verdict_words(standard, judgments[standard.code])
        if standard.code in judgments
        else "没有填报"
    )


def gap_words(standard, judgment):
    if judgment.gap is None or standard.unit in (STAGE, YES_NO):
        return "未达到"
    if exceeds(judgment):
        return f"超 {format_quantity(judgment.gap, standard.gap_unit)}"
    return (
        f"差 {format_quantity(judgment.gap, standard.gap_unit)}{unknown_parts(standard, judgment)}"
    )


def unknown_parts(standard, judgment):
    """How many parts of a composite could not be judged: they are neither met nor in its gap."""
    rest = judgment.lower - judgment.actual - judgment.gap
    return f"，另 {format_quantity(rest, standard.gap_unit)}缺数" if rest > 0.5 else ""


@register.inclusion_tag("parts/_bar.html")
def verdict_bar(met, unmet, unknown):
    """A bar of communities: met, unmet, and hatched those that cannot be judged."""
    total = met + unmet + unknown
    share = [100 * part / total if total else 0 for part in (met, unmet, unknown)]
    return {
        "label": f"达标 {met}，未达标 {unmet}，缺数 {unknown}",
        "parts": [
            {"css": css, "start": f"{start:.2f}%", "width": f"{width:.2f}%"}
            for css, start, width in zip(
                ("met", "unmet", "unknown"), (0, share[0], share[0] + share[1]), share, strict=True
            )
            if width
        ],
    }
