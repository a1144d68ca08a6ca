"""How an area stood against a standard over the rounds, each judged by the version of its own day."""

from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Q

from reports import arrows
from reports.models import Standard, Tally
from surveys.actions.opening import period_label
from surveys.models import Filing

ROUNDS = 5


@dataclass
class RoundState:
    """One round: the version in force on its day and the tally by it, None where the standard was not judged.

    `changed`: it was judged by another version than the round before.
    """

    filing: Filing
    tally: Tally | None = None
    before: "RoundState | None" = None

    @property
    def period(self):
        return period_label(self.filing.round.period)

    @property
    def standard(self):
        return self.tally and self.tally.standard

    @property
    def rate(self):
        return self.tally and self.tally.rate

    @property
    def changed(self):
        if not self.tally or not self.before:
            return False
        return self.standard.pk != self.before.standard.pk

    @property
    def rate_arrow(self):
        if not self.tally or not self.before:
            return None
        return arrows.rate_arrow(self.rate, self.before.rate)

    @property
    def gap(self):
        """What those who miss it lack together; None where nobody could be judged."""
        if not self.tally or not self.tally.judged:
            return None
        return self.tally.gap or 0


def lineage_of(code):
    """Codes of a rule through time.

    Its own, those it took the place of, those that took its place.
    """
    successions = Standard.objects.exclude(successor="").order_by()
    pairs = list(successions.values_list("code", "successor").distinct())
    codes, known = {code}, 0
    while len(codes) > known:
        known = len(codes)
        for pair in pairs:
            if not codes.isdisjoint(pair):
                codes.update(pair)
    return codes


def tallies_of_rounds(filings, standards, codes, *, approved=False):
    """The tallies of one unit's filings by these standards and by every version under these codes.

    The roll-ups of the filings must be up to date.
    """
    wanted = Q(standard__in=standards) | Q(standard__code__in=codes)
    stored = Tally.objects.filter(wanted, filing__in=filings, direct=False, approved=approved)
    in_order = stored.order_by("standard__position", "standard__code")
    return list(in_order.select_related("standard"))


def round_states(filings, standard, codes, tallies):
    """[RoundState] of one unit's filings, the oldest first; `codes` is the standard's lineage."""
    found = {}
    for tally in tallies:
        if tally.standard.code not in codes:
            continue
        # The standard's own code counts before those of its lineage.
        if tally.filing_id not in found or tally.standard.code == standard.code:
            found[tally.filing_id] = tally
    states = []
    for filing in sorted(filings, key=lambda filing: filing.round.reference_date):
        states.append(RoundState(filing, found.get(filing.pk)))
    judged = [state for state in states if state.tally]
    for before, state in pairwise(judged):
        state.before = before
    return states
