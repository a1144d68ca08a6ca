"""How an area stood against a standard over the rounds, each judged by the version of its own day."""

from dataclasses import dataclass

from django.db.models import Q

from reports import arrows
from reports.models import Standard, Tally
from surveys.actions.opening import period_label
from surveys.models import Filing

ROUNDS = 5


@dataclass
class Stage:
    """One round: the version in force on its day and the tally by it, None where the standard was not judged.

    `changed`: it was judged by another version than the round before.
    """

    filing: Filing
    tally: Tally | None = None
    before: "Stage | None" = None

    @property
    def period(self):
        return period_label(self.filing.round.period)

    @property
    def standard(self):
        return self.tally and self.tally.standard

    @property
    def changed(self):
        return bool(self.tally and self.before and self.standard.pk != self.before.standard.pk)

    @property
    def rate_arrow(self):
        return (
            arrows.rate_arrow(self.tally.rate, self.before.tally.rate)
            if self.tally and self.before
            else None
        )

    @property
    def gap(self):
        return (self.tally.gap or 0) if self.tally and self.tally.judged else None


def lineage(code):
    """Codes of a rule through time: its own, those it took the place of, those that took its place."""
    follows = list(
        Standard.objects.exclude(successor="")
        .order_by()
        .values_list("code", "successor")
        .distinct()
    )
    codes, grown = {code}, True
    while grown:
        near = {code for pair in follows if codes & {*pair} for code in pair}
        grown = not near <= codes
        codes |= near
    return codes


def stored(filings, standards, codes, *, approved=False):
    """The tallies of the same unit's filings by these standards and by every version under these codes; call
    `tallies.refresh` for the filings first.
    """
    kept = Tally.objects.filter(filing__in=filings, direct=False, approved=approved)
    wanted = Q(standard__in=standards) | Q(standard__code__in=codes)
    return list(
        kept.filter(wanted)
        .select_related("standard")
        .order_by("standard__position", "standard__code")
    )


def course(filings, standard, codes, tallies):
    """[Stage] of the same unit's filings, the oldest first; `codes` is the standard's lineage."""
    found = {}
    for tally in tallies:
        if tally.standard.code in codes and (
            tally.filing_id not in found or tally.standard.code == standard.code
        ):
            found[tally.filing_id] = tally
    stages = [Stage(filing, found.get(filing.pk)) for filing in sorted(filings, key=day)]
    judged = [stage for stage in stages if stage.tally]
    for before, stage in zip(judged, judged[1:], strict=False):
        stage.before = before
    return stages


def day(filing):
    return filing.round.reference_date
