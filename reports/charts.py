"""Charts as geometry: pure functions that turn numbers into what an SVG template draws.

A table stands beside each.
"""

from dataclasses import dataclass

WIDTH, LABEL, ROW = 560, 118, 26
NUMBER = 64
SPAN = WIDTH - LABEL - NUMBER  # the width of a whole bar
LONGEST_LABEL = 7


@dataclass(frozen=True)
class ShareSegment:
    css: str
    x: float
    width: float


@dataclass(frozen=True)
class ShareBar:
    label: str
    href: str
    y: int
    segments: tuple
    text: str


@dataclass(frozen=True)
class ShareChart:
    width: int
    height: int
    label_x: int
    text_x: int
    bars: tuple
    ticks: tuple


def share_chart(rows):
    """A bar per row of (label, link, met, unmet, unknown), each drawn to its own whole, the met
    share written out.
    """
    bars = tuple(share_bar(number, *row) for number, row in enumerate(rows))
    ticks = []
    for quarter in range(5):
        ticks.append((LABEL + SPAN * quarter / 4, f"{25 * quarter}%"))
    height = ROW * len(bars) + 22
    return ShareChart(WIDTH, height, LABEL - 8, WIDTH - 2, bars, tuple(ticks))


def share_bar(number, label, href, met, unmet, unknown):
    total, x, segments = met + unmet + unknown, LABEL, []
    for css, count in (("met", met), ("unmet", unmet), ("unknown", unknown)):
        width = SPAN * count / total if total else 0
        if width:
            segments.append(ShareSegment(css, round(x, 1), round(width, 1)))
        x += width
    text = "缺数"
    if met + unmet:
        text = f"{100 * met / (met + unmet):.1f}%"
    if len(label) > LONGEST_LABEL:
        label = label[:LONGEST_LABEL] + "…"
    return ShareBar(label, href, ROW * number, tuple(segments), text)
