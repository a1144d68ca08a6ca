"""Better or worse than the round before: a sign, a colour and words, always together."""

from dataclasses import dataclass

from reports.engine.compliance import Verdict
from surveys.number_text import format_number, format_quantity

LEAST = 0.0005  # of a share: below half a tenth of a percentage point nothing has changed
JUDGED = {Verdict.MET, Verdict.UNMET}


@dataclass(frozen=True)
class Arrow:
    """One change: `sign` is what stands in a narrow cell, `words` what it means."""

    css: str
    sign: str
    words: str


STILL = Arrow("", "→", "与上期持平")
MET_NOW = Arrow("better", "↑", "上期未达标，本期达标")
UNMET_NOW = Arrow("worse", "↓", "上期达标，本期未达标")


def rate_arrow(now, before):
    """The change of a pass rate (0-1); None where one of the two is unknown."""
    if now is None or before is None:
        return None
    if abs(now - before) < LEAST:
        return STILL
    points = 100 * (now - before)
    size = f"{abs(points):.1f}"
    if points > 0:
        return Arrow("better", f"↑{size}", f"比上期高 {size} 个百分点")
    return Arrow("worse", f"↓{size}", f"比上期低 {size} 个百分点")


def gap_arrow(now, before, unit):
    """The change of a sum of gaps, in the standard's gap unit; a smaller one is better.

    None where one is unknown.
    """
    if now is None or before is None:
        return None
    change = abs(now - before)
    if change < LEAST:
        return STILL
    size = format_quantity(change, unit)
    short = size if unit == "元" else format_number(change, 1)
    if now < before:
        return Arrow("better", f"↓{short}", f"缺口比上期少 {size}")
    return Arrow("worse", f"↑{short}", f"缺口比上期多 {size}")


def verdict_arrow(standard, now, before):
    """The change of one unit against one standard.

    None where nothing changed, or one of the two was not judged.
    """
    if not now or not before:
        return None
    if now.verdict not in JUDGED or before.verdict not in JUDGED:
        return None
    if now.verdict != before.verdict:
        return MET_NOW if now.verdict == Verdict.MET else UNMET_NOW
    change = gap_arrow(now.gap or 0, before.gap or 0, standard.gap_unit)
    if change is STILL:
        return None
    sign = "↑" if change.css == "better" else "↓"
    return Arrow(change.css, sign, change.words)


def earlier_versions(now, before):
    """{code of a standard: what it is compared with the round before}: its own code then, or what
    it has succeeded.
    """
    found = {}
    for standard in before:
        if standard.successor:
            found[standard.successor] = standard
    for standard in before:
        found[standard.code] = standard
    return {standard.code: found[standard.code] for standard in now if standard.code in found}
