"""Better or worse than the round before: a sign, a colour and words, always together."""

from dataclasses import dataclass

from reports.engine.compliance import Verdict
from surveys.number_text import format_number, format_quantity

LEAST = 0.0005  # of a share: below half a tenth of a percentage point nothing has changed


@dataclass(frozen=True)
class Arrow:
    """One change: `sign` is what stands in a narrow cell, `words` what it means."""

    css: str
    sign: str
    words: str


STILL = Arrow("", "→", "与上期持平")


def of_rate(now, before):
    """The change of a pass rate (0-1); None where one of the two is unknown."""
    if now is None or before is None:
        return None
    points = 100 * (now - before)
    if abs(now - before) < LEAST:
        return STILL
    size = f"{abs(points):.1f}"
    if points > 0:
        return Arrow("better", f"↑{size}", f"比上期高 {size} 个百分点")
    return Arrow("worse", f"↓{size}", f"比上期低 {size} 个百分点")


def of_gap(now, before, unit):
    """The change of a sum of gaps; a smaller one is better."""
    if now is None or before is None:
        return None
    if abs(now - before) < LEAST:
        return STILL
    size = format_quantity(abs(now - before), unit)
    short = size if unit == "元" else format_number(abs(now - before), 1)
    if now < before:
        return Arrow("better", f"↓{short}", f"缺口比上期少 {size}")
    return Arrow("worse", f"↑{short}", f"缺口比上期多 {size}")


def of_verdict(standard, now, before):
    """The change of one unit against one standard; None where nothing is to be said of it, or one of the two is unknown."""
    known = {Verdict.MET, Verdict.UNMET}
    if not now or not before or {now.verdict, before.verdict} - known:
        return None
    if now.verdict != before.verdict:
        met = now.verdict == Verdict.MET
        return (
            Arrow("better", "↑", "上期未达标，本期达标")
            if met
            else Arrow("worse", "↓", "上期达标，本期未达标")
        )
    gaps = [judgment.gap or 0 for judgment in (now, before)]
    change = of_gap(*gaps, standard.gap_unit)
    return (
        None
        if change is STILL
        else Arrow(change.css, "↑" if change.css == "better" else "↓", change.words)
    )


def followed(now, before):
    """{code of a standard: the one it is compared with the round before}: its own code then, or what it has succeeded."""
    own = {standard.code: standard for standard in before}
    ended = {standard.successor: standard for standard in before if standard.successor}
    found = {standard.code: own.get(standard.code) or ended.get(standard.code) for standard in now}
    return {code: standard for code, standard in found.items() if standard}
