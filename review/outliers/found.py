"""What an outlier is, and the statistics that find one: medians and their deviations, on a scale of factors."""

from dataclasses import dataclass
from enum import Enum
from math import log1p
from statistics import median


class OutlierKind(Enum):
    """Why a figure is asked about: name in addresses and in the database, label."""

    HISTORY = "history", "与历年不符"
    PEERS = "peers", "与同规模不符"
    ABOVE = "above", "上下级不符"
    PARTS = "parts", "总数与分项不符"
    PERSON = "person", "一人两处"
    COVERAGE = "coverage", "覆盖社区不符"

    def __init__(self, key, label):
        self.key, self.label = key, label


@dataclass(frozen=True)
class Outlier:
    """One thing to check: which filing, what in it (`subject` tells it from others there), what it says, and why it is odd.

    `section` is where the cell lies, `weight` how odd it is.
    """

    kind: OutlierKind
    filing: int
    subject: str
    label: str
    value: str
    why: str
    weight: float
    section: str = ""

    @property
    def identity(self):
        return self.filing, self.kind.key, self.subject


ODD = 3.5  # robust z from which a figure is asked about (Iglewicz and Hoaglin)
TO_SIGMA = 0.6745  # the median deviation of normal values, in standard deviations
FLOOR = 0.15  # values that hardly differ among themselves are not asked about below a factor of about two
LEAST = 5  # differences of fewer than so many people, rooms or yuan say nothing


class Others:
    """The values something is held against, with their median and its deviation on a scale of factors.

    On that logarithmic scale ten times too much and ten times too little are equally odd.
    """

    def __init__(self, values):
        scaled = [log1p(each) for each in values]
        self.scaled_middle = median(scaled)
        self.spread = max(median(abs(each - self.scaled_middle) for each in scaled), FLOOR)
        self.middle = median(values)

    def z(self, value):
        """How far a value lies from the median, in robust standard deviations, with its sign."""
        return TO_SIGMA * (log1p(value) - self.scaled_middle) / self.spread

    def oddness(self, value):
        """|z| of an odd value; 0 of one that may stand."""
        z = abs(self.z(value))
        return z if z > ODD and abs(value - self.middle) >= LEAST else 0
