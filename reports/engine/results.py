"""What is stored about some filings, of whatever level and round: their measures, and how they stand against standards.

Upper units are read from their roll-ups, communities from their own rows, each in a constant number of queries. Call
`tallies.refresh` for the upper ones first.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from communities.models import Level
from communities.tree import path_end
from reports.engine import judging
from reports.engine.compliance import Judgment, Verdict, judgment_of, rules_for, standards_judged_at
from reports.engine.tallies import PER_STATEMENT, standard_families
from reports.figures import WORKING
from reports.models import AreaMeasures, Measures, Tally
from reports.overview import whole
from surveys.models import Filing, Status

RESULT_STATES = ("met", "unmet", "unknown")


@dataclass(frozen=True)
class StandardResult:
    """How the communities of a filing stand against one standard or several; of a community alone its `judgment` too."""

    met: int = 0
    unmet: int = 0
    unknown: int = 0
    gap: float | None = None
    judgment: Judgment | None = None

    @property
    def judged(self):
        return self.met + self.unmet

    @property
    def rate(self):
        """Share of what could be judged that is met; None where nothing could."""
        return self.met / self.judged if self.judged else None


def results_together(standings):
    """Several standards as one: their verdicts counted. Gaps of different units have no sum."""
    found = list(standings)
    return StandardResult(*(sum(getattr(each, name) for each in found) for name in RESULT_STATES))


def measures_of_filings(filings, names, *, approved=False):
    """{filing pk: {measure: value, no_measure: communities that have not said it}}; unknown filings are left out."""
    names = list(names)
    upper, communities = split_by_level(filings, approved=approved)
    lacking = [f"no_{name}" for name in names]
    stored = AreaMeasures.objects.filter(filing__in=upper, approved=approved).with_answers(
        [*names, *lacking]
    )
    found = {
        row.pop("filing"): row for row in stored.values("filing", "communities", *names, *lacking)
    }
    for row in Measures.objects.filter(pk__in=communities).with_answers(names).values("pk", *names):
        found[row.pop("pk")] = row | {f"no_{name}": int(row[name] is None) for name in names}
    return found


def split_by_level(filings, *, approved):
    """(pks of the upper filings, pks of the communities that count)."""
    communities = [f for f in filings if f.level >= Level.COMMUNITY]
    counted = [f.pk for f in communities if f.status == Status.APPROVED or not approved]
    return [f.pk for f in filings if f.level < Level.COMMUNITY], counted


def communities_at_work(filings, names, *, approved=False):
    """{pk of an upper filing: {stage: how many communities have the body at work; None where none has said}}."""
    areas = [f for f in filings if f.level < Level.COMMUNITY]
    if not areas or not names:
        return {}
    counts, rows = {}, Q(pk__in=[])
    for area in areas:
        inside = Q(round=area.round_id, path__gte=area.path, path__lt=path_end(area.path))
        rows |= inside
        for name in names:
            counts[f"said_{area.pk}_{name}"] = Count(name, filter=inside)
            counts[f"at_{area.pk}_{name}"] = Count(
                "pk", filter=inside & Q(**{f"{name}__gte": WORKING})
            )
    chosen = Measures.objects.filter(rows, level__gte=Level.COMMUNITY)
    chosen = chosen.filter(filing__status=Status.APPROVED) if approved else chosen
    found = chosen.aggregate(**counts)

    def number(area, name):
        return found[f"at_{area.pk}_{name}"] if found[f"said_{area.pk}_{name}"] else None

    return {area.pk: {name: number(area, name) for name in names} for area in areas}


def results_of_filings(filings, standards, *, approved=False):
    """{filing pk: {standard pk: Standing}} against those of `standards` that are in force on the day of its round."""
    upper, counted = split_by_level(filings, approved=approved)
    found = defaultdict(dict)
    for tally in Tally.objects.filter(filing__in=upper, direct=False, approved=approved):
        found[tally.filing_id][tally.standard_id] = StandardResult(
            tally.met, tally.unmet, tally.unknown, tally.gap
        )
    for filing, standard, made in judged_communities(
        [f for f in filings if f.pk in counted], standards_judged_at(Level.COMMUNITY, standards)
    ):
        found[filing][standard.pk] = result_of_community(made)
    days, known = {f.pk: f.round.reference_date for f in filings}, {s.pk: s for s in standards}
    return {
        pk: {
            key: each
            for key, each in mine.items()
            if key in known and known[key].is_in_force(days[pk])
        }
        for pk, mine in found.items()
    }


def judged_communities(communities, standards):
    """(filing pk, standard, Judgment) of communities of several rounds; versions of one standard are told apart."""
    if not communities or not standards:
        return
    chosen = Filing.objects.filter(pk__in=[filing.pk for filing in communities])
    for chunk in standard_families(standards, PER_STATEMENT):
        given = rules_for(chunk)
        for row in judging.select(given, chosen, judging.columns(given)):
            for number, standard in enumerate(chunk):
                yield row[0], standard, judgment_of(*row[1 + 5 * number : 6 + 5 * number])


def result_of_community(made):
    """The standing of one community: its verdict, counted."""
    counts = {
        name: int(made.verdict == name) for name in (Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN)
    }
    return StandardResult(
        *counts.values(), made.gap if made.verdict == Verdict.UNMET else None, made
    )


def overall_result(standings, standards):
    """The standing against all of `standards` together, a composite counted once and not by its parts."""
    keys = {standard.pk for standard in whole(standards)}
    return results_together(each for key, each in standings.items() if key in keys)


def counts_of_filings(filings, standards, shown, *, approved=False):
    """{filing pk: Standing} against all of `shown` together, counted in the database: for many filings of one round."""
    upper, communities = split_by_level(filings, approved=approved)
    keys = [standard.pk for standard in shown]
    stored = Tally.objects.filter(
        filing__in=upper, standard__in=keys, direct=False, approved=approved
    )
    sums = {f"{name}_sum": Sum(name) for name in RESULT_STATES}
    found = {
        row.pop("filing"): StandardResult(*row.values())
        for row in stored.order_by().values("filing").annotate(**sums)
    }
    judged_here = standards_judged_at(Level.COMMUNITY, standards)
    if communities and keys:
        counts = [
            " + ".join(f"CASE WHEN j.v{key} = {state} THEN 1 ELSE 0 END" for key in keys)
            for state in (judging.MET, judging.UNMET, judging.UNKNOWN)
        ]
        family = [s for s in judged_here if s.pk in keys or s.parent_id in keys]
        chosen = Filing.objects.filter(pk__in=communities)
        rows = judging.select(rules_for(family), chosen, ", ".join(["j.filing_id", *counts]))
        found |= {pk: StandardResult(*numbers) for pk, *numbers in rows}
    return found
