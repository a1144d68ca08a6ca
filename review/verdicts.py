"""How a filing stands against the standards now, and how the one before stood: one query for both."""

from dataclasses import dataclass

from communities.models import Level
from reports.engine.compliance import (
    Judgment,
    Verdict,
    binding_standards_on,
    judgment_of,
    rules_for,
    standards_judged_at,
)
from reports.engine.judged_query import JudgedQuery
from reports.models import Standard
from surveys.models import Filing

ORDER = [Verdict.UNMET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE]


@dataclass
class Standing:
    """One standard: the verdict now, and that of the round before by the version in force then."""

    standard: Standard
    now: Judgment
    before: Judgment | None

    @property
    def turned(self):
        return bool(self.before) and self.before.verdict != self.now.verdict

    @property
    def was(self):
        return Verdict(self.before.verdict).label if self.turned else ""


def standings(filing):
    """[Standing] of a community: what turned first, then what is not met; two queries."""
    if filing.level < Level.COMMUNITY:
        return []
    last = filing.previous
    days = [each.round.reference_date for each in (filing, last) if each]
    now, *then = (
        standards_judged_at(Level.COMMUNITY, each) for each in binding_standards_on(days, filing)
    )
    judged = both(
        [each for each in (filing, last) if each], [*dict.fromkeys([*now, *sum(then, [])])]
    )
    before = {s.code: judged.get((last.pk, s.pk)) for each in then for s in each}
    found = [
        Standing(s, judged[filing.pk, s.pk], before.get(s.code))
        for s in now
        if (filing.pk, s.pk) in judged
    ]
    bound = [each for each in found if each.now.verdict != Verdict.NOT_APPLICABLE or each.turned]
    return sorted(bound, key=lambda each: (not each.turned, ORDER.index(each.now.verdict)))


def both(filings, standards):
    """{(filing, standard): Judgment} of all that were judged."""
    if not standards:
        return {}
    chosen = Filing.objects.filter(pk__in=[filing.pk for filing in filings])
    query = JudgedQuery.of(chosen, rules_for(standards))
    facts = {standard.pk: query.facts(standard) for standard in standards}
    found = {}
    for row in query.rows(filing=query.FILING, facts=facts):
        for standard, of_standard in row.facts.items():
            found[row.filing, standard] = judgment_of(of_standard)
    return found
