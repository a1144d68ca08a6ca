"""The standards that bind an area, and how filings stand against them: verdicts, and how far reporting has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery

from communities.models import Level, Unit
from reports.engine.judged_query import Facts, JudgedQuery
from reports.engine.rules import rules_for
from reports.models import Standard
from surveys.models import Filing, Status


class Verdict(models.TextChoices):
    MET = "met", "达标"
    UNMET = "unmet", "未达标"
    UNKNOWN = "unknown", "数据缺失"
    NOT_APPLICABLE = "not_applicable", "不适用"


NUMBERED_VERDICTS = tuple(Verdict)  # as the evaluator counts them


@dataclass(frozen=True)
class Judgment:
    """One filing against one standard; numbers in the standard's own unit, None where unknown."""

    verdict: Verdict
    actual: float | None
    lower: float | None
    upper: float | None
    gap: float | None

    @property
    def required(self) -> float | None:
        """The bound that counts: the upper one where it is the one exceeded or the only one."""
        if self.lower is None:
            return self.upper
        if self.actual is None or self.upper is None:
            return self.lower
        return self.upper if self.actual > self.upper else self.lower


def judgment_of(facts: Facts) -> Judgment:
    """The judgment that the facts of a judged query say."""
    verdict = NUMBERED_VERDICTS[facts.verdict]
    return Judgment(verdict, facts.actual, facts.lower, facts.upper, facts.gap)


def binding_standards(round, filing: Filing) -> list[Standard]:
    """The judged standards in force on the round's reference date that bind the area of `filing`, parts after wholes.

    Each gets `limit`: the tree path it is confined to within the area, or None where it binds all of it.
    """
    return binding_standards_on([round.reference_date], filing)[0]


def binding_standards_on(days: list[date], filing: Filing) -> list[list[Standard]]:
    """For each of several reference dates the standards that bind the area, in one query.

    A version in force on two of them is one object.
    """
    in_force = Standard.objects.in_force_on_one_of(days).judged()
    bound = standards_of_region(in_force, filing)
    known = {standard.pk: standard for standard in bound}
    for standard in bound:
        if whole := known.get(standard.parent_id):
            standard.parent = whole
    by_day = []
    for day in days:
        by_day.append([standard for standard in bound if standard.is_in_force(day)])
    return by_day


def standards_of_region(standards, filing: Filing) -> list[Standard]:
    """Those of a queryset that bind all of the area of `filing` or a part of it, each with its `limit`."""
    region = Unit.objects.filter(code=OuterRef("region_code")).order_by().values("path")
    known = standards.filter(region_known=True).annotate(region=Subquery(region))
    return [standard for standard in known if binds_path(standard, filing.path)]


def binds_path(standard: Standard, path: str) -> bool:
    """Whether the standard's region is around or inside the area; sets the path it is limited to."""
    standard.limit = None
    if not standard.region_code:
        return True
    if standard.region and path.startswith(standard.region):
        return True
    standard.limit = standard.region
    return bool(standard.region and standard.region.startswith(path))


def standards_judged_at(level: int, standards) -> list[Standard]:
    """Those judged on communities, or those judged on an upper unit."""
    if level == Level.COMMUNITY:
        return community_standards_of(standards)
    return [standard for standard in standards if standard.level < Level.COMMUNITY]


def community_standards_of(standards) -> list[Standard]:
    """Those judged on communities."""
    return [standard for standard in standards if standard.level >= Level.COMMUNITY]


def without_parts(standards) -> list[Standard]:
    """Standards that are no part of another one of them and can be met or missed."""
    keys = {standard.pk for standard in standards}
    return [s for s in standards if s.parent_id not in keys and not s.observed_only]


def with_parts(chosen, standards) -> list[Standard]:
    """Those of `standards` that are chosen, and the parts the chosen ones are judged by."""
    keys = {standard.pk for standard in chosen}
    return [s for s in standards if s.pk in keys or s.parent_id in keys]


def judge_filings(filings, standards) -> dict[int, dict[str, Judgment]]:
    """{filing pk: {code: Judgment}} of community filings, in one query."""
    judged = community_standards_of(standards)
    if not judged or not filings:
        return {}
    keys = [filing.pk for filing in filings]
    chosen = Filing.objects.filter(pk__in=keys)
    query = JudgedQuery.of(chosen, rules_for(judged))
    return dict(judgments_by_code(query, judged))


def judgments_by_code(query: JudgedQuery, standards) -> Iterator[tuple[int, dict[str, Judgment]]]:
    """Yields (filing pk, {code: Judgment}) of the filings of a query."""
    facts = {standard.code: query.facts(standard) for standard in standards}
    for row in query.rows(filing=query.FILING, facts=facts):
        yield row.filing, {code: judgment_of(found) for code, found in row.facts.items()}


PROGRESS_STATES = {
    "expected": Q(),
    "draft": Q(status__in=[Status.DRAFT, Status.RETURNED]),
    "submitted": Q(status=Status.SUBMITTED),
    "approved": Q(status=Status.APPROVED),
}


def reporting_progress(filing: Filing) -> dict[str, int]:
    """How many communities below should report, and how far they are."""
    communities = Filing.objects.within(filing).filter(round=filing.round_id).communities()
    counts = {}
    for name, condition in PROGRESS_STATES.items():
        counts[name] = Count("pk", filter=condition)
    return communities.aggregate(**counts)
