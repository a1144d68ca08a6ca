"""Numbers as officials write them: 1,484; 164.9 万元; 35.2%; a minus that is a minus;
blank is a dash.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

DASH = "—"
BLANK = (None, "")  # a template gives "" for what is not there
WAN = 10_000


@lru_cache(maxsize=8192)
def format_number(value, places=2):
    """A number with thousands commas, at most `places` decimals, none where it is whole."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    text = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"
    if "." in text:
        return text.rstrip("0").rstrip(".")
    return text


def number_or_dash(value):
    if value in BLANK:
        return DASH
    return format_number(value)


def format_percent(value):
    """A share (0-1) as a percentage with one decimal."""
    if value in BLANK:
        return DASH
    return f"{value * 100:.1f}%"


def format_quantity(value, unit):
    """A number with its unit in a sentence or a total; large money in 万元."""
    if value in BLANK:
        return DASH
    if unit == "元" and abs(value) >= WAN:
        return f"{value / WAN:,.1f} 万元"
    return f"{format_number(value)} {unit}".strip()


def format_difference(before, after):
    """By how much a number grew or shrank: +3, −2, 0."""
    change = after - before
    if not change:
        return "0"
    sign = "−"
    if change > 0:
        sign = "+"
    return f"{sign}{format_number(abs(change))}"
