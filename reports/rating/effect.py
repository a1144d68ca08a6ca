"""What a scheme not yet saved would do to the last round.

Rated beside the one in force, nothing written.
"""

from dataclasses import dataclass
from functools import cached_property

from reports.rating.rating import Rating
from reports.rating.sums import UnitAverage
from reports.rating.tables import stars_word

SHOWN = 30


@dataclass
class SchemeEffect:
    """Two ratings of the same communities; `before` is None where nothing rated them so far."""

    filing: object
    before: Rating | None
    after: Rating

    @cached_property
    def pairs(self):
        """[(row before or None, row after)], the largest change of score first."""
        before = {}
        if self.before:
            for row in self.before.rows:
                before[row.pk] = row
        found = []
        for row in self.after.rows:
            found.append((before.get(row.pk), row))
        return sorted(found, key=lambda pair: -abs(score_change(*pair)))

    @cached_property
    def changed(self):
        """[(row before, row after)] of those whose stars change."""
        return [(old, new) for old, new in self.pairs if old and old.stars != new.stars]

    @property
    def shown(self):
        """[(row before, after, stars before, after in words)] of the largest changes of score."""
        pairs = [pair for pair in self.pairs if score_change(*pair)]
        shown = []
        for old, new in pairs[:SHOWN]:
            shown.append((old, new, stars_word(old.stars), stars_word(new.stars)))
        return shown

    @property
    def counts(self):
        """[(stars, communities before, after)], the most stars first, those not ranked last."""
        average_before, average_after = self.averages
        before, after = average_before.by_stars, average_after.by_stars
        counts = []
        for number in sorted({*before, *after}, key=stars_order):
            counts.append((stars_word(number), before[number], after[number]))
        return counts

    @cached_property
    def averages(self):
        """(UnitAverage before, after) of all communities."""
        rows_before = self.before.rows if self.before else []
        return UnitAverage("", None, rows_before), UnitAverage("", None, self.after.rows)

    @property
    def points(self):
        """The points of all standards together."""
        return sum(item.weight.points for item in self.after.items)

    @property
    def doubled(self):
        """Standards worth points although the whole they are part of is too.

        Their points count twice.
        """
        counted = [item.standard for item in self.after.counted]
        wholes = {standard.pk for standard in counted}
        return [standard for standard in counted if standard.parent_id in wholes]

    @property
    def absent(self):
        """How many lines of the scheme have no standard in force."""
        return len(self.after.items) - len(self.after.counted)


def stars_order(number):
    """The sorting key of a number of stars: the most first, None last."""
    return (number is None, -(number or 0))


def score_change(old, new):
    """By how much a score would change; 0 where there is none to compare."""
    if not old or None in (old.score.value, new.score.value):
        return 0
    return new.score.value - old.score.value
