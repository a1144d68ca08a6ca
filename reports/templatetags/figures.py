"""Numbers as officials write them: 1,484; 164.9 万元; 35.2%; a minus that is a minus; blank is a dash."""

from decimal import Decimal

from django import template

register = template.Library()
DASH = "—"
WAN = 10_000


def plain(value, places=2):
    """A number with thousands commas, at most `places` decimals, none where it is whole."""
    text = f"{Decimal(repr(value)) if isinstance(value, float) else Decimal(value):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def number(value):
    return DASH if value is None else plain(value)


@register.filter
def percent(value):
    """A share (0-1) as a percentage with one decimal."""
    return DASH if value is None else f"{value * 100:.1f}%"


@register.filter
def quantity(value, unit):
    """A number with its unit in a sentence or a total; large money in 万元."""
    if value is None:
        return DASH
    if unit == "元" and abs(value) >= WAN:
        return f"{value / WAN:,.1f} 万元"
    return f"{plain(value)} {unit}".strip()


@register.filter
def bare(value, unit):
    """The number alone of `quantity`, for a big figure with its unit set small beside it."""
    return quantity(value, unit).rpartition(" ")[0] or quantity(value, unit)


@register.filter
def unit_of(value, unit):
    """The unit `quantity` would write."""
    return "万元" if unit == "元" and value is not None and abs(value) >= WAN else unit
