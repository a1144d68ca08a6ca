"""Several filings, of whatever level and round, in one scope: their measures, and how they stand against standards.

Upper units are read from their roll-ups, communities from their own rows, each in a constant number of queries.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q, Sum, Value

from communities.models import Level
from communities.tree import path_end
from reports.engine.compliance import (
    Judgment,
    Verdict,
    community_standards_of,
    judgment_of,
    without_parts,
)
from reports.engine.judged_query import JudgedQuery
from reports.engine.judging import MET, UNKNOWN, UNMET
from reports.engine.measures import STAFFED_STAGE
from reports.engine.rules import rules_for
from reports.engine.scope import EVERYTHING, Scope
from reports.engine.tallies import PER_STATEMENT, refresh_roll_ups, standard_families
from reports.models import AreaMeasures, Measures, Standard, Tally
from surveys.models import Filing, Status


@dataclass(frozen=True)
class StandardResult:
    """How the communities of a filing stand against one standard or several; of a community alone its `judgment` too."""

    met: int = 0
    unmet: int = 0
    unknown: int = 0
    gap: float | None = None
    judgment: Judgment | None = None

    @property
    def judged(self) -> int:
        return self.met + self.unmet

    @property
    def rate(self) -> float | None:
        """Share of what could be judged that is met; None where nothing could."""
        if not self.judged:
            return None
        return self.met / self.judged


class VerdictNumbers(NamedTuple):
    """How many standards are met, unmet and unknown; as columns, or read."""

    met: object
    unmet: object
    unknown: object


@dataclass
class AreaGroup:
    """Filings that are compared or listed together; with `scope.approved` only what is approved counts.

    Where all lie inside one filing of one round, `inside` is that filing: it is refreshed in place of each of them.
    """

    filings: list[Filing]
    scope: Scope = EVERYTHING
    inside: Filing | None = None
    is_fresh: bool = field(default=False, repr=False)

    @cached_property
    def upper(self) -> list[Filing]:
        return [filing for filing in self.filings if filing.level < Level.COMMUNITY]

    @cached_property
    def counted_communities(self) -> list[Filing]:
        """The communities among them that count in the scope."""
        found = []
        for filing in self.filings:
            passed = filing.status == Status.APPROVED or not self.scope.approved
            if passed and filing.level >= Level.COMMUNITY:
                found.append(filing)
        return found

    def freshen(self) -> None:
        """Bring the roll-ups of the upper filings up to date, once."""
        if self.is_fresh:
            return
        self.is_fresh = True
        if not self.upper:
            return
        if self.inside is not None:
            refresh_roll_ups(self.inside)
        else:
            refresh_roll_ups(*self.upper)

    def values(self, names) -> dict[int, dict]:
        """{filing pk: {measure: value, no_measure: communities that have not said it}} of filings that are known."""
        self.freshen()
        names = list(names)
        lacking = [f"no_{name}" for name in names]
        columns = list(dict.fromkeys(["filing", "communities", *names, *lacking]))
        stored = AreaMeasures.objects.filter(filing__in=self.upper, approved=self.scope.approved)
        rows = stored.with_answers([*names, *lacking]).values(*columns)
        communities = {filing.pk for filing in self.counted_communities}
        if communities:
            own = Measures.objects.filter(pk__in=communities).with_answers(names)
            own = own.annotate(**{name: Value(0) for name in lacking})
            rows = rows.union(own.values(*columns), all=True)
        found = {}
        for row in rows:
            pk = row.pop("filing")
            if pk in communities:
                row.update({f"no_{name}": int(row[name] is None) for name in names})
            found[pk] = row
        return found

    def communities_at_work(self, names) -> dict[int, dict]:
        """{pk of an upper filing: {stage: how many communities have the body at work; None where none has said}}."""
        if not self.upper or not names:
            return {}
        counts, rows = {}, Q(pk__in=[])
        for area in self.upper:
            inside = Q(round=area.round_id, path__gte=area.path, path__lt=path_end(area.path))
            rows |= inside
            for name in names:
                at_work = inside & Q(**{f"{name}__gte": STAFFED_STAGE})
                counts[f"said_{area.pk}_{name}"] = Count(name, filter=inside)
                counts[f"at_{area.pk}_{name}"] = Count("pk", filter=at_work)
        chosen = Measures.objects.filter(rows, level__gte=Level.COMMUNITY)
        if self.scope.approved:
            chosen = chosen.filter(filing__status=Status.APPROVED)
        counted = chosen.aggregate(**counts)
        found = {}
        for area in self.upper:
            found[area.pk] = {}
            for name in names:
                has_said = counted[f"said_{area.pk}_{name}"]
                found[area.pk][name] = counted[f"at_{area.pk}_{name}"] if has_said else None
        return found

    def results(self, standards) -> dict[int, dict[int, StandardResult]]:
        """{filing pk: {standard pk: its result}} against those of `standards` in force on the day of its round."""
        self.freshen()
        found = defaultdict(dict)
        stored = Tally.objects.filter(
            filing__in=self.upper, direct=False, approved=self.scope.approved
        )
        for tally in stored:
            result = StandardResult(tally.met, tally.unmet, tally.unknown, tally.gap)
            found[tally.filing_id][tally.standard_id] = result
        judged_here = community_standards_of(standards)
        for filing, standard, judgment in judged_communities(self.counted_communities, judged_here):
            found[filing][standard.pk] = result_of_community(judgment)
        return self.in_force_only(found, standards)

    def in_force_only(self, found, standards) -> dict[int, dict[int, StandardResult]]:
        days = {filing.pk: filing.round.reference_date for filing in self.filings}
        known = {standard.pk: standard for standard in standards}
        kept = {}
        for pk, results in found.items():
            kept[pk] = {}
            for key, result in results.items():
                if key in known and known[key].is_in_force(days[pk]):
                    kept[pk][key] = result
        return kept

    def counts(self, standards, shown) -> dict[int, StandardResult]:
        """{filing pk: its result} against all of `shown` together, counted in the database: for many of one round."""
        self.freshen()
        keys = [standard.pk for standard in shown]
        stored = Tally.objects.filter(
            filing__in=self.upper,
            standard__in=keys,
            direct=False,
            approved=self.scope.approved,
        )
        sums = stored.order_by().values_list("filing")
        found = {}
        for pk, met, unmet, unknown in sums.annotate(Sum("met"), Sum("unmet"), Sum("unknown")):
            found[pk] = StandardResult(met, unmet, unknown)
        if self.counted_communities and keys:
            found.update(self.counts_of_communities(standards, keys))
        return found

    def counts_of_communities(self, standards, keys) -> dict[int, StandardResult]:
        judged_here = community_standards_of(standards)
        family = [s for s in judged_here if s.pk in keys or s.parent_id in keys]
        communities = [filing.pk for filing in self.counted_communities]
        query = JudgedQuery.of(Filing.objects.filter(pk__in=communities), rules_for(family))
        numbers = VerdictNumbers(
            query.number_with(keys, MET),
            query.number_with(keys, UNMET),
            query.number_with(keys, UNKNOWN),
        )
        found = {}
        for row in query.rows(filing=query.FILING, numbers=numbers):
            found[row.filing] = StandardResult(*row.numbers)
        return found


def judged_communities(communities, standards) -> Iterator[tuple[int, Standard, Judgment]]:
    """(filing pk, standard, Judgment) of communities of several rounds; versions of one standard are told apart."""
    if not communities or not standards:
        return
    keys = [filing.pk for filing in communities]
    chosen = Filing.objects.filter(pk__in=keys)
    for chunk in standard_families(standards, PER_STATEMENT):
        query = JudgedQuery.of(chosen, rules_for(chunk))
        facts = {standard: query.facts(standard) for standard in chunk}
        for row in query.rows(filing=query.FILING, facts=facts):
            for standard, found in row.facts.items():
                yield row.filing, standard, judgment_of(found)


def result_of_community(judgment: Judgment) -> StandardResult:
    """The verdict of one community, counted."""
    is_unmet = judgment.verdict == Verdict.UNMET
    return StandardResult(
        met=int(judgment.verdict == Verdict.MET),
        unmet=int(is_unmet),
        unknown=int(judgment.verdict == Verdict.UNKNOWN),
        gap=judgment.gap if is_unmet else None,
        judgment=judgment,
    )


def results_together(results) -> StandardResult:
    """Several standards as one: their verdicts counted. Gaps of different units have no sum."""
    met = unmet = unknown = 0
    for result in results:
        met += result.met
        unmet += result.unmet
        unknown += result.unknown
    return StandardResult(met, unmet, unknown)


def overall_result(results: dict[int, StandardResult], standards) -> StandardResult:
    """The result against all of `standards` together, a composite counted once and not by its parts."""
    wholes = {standard.pk for standard in without_parts(standards)}
    return results_together(result for key, result in results.items() if key in wholes)
