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
class TrendPoint:
    """One value; `hollow` where some communities are left out of it."""

    x: float
    y: float
    text: str
    href: str
    hollow: bool


@dataclass(frozen=True)
class TrendChart:
    """`runs` are the stretches of known values, `breaks` where another version of the standard
    begins to count.
    """

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


def trend_chart(series, periods):
    """The chart of one series; None where no round has a number."""
    values = []
    for number in series.numbers:
        value = number.value if isinstance(number, Partial) else number
        values.append(value)
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = 0, 1
    if series.kind != ColumnKind.PERCENT:
        low, high = axis_ends(min(0, *known), max(known))
    xs = round_places(len(values))

    def height_of(value):
        depth = (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
        return round(HEIGHT - BOTTOM - depth, 1)

    points = []
    for x, value, number, href in zip(xs, values, series.numbers, series.links, strict=True):
        point = None
        if value is not None:
            text, is_partial = short_number(value, series.kind), isinstance(number, Partial)
            point = TrendPoint(x, height_of(value), text, href, is_partial)
        points.append(point)
    ticks = []
    for step in range(STEPS + 1):
        level = low + (high - low) * step / STEPS
        ticks.append((height_of(level), short_number(level, series.kind)))
    breaks = []
    for at in sorted(series.breaks):
        middle = (xs[at - 1] + xs[at]) / 2
        breaks.append(round(middle, 1))
    return TrendChart(
        series.label,
        series.unit,
        points=tuple(point for point in points if point),
        runs=tuple(known_runs(points)),
        ticks=tuple(ticks),
        names=tuple(round_names(xs, periods)),
        breaks=tuple(breaks),
    )


def round_places(number):
    """Where the rounds stand from left to right; one alone in the middle."""
    start, room = LEFT + INSET, WIDTH - LEFT - RIGHT - 2 * INSET
    if number == 1:
        return [round(start + room * 0.5, 1)]
    places = []
    for at in range(number):
        share = at / (number - 1)
        places.append(round(start + room * share, 1))
    return places


def axis_ends(low, high):
    """The ends of the axis, so that its lines fall on round numbers."""
    step = round_step((high - low or 1) / STEPS)
    low = step * floor(low / step)
    while low + STEPS * step < high:
        step = round_step(step * 1.01)
        low = step * floor(low / step)
    return low, low + STEPS * step


def round_step(size):
    """The next of 1, 2, 2.5, 5 times a power of ten that is not smaller."""
    power = 10 ** floor(log10(size))
    steps = [factor * power for factor in (1, 2, 2.5, 5, 10)]
    smallest = size * 0.999_999
    return next(step for step in steps if step >= smallest)


def known_runs(points):
    """The stretches between unknown rounds, as SVG takes them."""
    run = []
    for point in [*points, None]:
        if point:
            run.append(f"{point.x},{point.y}")
        else:
            if len(run) > 1:
                yield " ".join(run)
            run = []


def round_names(xs, periods):
    """(x, how a round is called below the line); the last one is always named."""
    texts = [short_period(period) for period in periods]
    every = 1
    if max(len(text) for text in texts) > 4:
        every = ceil(len(texts) / CROWDED)
    last = len(texts) - 1
    names = []
    for at, (x, text) in enumerate(zip(xs, texts, strict=True)):
        if (last - at) % every == 0:
            names.append((x, text))
    return names


def short_period(period):
    """2022, 22年3季, 22年5月."""
    kind, number = period[4:5], period[5:].lstrip("0")
    if not kind:
        return period
    word = "季" if kind == "Q" else "月"
    return f"{period[2:4]}年{number}{word}"


def short_number(value, kind):
    """A number for a narrow place: 38.2%, 4.6万, 1.2亿."""
    if kind == ColumnKind.PERCENT:
        return f"{format_number(value * 100, 1)}%"
    for size, word in ((100_000_000, "亿"), (10_000, "万")):
        if abs(value) >= size:
            return f"{format_number(value / size, 1)}{word}"
    return format_number(value, 1)
