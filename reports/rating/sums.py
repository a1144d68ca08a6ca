"""The ratings of an area by the units straight below it: averages and how many have which stars."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from communities.models import Level

OWN = "直管社区"


@dataclass
class UnitAverage:
    """The communities of one unit: `rows` are all of them, `scores` those of the ranked ones."""

    name: str
    filing: object
    rows: list

    @cached_property
    def scores(self):
        return [row.score.value for row in self.rows if row.place]

    @property
    def mean(self):
        """The plain mean of the ranked communities' scores, with two decimals.

        None where none is ranked.
        """
        if not self.scores:
            return None
        hundredths = sum(int(round(value * 100)) for value in self.scores)
        number = len(self.scores)
        rounded = (2 * hundredths + number) // (2 * number)
        return rounded / 100

    @property
    def best(self):
        return max(self.scores, default=None)

    @property
    def worst(self):
        return min(self.scores, default=None)

    @property
    def unranked(self):
        return len(self.rows) - len(self.scores)

    @cached_property
    def by_stars(self):
        """{stars: communities}; under None those of which too little is known."""
        return Counter(row.stars for row in self.rows)


def unit_averages(filing, children, rows):
    """[UnitAverage] of the units below a filing, the best mean first, then its own communities.

    All of it stands last; of a street or a community there is nothing but that.
    """
    if not rows:
        return []
    whole = UnitAverage(filing.name, filing, rows)
    if filing.level >= Level.STREET:
        return [whole]
    uppers = {child.unit_id: child for child in children if child.level < Level.COMMUNITY}
    depth = filing.path.count("/")
    groups = defaultdict(list)
    for row in rows:
        unit_below = int(row.path.split("/")[depth])
        groups[uppers.get(unit_below)].append(row)
    run_directly = groups.pop(None, [])
    averages = [UnitAverage(child.name, child, part) for child, part in groups.items()]
    averages.sort(key=best_first)
    if run_directly and uppers:
        averages.append(UnitAverage(OWN, None, run_directly))
    return [*averages, whole]


def best_first(average):
    """The sorting key of averages: the best mean first, none last, then by code."""
    filing = average.filing
    return (average.mean is None, -(average.mean or 0), filing.code, filing.path)
