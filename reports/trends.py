"""Better or worse than the round before: a sign, a colour and words, always together."""

from dataclasses import dataclass

from reports.templatetags.figures import plain, quantity

LEAST = 0.0005  # of a share: below half a tenth of a percentage point nothing has changed


@dataclass(frozen=True)
class Trend:
    """One change: `sign` is what stands in a narrow cell, `words` what it means."""

    css: str
    sign: str
    words: str


STILL = Trend("", "→", "与上期持平")


def of_rate(now, before):
    """The change of a pass rate (0-1); None where one of the two is unknown."""
    if now is None or before is None:
        return None
    points = 100 * (now - before)
    if abs(now - before) < LEAST:
        return STILL
    size = f"{abs(points):.1f}"
    if points > 0:
        return Trend("better", f"↑{size}", f"比上期高 {size} 个百分点")
    return Trend("worse", f"↓{size}", f"比上期低 {size} 个百分点")


def of_gap(now, before, unit):
    """The change of a sum of gaps; a smaller one is better."""
    if now is None or before is None:
        return None
    if abs(now - before) < LEAST:
        return STILL
    size = quantity(abs(now - before), unit)
    short = size if unit == "元" else plain(abs(now - before), 1)
    if now < before:
        return Trend("better", f"↓{short}", f"缺口比上期少 {size}")
    return Trend("worse", f"↑{short}", f"缺口比上期多 {size}")
