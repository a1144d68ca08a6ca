"""A line over rounds as geometry; its numbers stand in the table beside it."""

from dataclasses import dataclass
from math import ceil, floor, log10

from surveys.export import ColumnKind, Partial
from surveys.number_text import format_number

WIDTH, HEIGHT = 460, 190
LEFT, RIGHT, TOP, BOTTOM = 50, 22, 26, 26
STEPS = 4  # lines of the grid above the lowest
INSET = 26  # the first value stands clear of the axis
CROWDED = 7  # rounds from which only every second is named where names are long


@dataclass(frozen=True)
class Point:
    """One value; `hollow` where some communities are left out of it."""

    x: float
    y: float
    text: str
    href: str
    hollow: bool


@dataclass(frozen=True)
class Line:
    """`runs` are the stretches of known values, `breaks` where another version of the standard begins to count."""

    label: str
    unit: str
    points: tuple
    runs: tuple
    ticks: tuple
    names: tuple
    breaks: tuple
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def line(series, periods):
    """The chart of one series; None where no round has a number."""
    values = [value.value if isinstance(value, Partial) else value for value in series.numbers]
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = (0, 1) if series.kind == ColumnKind.PERCENT else span(min(0, *known), max(known))
    xs = across(len(values))

    def y(value):
        return round(HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    points = [
        Point(x, y(value), short(value, series.kind), href, isinstance(number, Partial))
        if value is not None
        else None
        for x, value, href, number in zip(xs, values, series.links, series.numbers, strict=True)
    ]
    levels = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    return Line(
        series.label,
        series.unit,
        tuple(filter(None, points)),
        tuple(runs(points)),
        tuple((y(level), short(level, series.kind)) for level in levels),
        tuple(names(xs, periods)),
        tuple(round((xs[number - 1] + xs[number]) / 2, 1) for number in sorted(series.breaks)),
    )


def across(number):
    """Where the rounds stand; one alone in the middle."""
    room = WIDTH - LEFT - RIGHT - 2 * INSET
    return [
        round(LEFT + INSET + room * (at / (number - 1) if number > 1 else 0.5), 1)
        for at in range(number)
    ]


def span(low, high):
    """The ends of the axis, so that its lines fall on round numbers."""
    step = rounded((high - low or 1) / STEPS)
    low = step * floor(low / step)
    while low + STEPS * step < high:
        step = rounded(step * 1.01)
        low = step * floor(low / step)
    return low, low + STEPS * step


def rounded(size):
    """The next of 1, 2, 2.5, 5 times a power of ten that is not smaller."""
    power = 10 ** floor(log10(size))
    return next(
        factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= size * 0.999_999
    )


def runs(points):
    """The stretches between unknown rounds, as SVG takes them."""
    run = []
    for point in [*points, None]:
        if point:
            run.append(f"{point.x},{point.y}")
        else:
            if len(run) > 1:
                yield " ".join(run)
            run = []


def names(xs, periods):
    """(x, how a round is called below the line)."""
    texts = [named(period) for period in periods]
    every = ceil(len(texts) / CROWDED) if max(map(len, texts)) > 4 else 1
    last = len(texts) - 1
    return [
        (x, text)
        for at, (x, text) in enumerate(zip(xs, texts, strict=True))
        if (last - at) % every == 0
    ]


def named(period):
    """2022, 22年3季, 22年5月."""
    kind, number = period[4:5], period[5:].lstrip("0")
    return f"{period[2:4]}年{number}{'季' if kind == 'Q' else '月'}" if kind else period


def short(value, kind):
    """A number for a narrow place: 38.2%, 4.6万, 1.2亿."""
    if kind == ColumnKind.PERCENT:
        return f"{format_number(value * 100, 1)}%"
    for size, word in ((100_000_000, "亿"), (10_000, "万")):
        if abs(value) >= size:
            return f"{format_number(value / size, 1)}{word}"
    return format_number(value, 1)
