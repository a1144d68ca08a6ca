"""Verdicts in a cell, in words, and as a bar: sign, word and colour always together."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.engine.compliance import Verdict
from reports.verdict_text import (
    VERDICT_CSS,
    format_value,
    verdict_sentence,
    verdict_sentence_of,
)

register = template.Library()
LABELS = {
    Verdict.MET: "✓ 达标",
    Verdict.UNMET: "✗ 未达标",
    Verdict.UNKNOWN: "缺数",
    Verdict.NOT_APPLICABLE: "不适用",
}

register.simple_tag(format_value, name="said_value")
register.simple_tag(verdict_sentence, name="verdict_words")
register.simple_tag(verdict_sentence_of, name="verdict_words_of")


@register.simple_tag
def verdict_tag(standard, judgment):
    """达标, 未达标, 缺数, 不适用 or 观察 as a label with its sign."""
    if standard.observed_only:
        return SafeString('<span class="tag">观察</span>')
    verdict = judgment.verdict
    css = "" if verdict == Verdict.NOT_APPLICABLE else VERDICT_CSS[verdict]
    return format_html('<span class="tag {}">{}</span>', css, LABELS[verdict])


@register.inclusion_tag("parts/_bar.html")
def verdict_bar(met, unmet, unknown):
    """A bar of communities: met, unmet, and hatched those that cannot be judged."""
    return {
        "label": f"达标 {met}，未达标 {unmet}，缺数 {unknown}",
        "parts": list(bar_parts(met, unmet, unknown)),
    }


def bar_parts(met, unmet, unknown):
    """The stretches of the bar, one after another."""
    total = met + unmet + unknown
    start = 0
    for css, count in (("met", met), ("unmet", unmet), ("unknown", unknown)):
        if not count:
            continue
        width = 100 * count / total
        yield {"css": css, "start": f"{start:.2f}%", "width": f"{width:.2f}%"}
        start += width
