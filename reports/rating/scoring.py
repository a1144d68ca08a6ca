"""The arithmetic of scores, over shares already read. Points are whole hundredths, so that what is shown adds up."""

from dataclasses import dataclass
from typing import NamedTuple

TINY = 1e-6  # 0.285 is a little less as a double; half a hundredth still rounds up


def hundredths(points):
    return int(points * 100 + 0.5 + TINY)


class Mark(NamedTuple):
    """What one community gets for one standard that binds it, in hundredths of a point.

    Of `worth` points, `known` rest on data; it earns `earned` of those `counted`, for the share `reached` of it.
    """

    worth: int
    known: int
    counted: int
    earned: int
    reached: float


def mark(points, reached, known, *, leaves_out):
    """The mark for the share of a standard that was `reached` and that is `known`; None where it binds nobody here."""
    if known is None:
        return None
    worth, sure = hundredths(points), hundredths(points * known)
    counted = sure if leaves_out else worth
    share = max(reached, 0.0)
    return Mark(worth, sure, counted, min(hundredths(points * share), counted), share)


@dataclass(frozen=True, slots=True)
class Score:
    """A community under a scheme: its marks, in the order of the items, and what they add up to in hundredths."""

    marks: tuple
    worth: int
    known: int
    counted: int
    earned: int
    least_known: int

    @property
    def value(self):
        """0 to 100, with two decimals; None where nothing counts."""
        return (
            (20_000 * self.earned + self.counted) // (2 * self.counted) / 100
            if self.counted
            else None
        )

    @property
    def known_share(self):
        """The share of its points that rests on data; None where no standard binds it."""
        return self.known / self.worth if self.worth else None

    @property
    def is_ranked(self):
        """Whether enough is known to hold it against others."""
        return bool(self.counted) and 100 * self.known >= self.least_known * self.worth

    @property
    def lacking(self):
        """How many standards could not be judged, at least in part."""
        return sum(1 for each in self.marks if each and each.known < each.worth)


def add_up(marks, least_known):
    """The score of a community; a mark of None is a standard that does not bind it."""
    found = [each for each in marks if each]
    worth, known, counted, earned, _ = (
        map(sum, zip(*found, strict=True)) if found else (0, 0, 0, 0, 0)
    )
    return Score(tuple(marks), worth, known, counted, earned, least_known)


def ranks(values):
    """The place of each value, the highest first; equal values share one, and the next ones are left free."""
    places = {}
    for place, value in enumerate(sorted(values, reverse=True), start=1):
        places.setdefault(value, place)
    return [places[value] for value in values]
