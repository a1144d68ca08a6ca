"""What a scheme not yet saved would do to the last round: rated beside the one in force, nothing written."""

from dataclasses import dataclass
from functools import cached_property

from reports.rating.rating import Rating
from reports.rating.sums import Average
from reports.rating.tables import stars_word

SHOWN = 30


@dataclass
class Effect:
    """Two ratings of the same communities; `before` is None where nothing rated them so far."""

    filing: object
    before: Rating | None
    after: Rating

    @cached_property
    def pairs(self):
        """[(row before or None, row after)], the largest change of score first."""
        before = {row.pk: row for row in self.before.rows} if self.before else {}
        found = [(before.get(row.pk), row) for row in self.after.rows]
        return sorted(found, key=lambda pair: -abs(moved(*pair)))

    @cached_property
    def changed(self):
        """Those whose stars change, in words."""
        return [pair for pair in self.pairs if pair[0] and pair[0].stars != pair[1].stars]

    @property
    def shown(self):
        pairs = [pair for pair in self.pairs if moved(*pair)]
        return [
            (old, new, stars_word(old.stars), stars_word(new.stars)) for old, new in pairs[:SHOWN]
        ]

    @property
    def counts(self):
        """[(stars, communities before, after)], the most stars first, those without enough data last."""
        olds, news = (each.by_stars for each in self.averages)
        order = sorted({*olds, *news}, key=lambda number: (number is None, -(number or 0)))
        return [(stars_word(number), olds[number], news[number]) for number in order]

    @cached_property
    def averages(self):
        rows = self.before.rows if self.before else []
        return Average("", None, rows), Average("", None, self.after.rows)

    @property
    def points(self):
        """The points of all standards together."""
        return sum(item.weight.points for item in self.after.items)

    @property
    def doubled(self):
        """Standards that are worth points although the whole they are part of is too: their points count twice."""
        wholes = {item.standard.pk for item in self.after.counted}
        return [item.standard for item in self.after.counted if item.standard.parent_id in wholes]

    @property
    def absent(self):
        return len(self.after.items) - len(self.after.counted)


def moved(old, new):
    """By how much a score would change; 0 where there is none to compare."""
    if not old or None in (old.score.value, new.score.value):
        return 0
    return new.score.value - old.score.value
