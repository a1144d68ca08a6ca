"""The two charts of a standard as geometry; the same figures stand in the tables beside them."""

from dataclasses import dataclass

from reports.standard_detail.distribution import thresholds_of

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 220, 44, 12, 22, 40
FEWEST = 5  # columns there is room for: one alone does not fill the chart
LETTER = 7  # the width of a letter of a label
SPAN, DEPTH = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
BASE = TOP + DEPTH


@dataclass(frozen=True)
class HistogramColumn:
    """One step: its place, the parts that meet and miss the standard, and where one clicks to."""

    x: float
    width: float
    parts: tuple  # (css, y, height)
    label: str
    said: str
    href: str

    @property
    def middle(self):
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class ChartMark:
    """A line across the chart with its words: a threshold, a change of version."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True)
class DetailChart:
    width: int
    height: int
    base: int
    ticks: tuple
    columns: tuple = ()
    marks: tuple = ()
    points: tuple = ()
    lines: tuple = ()
    turned: bool = False  # the columns' labels, where they have no room side by side


def values_histogram(distribution, standard, href):
    """Columns of a Distribution; `href(step)` is where a column leads.

    None where nobody was judged.
    """
    steps = distribution.rows
    if not steps:
        return None
    top, wide = max(step.count for step in steps), SPAN / max(len(steps), FEWEST)
    columns = []
    for number, step in enumerate(steps):
        columns.append(histogram_column(LEFT + number * wide, step, top, wide, href(step)))
    ticks = []
    # About half of an odd number of communities is a whole number too, and its line lies where it belongs.
    for count in sorted({0, top // 2, top}):
        ticks.append((round(TOP + DEPTH * (1 - count / top)), f"{count:,}"))
    longest = max(len(step.label) for step in steps)
    return DetailChart(
        WIDTH,
        HEIGHT,
        BASE,
        tuple(ticks),
        columns=tuple(columns),
        marks=tuple(threshold_marks(distribution, standard, wide)),
        turned=wide < LETTER * longest,
    )


def histogram_column(x, step, top, wide, href):
    bottom, parts = BASE, []
    for css, count in (("unmet", step.unmet), ("met", step.met)):
        tall = DEPTH * count / top
        bottom -= tall
        if count:
            parts.append((css, round(bottom, 1), round(tall, 1)))
    counts = f"{step.count:,} 个社区，达标 {step.met:,}，未达标 {step.unmet:,}"
    left, width = round(x + wide * 0.08, 1), round(wide * 0.84, 1)
    return HistogramColumn(left, width, tuple(parts), step.label, f"{step.label}：{counts}", href)


def threshold_marks(distribution, standard, wide):
    """What is required, where it is the same for all: a line at its place between the steps."""
    first = distribution.rows[0].at
    for word, limit in thresholds_of(standard, distribution.steps):
        place = limit / distribution.steps.width - first
        if 0 <= place <= len(distribution.rows):
            x = LEFT + place * wide
            anchor = "end" if x > WIDTH * 0.8 else "start"
            yield ChartMark(round(x, 1), word, anchor)


def rounds_chart(states):
    """Pass rates over the rounds, with a mark where another version came into force.

    None with less than two.
    """
    known = [state for state in states if state.rate is not None]
    if len(known) < 2:
        return None
    step = SPAN / len(states)
    points, lines, changes, last = [], [], [], None
    for number, state in enumerate(states):
        x = LEFT + step * (number + 0.5)
        here = rate_point(x, state.rate)
        if state.changed:
            text = f"{state.standard.effective_from or ''} 起换版"
            changes.append(ChartMark(round(x - step / 2, 1), text, "start"))
        if here and last and not state.changed:
            lines.append((*last[:2], *here[:2]))
        points.append((round(x, 1), state.period, here))
        last = here
    ticks = []
    for share in (0, 0.5, 1):
        ticks.append((round(TOP + DEPTH * (1 - share)), f"{share:.0%}"))
    return DetailChart(
        WIDTH,
        HEIGHT,
        BASE,
        tuple(ticks),
        marks=tuple(changes),
        points=tuple(points),
        lines=tuple(lines),
    )


def rate_point(x, rate):
    """(x, y, the rate in words); None where it is unknown."""
    if rate is None:
        return None
    return round(x, 1), round(TOP + DEPTH * (1 - rate), 1), f"{rate * 100:.1f}%"
