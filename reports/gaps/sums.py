"""What an area lacks altogether: of each standard, and of each unit below; from the stored roll-ups."""

from dataclasses import dataclass

from communities.models import Level
from reports.engine import judging
from reports.engine.compliance import rules_for, standards_judged_at
from reports.gaps.prices import Prices
from reports.models import Cost, Tally
from reports.models.standard import Standard
from surveys.models import Filing, Status

COUNTS = ("met", "unmet", "unknown")


@dataclass(frozen=True)
class Sum:
    """The gap of one standard over an area: the sums of its tally, and what closing it costs in yuan.

    `price` is None where nobody has named one, or where it differs within the area (`varies`). `cost` leaves out
    `unpriced` communities, whose gap has no price; it is None where that is all of them, and 0 where none misses it.
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


def listed(standards):
    """The standards a gap list is about: judged on communities, with something to miss, composites as wholes."""
    community = standards_judged_at(Level.COMMUNITY, standards)
    whole = {standard.pk for standard in community}
    return [s for s in community if s.parent_id not in whole and not s.observed_only]


def by_standard(filing, standards, *, approved=False, shown=None, prices=None):
    """[Sum] of the communities below `filing` for each standard that binds one; call `tallies.refresh` first."""
    return by_unit([filing], standards, approved=approved, shown=shown, prices=prices)


def by_unit(filings, standards, *, approved=False, shown=None, prices=None, direct=False):
    """The same for several upper filings of one round, in their order, standard by standard in each.

    With `direct` of the communities straight below each, without those further down.
    """
    standards = standards_judged_at(Level.COMMUNITY, standards)
    shown = listed(standards) if shown is None else shown
    prices = prices or Prices(standards)
    found = Tally.objects.filter(
        filing__in=filings, standard__in=shown, direct=direct, approved=approved
    )
    tallies = {(tally.filing_id, tally.standard_id): tally for tally in found}
    pairs = [(f, s, tallies[f.pk, s.pk]) for f in filings for s in shown if (f.pk, s.pk) in tallies]
    bound = [(f, s, tally) for f, s, tally in pairs if tally.met + tally.unmet + tally.unknown]
    read = sums_read(bound, standards, prices, approved=approved, direct=direct)
    return [summed(filing, standard, tally, prices, read) for filing, standard, tally in bound]


def summed(filing, standard, tally, prices, read):
    price = prices.of(standard, filing.path) if prices.is_single(standard, filing.path) else None
    gap = tally.gap if tally.unmet else 0.0 if tally.met else None
    varies = not prices.is_single(standard, filing.path)
    cost, priced = read[filing.pk, standard.pk] if varies else multiplied(tally, price)
    if not tally.unmet:
        cost = 0.0 if tally.met else None
    counts = [getattr(tally, name) for name in COUNTS]
    return Sum(filing, standard, *counts, gap, price, varies, cost, tally.unmet - priced)


def multiplied(tally, price):
    """(cost, communities whose gap has a price) where one price holds for all."""
    return (None, 0) if price is None else ((tally.gap or 0.0) * float(price.yuan), tally.unmet)


def sums_read(bound, standards, prices, **narrow):
    """{(filing, standard): (cost, communities with a price)} where prices differ within the area: read line by line."""
    several = {}
    for filing, standard, _ in bound:
        if not prices.is_single(standard, filing.path):
            several.setdefault(filing, []).append(standard)
    return {
        (filing.pk, pk): sums
        for filing, chosen in several.items()
        for pk, sums in read_one(filing, chosen, standards, prices, **narrow).items()
    }


def read_one(filing, chosen, standards, prices, *, approved, direct):
    communities = Filing.objects.within(filing).filter(round=filing.round_id).communities()
    if direct:
        communities = communities.filter(parent=filing)
    if approved:
        communities = communities.filter(status=Status.APPROVED)
    wanted = []
    for standard in chosen:
        cost = (
            f"CASE WHEN j.v{standard.pk} = {judging.UNMET} THEN {prices.closing_sql(standard)} END"
        )
        wanted += [f"SUM({cost})", f"COUNT({cost})"]
    (row,) = judging.select(rules_for(family(chosen, standards)), communities, ", ".join(wanted))
    return {s.pk: (row[2 * n], row[2 * n + 1]) for n, s in enumerate(chosen)}


def family(chosen, standards):
    """The chosen standards with the parts they are judged by."""
    keys = {standard.pk for standard in chosen}
    return [s for s in standards if s.pk in keys or s.parent_id in keys]
