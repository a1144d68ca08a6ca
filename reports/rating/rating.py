"""The communities of an area and round under their scheme: read in one query, added up in one pass."""

from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

from communities.tree import lies_inside
from reports.engine import judging
from reports.engine.compliance import rules_for
from reports.engine.scope import EVERYTHING
from reports.models import Scheme
from reports.rating.items import judged_by, scheme_items
from reports.rating.scoring import Score, mark_standard, places_of, score_of
from surveys.models import Filing

WHO = ("id", "unit_id", "parent_id", "name", "code", "path", "status")


class RatedCommunity(NamedTuple):
    """One community with its score; `place` among the ranked ones of the area, None where too little is known."""

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
    """`communities` (a queryset of filings of one round) under `scheme`; `standards` are those that bind their area.

    `weights` are those of a scheme not yet saved; else the stored ones.
    """

    scheme: Scheme
    standards: list
    communities: object
    weights: list | None = None

    @cached_property
    def items(self):
        weights = list(self.scheme.weights.all()) if self.weights is None else self.weights
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
        rest = [each for each in found if not each.score.is_ranked]
        places = places_of([each.score.value for each in ranked])
        placed = [
            each._replace(place=place, stars=self.scheme.stars_of(each.score.value))
            for each, place in zip(ranked, places, strict=True)
        ]
        return sorted([*placed, *rest], key=lambda each: each.order)

    @property
    def ranked(self):
        return [each for each in self.rows if each.place]

    def read(self):
        shares = [part for item in self.counted for part in shares_sql(item)]
        wanted = ", ".join([*(f"filing.{name}" for name in WHO), *shares])
        if not self.counted:
            return self.communities.order_by().values_list(*WHO)
        return judging.select(
            rules_for(judged_by(self.items, self.standards)), self.communities, wanted
        )

    def rated(self, row):
        who, shares = row[: len(WHO)], iter(row[len(WHO) :])
        marks = list(map(self.mark, self.points, shares, shares))
        return RatedCommunity(*who, score_of(marks, self.scheme.least_known))

    @cached_property
    def points(self):
        return [item.points for item in self.counted]

    @cached_property
    def mark(self):
        """`mark_standard` under this scheme; of a hundred thousand marks of a city a few thousand differ."""
        return lru_cache(maxsize=None)(partial(mark_standard, leaves_out=self.scheme.leaves_out))


def shares_sql(item):
    """(what share of a standard was reached, what share is known), 0 to 1; both null where it does not bind.

    A composite worth points by share is the sum of its parts, each worth the same.
    """
    k = item.standard.pk
    if item.by_share and item.is_composite:
        judged = f"j.a{k} + COALESCE(j.g{k}, 0)"
        return tuple(
            f"CASE WHEN j.v{k} = {judging.NOT_APPLICABLE} THEN NULL WHEN j.x{k} IS NULL THEN 0 "
            f"ELSE CAST({part} AS double precision) / j.l{k} END"  # parts are counted in decimals
            for part in (f"j.a{k}", judged)
        )
    partly = (
        f"CASE WHEN j.a{k} < j.l{k} AND j.l{k} > 0 THEN j.a{k} / j.l{k} "
        f"WHEN j.a{k} > j.u{k} AND j.a{k} > 0 THEN j.u{k} / j.a{k} ELSE 0 END"
    )
    states = f"CASE j.v{k} WHEN {judging.NOT_APPLICABLE} THEN NULL WHEN {judging.UNKNOWN} THEN 0"
    return (
        f"{states} WHEN {judging.MET} THEN 1 ELSE {partly if item.by_share else 0} END",
        f"{states} ELSE 1 END",
    )


def rating_of(filing, standards, scheme, own, scope=EVERYTHING, weights=None):
    """The rating of all communities below a filing but for those whose unit has a scheme of its own."""
    communities = Filing.objects.within(filing).filter(round=filing.round_id).communities()
    nested = lies_inside([each.path for each in own])
    return Rating(scheme, standards, scope.narrow(communities.exclude(nested)), weights)
