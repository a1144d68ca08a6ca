"""What an area lacks altogether: of each standard, and of each unit below.

From the stored roll-ups.
"""

from dataclasses import dataclass
from typing import NamedTuple

from reports.engine import judging
from reports.engine.area import freshen_areas
from reports.engine.compliance import with_parts, without_parts
from reports.engine.judged_query import JudgedQuery
from reports.engine.prices import Prices
from reports.engine.rules import rules_for
from reports.models import Cost, Tally
from reports.models.standard import Standard
from surveys.models import Filing


@dataclass(frozen=True)
class GapSum:
    """The gap of one standard over an area.

    The sums of its tally, and what closing it costs in yuan. `price` is None where nobody has named
    one, or where it differs within the area (`varies`). `cost` leaves out `unpriced` communities,
    whose gap has no price; it is None where that is all of them, and 0 where none misses it.
    """

    filing: Filing
    standard: Standard
    met: int
    unmet: int
    unknown: int
    gap: float | None
    price: Cost | None
    varies: bool
    cost: float | None
    unpriced: int


class ClosingCost(NamedTuple):
    """What closing a gap over an area costs in yuan; None is unknown.

    `priced` is of how many communities it is known.
    """

    yuan: float | None
    priced: int


def gap_sums(areas, standards, *, shown=None, prices=None, direct=False):
    """[GapSum] of several upper areas of one round and scope, standard by standard in each.

    `standards` are community standards with their parts; those that bind nobody in an area are left
    out. With `direct` of the communities straight below each area, without those further down.
    """
    if shown is None:
        shown = without_parts(standards)
    prices = prices or Prices(standards)
    freshen_areas(areas)
    sums = []
    for area, tallies in bound_tallies(areas, shown, direct=direct):
        sums += sums_of_area(area, tallies, standards, prices, direct=direct)
    return sums


def bound_tallies(areas, shown, *, direct):
    """[(area, its tallies of these standards that bind one of its communities)]; one query."""
    filings = [area.filing for area in areas]
    approved = any(area.approved for area in areas)
    found = Tally.objects.filter(
        filing__in=filings, standard__in=shown, direct=direct, approved=approved
    )
    by_key = {(tally.filing_id, tally.standard_id): tally for tally in found}
    pairs = []
    for area in areas:
        mine = []
        for standard in shown:
            tally = by_key.get((area.filing.pk, standard.pk))
            if tally and tally.met + tally.unmet + tally.unknown:
                tally.standard = standard
                mine.append(tally)
        pairs.append((area, mine))
    return pairs


def sums_of_area(area, tallies, standards, prices, *, direct):
    """[GapSum] of one area from its tallies; read line by line where prices differ within it."""
    path = area.filing.path
    several = [each.standard for each in tallies if not prices.is_single(each.standard, path)]
    read = costs_read(area, several, standards, prices, direct=direct) if several else {}
    sums = []
    for tally in tallies:
        standard, price = tally.standard, None
        varies = standard.pk in read
        if varies:
            closing = read[standard.pk]
        else:
            price = prices.of(standard, path)
            closing = multiplied_cost(tally, price)
        sums.append(gap_sum(area, tally, price, varies, closing))
    return sums


def gap_sum(area, tally, price, varies, closing):
    """One GapSum.

    Where nobody misses the standard there is no gap, or an unknown one if all are unknown.
    """
    gap, cost = tally.gap, closing.yuan
    if not tally.unmet:
        gap = cost = 0.0 if tally.met else None
    return GapSum(
        filing=area.filing,
        standard=tally.standard,
        met=tally.met,
        unmet=tally.unmet,
        unknown=tally.unknown,
        gap=gap,
        price=price,
        varies=varies,
        cost=cost,
        unpriced=tally.unmet - closing.priced,
    )


def multiplied_cost(tally, price):
    """The ClosingCost of a tally where one price holds for all."""
    if price is None:
        return ClosingCost(None, 0)
    return ClosingCost((tally.gap or 0.0) * float(price.yuan), tally.unmet)


def costs_read(area, chosen, standards, prices, *, direct):
    """{standard pk: ClosingCost} of an area within which prices differ.

    Added up community by community.
    """
    communities = area.communities
    if direct:
        communities = communities.filter(parent=area.filing)
    query = JudgedQuery.of(communities, rules_for(with_parts(chosen, standards)))
    columns = {}
    for standard in chosen:
        cost = query.if_verdict(standard, judging.UNMET, prices.closing_sql(query, standard))
        columns[standard.pk] = ClosingCost(f"SUM({cost})", f"COUNT({cost})")
    (row,) = query.rows(costs=columns)
    return row.costs
