"""The communities of an area and round under their scheme.

Read in one query, added up in one pass.
"""

from collections import namedtuple
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

from communities.tree import lies_inside
from reports.engine import judging
from reports.engine.judged_query import JudgedQuery
from reports.engine.rules import rules_for
from reports.models import Scheme
from reports.rating.items import judged_by, scheme_items
from reports.rating.scoring import Score, mark_standard, places_of, score_of


class CommunityColumns(NamedTuple):
    """Who a community is, in the columns of its filing; or the SQL of these."""

    pk: int
    unit: int
    parent: int
    name: str
    code: str
    path: str
    status: str


COLUMNS = CommunityColumns("id", "unit_id", "parent_id", "name", "code", "path", "status")


class StandardShares(NamedTuple):
    """The SQL of the share of a standard that was reached and of the share that is known, 0 to 1.

    Both are null where the standard does not bind the community.
    """

    reached: str
    known: str


class UnjudgedRow(NamedTuple):
    """A community where no item of the scheme counts."""

    who: CommunityColumns
    reached: tuple = ()
    known: tuple = ()


class RatedCommunity(NamedTuple):
    """One community with its score.

    `place` among the ranked ones of the area, None where too little is known.
    """

    pk: int
    unit: int
    parent: int
    name: str
    code: str
    path: str
    status: str
    score: Score
    place: int | None = None
    stars: int | None = None

    @property
    def order(self):
        """The best first, those without a place last."""
        return (self.place is None, self.place or 0, self.code or "~", self.path)


@dataclass
class Rating:
    """`communities` (a queryset of filings of one round) under `scheme`.

    `standards` are those that bind their area. `weights` are those of a scheme not yet saved; else
    the stored ones.
    """

    scheme: Scheme
    standards: list
    communities: object
    weights: list | None = None

    @cached_property
    def items(self):
        """[SchemeItem] of all lines of the scheme."""
        weights = self.weights
        if weights is None:
            weights = list(self.scheme.weights.all())
        return scheme_items(weights, self.standards)

    @cached_property
    def counted(self):
        """The items that count in this round."""
        return [item for item in self.items if item.standard]

    @cached_property
    def rows(self):
        """[RatedCommunity] of all communities, the best first."""
        found = [self.rated(row) for row in self.read()]
        ranked = [each for each in found if each.score.is_ranked]
        rows = [each for each in found if not each.score.is_ranked]
        places = places_of([each.score.value for each in ranked])
        for each, place in zip(ranked, places, strict=True):
            stars = self.scheme.stars_of(each.score.value)
            rows.append(each._replace(place=place, stars=stars))
        return sorted(rows, key=lambda each: each.order)

    def read(self):
        """Rows of all communities, one query.

        `who` it is, shares `reached` and `known` of each item.
        """
        if not self.counted:
            found = self.communities.order_by().values_list(*COLUMNS)
            return [UnjudgedRow(CommunityColumns(*row)) for row in found]
        judged = judged_by(self.items, self.standards)
        query = JudgedQuery.of(self.communities, rules_for(judged))
        who = CommunityColumns(*(query.of_filing(name) for name in COLUMNS))
        # Two wide tuples a community: a small one for each mark would cost more than judging.
        ByItem = namedtuple("ByItem", [f"item_{number}" for number in range(len(self.counted))])
        shares = [shares_of_item(query, item) for item in self.counted]
        return query.rows(
            who=who,
            reached=ByItem(*(share.reached for share in shares)),
            known=ByItem(*(share.known for share in shares)),
        )

    def rated(self, row):
        """One community with its score, not yet ranked."""
        marks = []
        for points, reached, known in zip(self.points, row.reached, row.known, strict=True):
            marks.append(self.mark(points, reached, known))
        return RatedCommunity(*row.who, score_of(marks, self.scheme.least_known))

    @cached_property
    def points(self):
        """The points of each item that counts."""
        return [item.points for item in self.counted]

    @cached_property
    def mark(self):
        """`mark_standard` under this scheme.

        Of a hundred thousand marks of a city a few thousand differ.
        """
        return lru_cache(maxsize=None)(partial(mark_standard, leaves_out=self.scheme.leaves_out))


def shares_of_item(query, item):
    """The SQL of an item's StandardShares over a JudgedQuery."""
    if item.by_share and item.is_composite:
        return shares_of_parts(query, item.standard)
    partly = share_reached(query, item.standard) if item.by_share else "0"
    verdict = query.verdict(item.standard)
    binds = f"CASE {verdict} WHEN {judging.NOT_APPLICABLE} THEN NULL WHEN {judging.UNKNOWN} THEN 0"
    return StandardShares(
        reached=f"{binds} WHEN {judging.MET} THEN 1 ELSE {partly} END",
        known=f"{binds} ELSE 1 END",
    )


def share_reached(query, standard):
    """The share of a missed standard that was reached, above its upper bound the inverse."""
    actual, lower, upper = query.actual(standard), query.lower(standard), query.upper(standard)
    return (
        f"CASE WHEN {actual} < {lower} AND {lower} > 0 THEN {actual} / {lower} "
        f"WHEN {actual} > {upper} AND {actual} > 0 THEN {upper} / {actual} ELSE 0 END"
    )


def shares_of_parts(query, standard):
    """The SQL of the StandardShares of a composite: the sum of its parts, each worth the same."""
    met, binding = query.actual(standard), query.lower(standard)
    judged = f"{met} + COALESCE({query.gap(standard)}, 0)"
    unbound = f"{query.verdict(standard)} = {judging.NOT_APPLICABLE}"
    unsure = f"{query.applies(standard)} IS NULL"
    head = f"CASE WHEN {unbound} THEN NULL WHEN {unsure} THEN 0"
    # Parts are counted in decimals.
    return StandardShares(
        reached=f"{head} ELSE CAST({met} AS double precision) / {binding} END",
        known=f"{head} ELSE CAST({judged} AS double precision) / {binding} END",
    )


def rating_of(area, standards, scheme, apart, weights=None):
    """The Rating of all communities of an Area but for those whose unit has a scheme of its own.

    `apart` are the filings of those units; `weights` are those of a scheme not yet saved.
    """
    rated_apart = lies_inside([filing.path for filing in apart])
    return Rating(scheme, standards, area.communities.exclude(rated_apart), weights)
