"""The arithmetic of scores, over shares already read.

Points are whole hundredths, so that what is shown adds up.
"""

from dataclasses import dataclass
from typing import NamedTuple

TINY = 1e-6  # 0.285 is a little less as a double; half a hundredth still rounds up


def in_hundredths(points):
    """Points as whole hundredths, half a hundredth rounded up."""
    return int(points * 100 + 0.5 + TINY)


class StandardMark(NamedTuple):
    """What one community gets for one standard that binds it, in hundredths of a point.

    Of `worth` points, `known` rest on data; it earns `earned` of those `counted`, for the share
    `reached` of it.
    """

    worth: int
    known: int
    counted: int
    earned: int
    reached: float


def mark_standard(points, reached, known, *, leaves_out):
    """The mark for the shares of a standard that were `reached` and are `known`, 0 to 1.

    None where the standard does not bind the community: there `known` is None.
    """
    if known is None:
        return None
    worth = in_hundredths(points)
    sure = in_hundredths(points * known)
    counted = sure if leaves_out else worth
    share = max(reached, 0.0)
    earned = min(in_hundredths(points * share), counted)
    return StandardMark(worth, sure, counted, earned, share)


@dataclass(frozen=True, slots=True)
class Score:
    """A community under a scheme.

    Its marks in the order of the items, and their sums in hundredths.
    """

    marks: tuple
    worth: int
    known: int
    counted: int
    earned: int
    least_known: int

    @property
    def value(self):
        """0 to 100, with two decimals; None where nothing counts."""
        if not self.counted:
            return None
        rounded = (20_000 * self.earned + self.counted) // (2 * self.counted)
        return rounded / 100

    @property
    def known_share(self):
        """The share of its points that rests on data; None where no standard binds it."""
        if not self.worth:
            return None
        return self.known / self.worth

    @property
    def is_ranked(self):
        """Whether enough is known to hold it against others."""
        return bool(self.counted) and 100 * self.known >= self.least_known * self.worth

    @property
    def lacking(self):
        """How many standards could not be judged, at least in part."""
        return sum(1 for mark in self.marks if mark and mark.known < mark.worth)


def score_of(marks, least_known):
    """The Score of a community; a mark of None is a standard that does not bind it."""
    worth = known = counted = earned = 0
    for mark in marks:
        if mark:
            worth += mark.worth
            known += mark.known
            counted += mark.counted
            earned += mark.earned
    return Score(tuple(marks), worth, known, counted, earned, least_known)


def places_of(values):
    """The place of each value, the highest first.

    Equal values share one, and the next ones are left free.
    """
    places = {}
    for place, value in enumerate(sorted(values, reverse=True), start=1):
        places.setdefault(value, place)
    return [places[value] for value in values]
