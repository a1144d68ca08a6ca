"""How the actual values of the communities of an area lie around what a standard requires: counted into steps by the
database, in one query.
"""

from collections import Counter
from dataclasses import dataclass
from math import floor, log10

from django.core.cache import cache

from reports.engine import judging
from reports.matrix.forms import BoundKind
from reports.measure_columns import STAGE, YES_NO
from reports.verdict_text import format_value
from surveys.number_text import format_number

MOST = 12  # steps; what lies above is one more
STAGES, YES_OR_NO = 4, 1  # the highest value of a stage, and of yes and no
# Per cent of what is required, where that differs from one community to the next; and how many steps of it.
SHARE_STEP, SHARES = 20.0, 10
NICE = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Steps:
    """The steps values are counted into.

    `number` of `width` from zero, one below them and one above.
    """

    width: float
    number: int
    per: BoundKind = BoundKind.VALUE
    single: bool = False  # each step is one value, such as a stage or a number of parts

    def label(self, at, standard):
        """A step in words."""
        is_last = at == self.number
        if self.single:
            text = format_value(float(at), standard.unit)
            if is_last and standard.unit not in (STAGE, YES_NO):
                return f"{text}及以上"
            return text
        if at < 0:
            return "负数"
        low, high = format_number(at * self.width), format_number((at + 1) * self.width)
        sign = "%" if self.per == BoundKind.SHARE else ""
        if is_last:
            return f"{low}{sign}以上"
        return f"{low}–{high}{sign}"

    def bounds(self, at):
        """{least, most} of a step, as the matrix takes them."""
        bounds = {}
        if at >= 0:
            bounds["least"] = at * self.width
        if at != self.number:
            bounds["most"] = (at + 1) * self.width
        if self.per == BoundKind.SHARE:
            bounds["per"] = self.per.value
        return bounds


@dataclass(frozen=True)
class Step:
    """One step: how many meet the standard there, how many miss it."""

    at: int
    label: str
    met: int
    unmet: int
    bounds: dict

    @property
    def count(self):
        return self.met + self.unmet


def plain_limit(text):
    """The number a formula is; None where it follows from measures."""
    try:
        return float(text)
    except ValueError:
        return None


def steps_for(standard):
    """Steps that fit the standard.

    About five below its highest threshold, with the threshold on an edge if it can be.
    """
    if standard.unit == STAGE:
        return Steps(1.0, STAGES, single=True)
    if standard.unit == YES_NO:
        return Steps(1.0, YES_OR_NO, single=True)
    if not standard.actual:
        return Steps(1.0, MOST, single=True)
    limits = [plain_limit(text) for text in (standard.lower, standard.upper) if text]
    if None in limits or max(limits) <= 0:
        return Steps(SHARE_STEP, SHARES, BoundKind.SHARE)
    top = max(limits)
    if top <= MOST / 2 and all(limit == int(limit) for limit in limits):
        number = int(2 * top) if top > 2 else 4
        return Steps(1.0, number, single=not standard.digits)
    width = nice_below(top / 5)
    return Steps(width, min(floor(2 * top / width), MOST))


def thresholds_of(standard, steps):
    """[(words, value)] of what is required, where a value can lie beside it."""
    if steps.single:
        return []
    if steps.per == BoundKind.SHARE:
        return [("标准 100%", 100.0)]
    found = []
    for word, text in (("下限", standard.lower), ("上限", standard.upper)):
        if text:
            limit = plain_limit(text)
            found.append((f"{word} {format_number(limit)}", limit))
    return found


def nice_below(number):
    """The round number next below: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10 ** floor(log10(number))
    return max(step * power for step in NICE if step * power <= number)


@dataclass(frozen=True)
class Distribution:
    """The steps from the lowest to the highest that holds anybody, and up to the thresholds, with lowest, mean and
    highest of all values.
    """

    steps: Steps
    rows: list
    least: float | None
    mean: float | None
    most: float | None

    @property
    def shares(self):
        return self.steps.per == BoundKind.SHARE


NOBODY = Distribution(Steps(1.0, 1), [], None, None, None)


def cached_distribution(tally, standard, family, area):
    """The distribution behind a tally, kept in memory.

    A refresh puts a new row in the place of the tally, so what is kept under its key is never older than the roll-ups.
    """
    key = f"spread:{tally.pk}:{standard.revision}"
    return cache.get_or_set(key, lambda: distribution_in_area(standard, family, area), timeout=None)


def distribution_in_area(standard, family, area):
    """The Distribution of the communities of an upper Area that could be judged.

    `family` holds its parts.
    """
    steps, query = steps_for(standard), area.judged(family)
    actual = value = query.actual(standard)
    if steps.per == BoundKind.SHARE:
        value = query.share(standard)
    judged = query.where(query.is_judged(standard)).group_by("1", "2")
    groups = judged.rows(
        step=step_sql(value, steps),
        verdict=query.verdict(standard),
        number="COUNT(*)",
        least=f"MIN({actual})",
        total=f"SUM({actual})",
        most=f"MAX({actual})",
    )
    return distribution_of_groups(standard, steps, groups)


def step_sql(value, steps):
    """The number of the step a value falls in.

    -1 below the first, `steps.number` beyond the last.
    """
    highest = steps.width * steps.number
    return (
        f"CASE WHEN {value} < 0 THEN -1 WHEN {value} >= {highest!r} THEN {steps.number} "
        f"ELSE CAST(FLOOR({value} / {steps.width!r} + 1e-9) AS integer) END"
    )


def first_and_last_step(standard, steps, held):
    """The steps shown: all that hold anybody, and what lies between them and a threshold."""
    edges = [round(limit / steps.width) for _, limit in thresholds_of(standard, steps)]
    first = min(held + edges)
    last = max(held + [edge - 1 for edge in edges])
    return first, last


def distribution_of_groups(standard, steps, groups):
    """The Distribution of communities grouped by step and verdict.

    NOBODY where none lies in a step.
    """
    counts = Counter()
    for group in groups:
        if group.step is not None:
            counts[group.step, group.verdict] += group.number
    if not counts:
        return NOBODY
    held = [step for step, _ in counts]
    first, last = first_and_last_step(standard, steps, held)
    rows = []
    for at in range(first, last + 1):
        met, unmet = counts[at, judging.MET], counts[at, judging.UNMET]
        rows.append(Step(at, steps.label(at, standard), met, unmet, steps.bounds(at)))
    total, number = sum(group.total for group in groups), sum(group.number for group in groups)
    mean = round(total / number, standard.digits + 1)
    least, most = min(group.least for group in groups), max(group.most for group in groups)
    return Distribution(steps, rows, least, mean, most)
