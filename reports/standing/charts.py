"""The two charts of a standard as geometry; the same figures stand in the tables beside them."""

from dataclasses import dataclass

from reports.standing.distribution import thresholds

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 220, 44, 12, 22, 40
FEWEST = 5  # columns there is room for: one alone does not fill the chart
LETTER = 7  # the width of a letter of a label
SPAN, DEPTH = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM


@dataclass(frozen=True)
class Column:
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
class Mark:
    """A line across the chart with its words: a threshold, a change of version."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    base: int
    ticks: tuple
    columns: tuple = ()
    marks: tuple = ()
    points: tuple = ()
    lines: tuple = ()
    turned: bool = False  # the columns' labels, where they have no room side by side


def histogram(found, standard, href):
    """Columns of a Distribution; `href(step)` is where a column leads. None where nobody was judged."""
    if not found.rows:
        return None
    top, wide = max(step.count for step in found.rows), SPAN / max(len(found.rows), FEWEST)
    columns = tuple(column(at, step, top, wide, href(step)) for at, step in enumerate(found.rows))
    # About half of an odd number of communities is a whole number too, and its line lies where it belongs.
    ticks = tuple(
        (round(TOP + DEPTH * (1 - count / top)), f"{count:,}")
        for count in sorted({0, top // 2, top})
    )
    turned = wide < LETTER * max(len(step.label) for step in found.rows)
    return Chart(
        WIDTH,
        HEIGHT,
        TOP + DEPTH,
        ticks,
        columns,
        tuple(marks(found, standard, wide)),
        turned=turned,
    )


def column(at, step, top, wide, href):
    x, bottom, parts = LEFT + at * wide, TOP + DEPTH, []
    for css, count in (("unmet", step.unmet), ("met", step.met)):
        tall = DEPTH * count / top
        bottom -= tall
        if count:
            parts.append((css, round(bottom, 1), round(tall, 1)))
    said = f"{step.label}：{step.count:,} 个社区，达标 {step.met:,}，未达标 {step.unmet:,}"
    return Column(
        round(x + wide * 0.08, 1), round(wide * 0.84, 1), tuple(parts), step.label, said, href
    )


def marks(found, standard, wide):
    """What is required, where it is the same for all: a line at its place between the steps."""
    first = found.rows[0].at
    for word, limit in thresholds(standard, found.steps):
        place = limit / found.steps.width - first
        if 0 <= place <= len(found.rows):
            x = LEFT + place * wide
            yield Mark(round(x, 1), word, "end" if x > WIDTH * 0.8 else "start")


def course_chart(stages):
    """Pass rates over the rounds, with a mark where another version came into force. None with less than two."""
    if sum(stage.tally is not None and stage.tally.rate is not None for stage in stages) < 2:
        return None
    step = SPAN / len(stages)
    places = [LEFT + step * (at + 0.5) for at in range(len(stages))]
    points, lines, changes, last = [], [], [], None
    for x, stage in zip(places, stages, strict=True):
        rate = stage.tally.rate if stage.tally else None
        here = (
            None
            if rate is None
            else (round(x, 1), round(TOP + DEPTH * (1 - rate), 1), f"{rate * 100:.1f}%")
        )
        if stage.changed:
            changes.append(
                Mark(
                    round(x - step / 2, 1), f"{stage.standard.effective_from or ''} 起换版", "start"
                )
            )
        if here and last and not stage.changed:
            lines.append((*last[:2], *here[:2]))
        points.append((round(x, 1), stage.period, here))
        last = here
    ticks = tuple((round(TOP + DEPTH * (1 - part)), f"{part:.0%}") for part in (0, 0.5, 1))
    return Chart(
        WIDTH,
        HEIGHT,
        TOP + DEPTH,
        ticks,
        marks=tuple(changes),
        points=tuple(points),
        lines=tuple(lines),
    )
