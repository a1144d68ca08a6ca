"""How the actual values of the communities of an area lie around what a standard requires: counted into steps by the
database, in one query.
"""

from dataclasses import dataclass
from math import floor, log10

from django.core.cache import cache

from reports.engine import judging
from reports.engine.judged_query import JudgedQuery
from reports.engine.rules import rules_for
from reports.matrix.forms import BoundKind
from reports.verdict_text import STAGE, YES_NO, format_value
from surveys.number_text import format_number

MOST = 12  # steps; what lies above is one more
SHARE_STEP, SHARES = (
    20.0,
    10,
)  # per cent of what is required, where that differs from one community to the next
NICE = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Steps:
    """The steps values are counted into: `number` of `width` from zero, one below them and one above."""

    width: float
    number: int
    per: BoundKind = BoundKind.VALUE
    single: bool = False  # each step is one value, such as a stage or a number of parts

    def label(self, at, standard):
        """A step in words."""
        if self.single:
            text = format_value(float(at), standard.unit)
            return (
                f"{text}及以上"
                if at == self.number and standard.unit not in (STAGE, YES_NO)
                else text
            )
        low, high = format_number(at * self.width), format_number((at + 1) * self.width)
        sign = "%" if self.per == BoundKind.SHARE else ""
        if at < 0:
            return "负数"
        return f"{low}{sign}以上" if at == self.number else f"{low}–{high}{sign}"

    def bounds(self, at):
        """{least, most} of a step, as the matrix takes them."""
        least = {} if at < 0 else {"least": at * self.width}
        most = {} if at == self.number else {"most": (at + 1) * self.width}
        return least | most | ({"per": self.per.value} if self.per == BoundKind.SHARE else {})


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


def literal(text):
    """The number a formula is; None where it follows from measures."""
    try:
        return float(text)
    except ValueError:
        return None


def steps_for(standard):
    """Steps that fit the standard: about five below its highest threshold, with the threshold on an edge if it can be."""
    if not standard.actual or standard.unit in (STAGE, YES_NO):
        return Steps(
            1.0,
            4 if standard.unit == STAGE else 1 if standard.unit == YES_NO else MOST,
            single=True,
        )
    limits = [literal(text) for text in (standard.lower, standard.upper) if text]
    if None in limits or max(limits) <= 0:
        return Steps(SHARE_STEP, SHARES, BoundKind.SHARE)
    top = max(limits)
    if top <= MOST / 2 and all(limit == int(limit) for limit in limits):
        return Steps(1.0, int(2 * top) if top > 2 else 4, single=not standard.digits)
    width = nice(top / 5)
    return Steps(width, min(floor(2 * top / width), MOST))


def thresholds(standard, steps):
    """[(words, value)] of what is required, where a value can lie beside it."""
    if steps.single:
        return []
    if steps.per == BoundKind.SHARE:
        return [("标准 100%", 100.0)]
    words = (("下限", standard.lower), ("上限", standard.upper))
    return [
        (f"{word} {format_number(literal(text))}", literal(text)) for word, text in words if text
    ]


def nice(number):
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


def spread(tally, standard, standards, filing, *, approved=False):
    """The distribution behind a tally, kept in memory: a refresh puts a new row in the place of the tally, so what is
    kept under its key is never older than the roll-ups of the page.
    """
    key = f"spread:{tally.pk}:{standard.revision}"
    return cache.get_or_set(
        key, lambda: distribution(standard, standards, filing, approved=approved), timeout=None
    )


def distribution(standard, standards, filing, *, approved=False):
    """The Distribution of the communities of an upper filing that could be judged; `standards` hold its parts."""
    steps = steps_for(standard)
    query = JudgedQuery.inside(filing, rules_for(standards), approved=approved)
    value = query.share(standard) if steps.per == BoundKind.SHARE else query.actual(standard)
    actual = query.actual(standard)
    judged = query.where(query.is_judged(standard)).group_by("1", "2")
    found = judged.rows(
        step=step_sql(value, steps),
        verdict=query.verdict(standard),
        number="COUNT(*)",
        least=f"MIN({actual})",
        total=f"SUM({actual})",
        most=f"MAX({actual})",
    )
    return made(standard, steps, found)


def step_sql(value, steps):
    """The number of the step a value falls in: -1 below the first, `steps.number` beyond the last."""
    return (
        f"CASE WHEN {value} < 0 THEN -1 WHEN {value} >= {steps.width * steps.number!r} THEN {steps.number} "
        f"ELSE CAST(FLOOR({value} / {steps.width!r} + 1e-9) AS integer) END"
    )


def reach(standard, steps, held):
    """(first, last) of the steps shown: all that hold anybody, and what lies between them and a threshold."""
    edges = [round(limit / steps.width) for _, limit in thresholds(standard, steps)]
    return min(held + edges), max(held + [edge - 1 for edge in edges])


def made(standard, steps, found):
    rows = [row for row in found if row.step is not None]
    if not rows:
        return NOBODY
    counts = {(row.step, row.verdict): row.number for row in rows}
    first, last = reach(standard, steps, [row.step for row in rows])
    shown = [
        Step(
            at,
            steps.label(at, standard),
            counts.get((at, judging.MET), 0),
            counts.get((at, judging.UNMET), 0),
            steps.bounds(at),
        )
        for at in range(first, last + 1)
    ]
    total, number = sum(row.total for row in found), sum(row.number for row in found)
    mean = round(total / number, standard.digits + 1)
    least, most = min(row.least for row in found), max(row.most for row in found)
    return Distribution(steps, shown, least, mean, most)
