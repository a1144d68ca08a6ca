"""The ratings of an area by the units straight below it: averages and how many have which stars."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from communities.models import Level

OWN = "直管社区"


@dataclass
class Average:
    """The communities of one unit: `rows` are all of them, `scores` those of the ranked ones."""

    name: str
    filing: object
    rows: list

    @cached_property
    def scores(self):
        return [row.score.value for row in self.rows if row.place]

    @property
    def mean(self):
        """The plain mean of the ranked communities' scores, with two decimals; None where none is ranked."""
        found = [int(round(value * 100)) for value in self.scores]
        return (2 * sum(found) + len(found)) // (2 * len(found)) / 100 if found else None

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


def averages(filing, children, rows):
    """[Average] of the units below a filing, the best mean first, its own communities, and all of it last."""
    if filing.level >= Level.STREET or not rows:
        return [Average(filing.name, filing, rows)] if rows else []
    uppers = {child.unit_id: child for child in children if child.level < Level.COMMUNITY}
    depth = filing.path.count("/")
    groups = defaultdict(list)
    for row in rows:
        groups[uppers.get(int(row.path.split("/")[depth]))].append(row)
    own = groups.pop(None, [])
    found = [Average(child.name, child, part) for child, part in groups.items()]
    found.sort(
        key=lambda each: (each.mean is None, -(each.mean or 0), each.filing.code, each.filing.path)
    )
    found += [Average(OWN, None, own)] if own and uppers else []
    return [*found, Average(filing.name, filing, rows)]
