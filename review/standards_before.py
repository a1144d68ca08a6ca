"""How a filing stands against the standards now, and how the one before stood: one query for both."""

from dataclasses import dataclass
from itertools import chain

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

MOST_PRESSING_FIRST = [Verdict.UNMET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE]


@dataclass
class StandardBeforeAndNow:
    """One standard: the verdict now, and that of the round before by the version in force then."""

    standard: Standard
    now: Judgment
    before: Judgment | None

    @property
    def turned(self):
        return bool(self.before) and self.before.verdict != self.now.verdict

    @property
    def concerns(self):
        """Whether the community is bound by it, or was until now."""
        return self.turned or self.now.verdict != Verdict.NOT_APPLICABLE

    @property
    def was(self):
        return Verdict(self.before.verdict).label if self.turned else ""


def standards_before_and_now(filing):
    """[StandardBeforeAndNow] of a community: what turned first, then what is not met; two queries."""
    if filing.level < Level.COMMUNITY:
        return []
    filings = [filing]
    if filing.previous:
        filings.append(filing.previous)
    days = [each.round.reference_date for each in filings]
    by_day = [
        standards_judged_at(Level.COMMUNITY, binding)
        for binding in binding_standards_on(days, filing)
    ]
    once = dict.fromkeys(chain.from_iterable(by_day))
    judgments = judge_filings(filings, [*once])
    before = {}
    for standards_then in by_day[1:]:
        for standard in standards_then:
            before[standard.code] = judgments.get((filing.previous.pk, standard.pk))
    compared = []
    for standard in by_day[0]:
        now = judgments.get((filing.pk, standard.pk))
        if now is not None:
            compared.append(StandardBeforeAndNow(standard, now, before.get(standard.code)))
    return sorted((each for each in compared if each.concerns), key=pressing_order)


def pressing_order(compared):
    """Sort key: what turned comes first, then by how pressing the verdict is."""
    return not compared.turned, MOST_PRESSING_FIRST.index(compared.now.verdict)


def judge_filings(filings, standards):
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
