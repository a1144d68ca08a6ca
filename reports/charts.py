"""Charts as geometry: pure functions that turn numbers into what an SVG template draws. A table stands beside each."""

from dataclasses import dataclass

WIDTH, LABEL, ROW = 560, 118, 26
NUMBER = 64


@dataclass(frozen=True)
class Segment:
    css: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    label: str
    href: str
    y: int
    segments: tuple
    text: str


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    label_x: int
    text_x: int
    bars: tuple
    ticks: tuple


def shares(rows):
    """A bar per row of (label, link, met, unmet, unknown), each drawn to its own whole, the met share written out."""
    bars = tuple(share_bar(at, *row) for at, row in enumerate(rows))
    span = WIDTH - LABEL - NUMBER
    ticks = tuple((LABEL + span * part / 4, f"{25 * part}%") for part in range(5))
    return Chart(WIDTH, ROW * len(bars) + 22, LABEL - 8, WIDTH - 2, bars, ticks)


def share_bar(at, label, href, met, unmet, unknown):
    total, span, x, made = met + unmet + unknown, WIDTH - LABEL - NUMBER, LABEL, []
    for css, count in (("met", met), ("unmet", unmet), ("unknown", unknown)):
        width = span * count / total if total else 0
        if width:
            made.append(Segment(css, round(x, 1), round(width, 1)))
        x += width
    text = f"{100 * met / (met + unmet):.1f}%" if met + unmet else "缺数"
    return Bar(label if len(label) < 8 else label[:7] + "…", href, ROW * at, tuple(made), text)
