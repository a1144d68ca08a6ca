"""How the communities of an area stand against the standards in force: verdicts, totals, reporting progress."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery

from communities.models import Level, Unit
from reports.engine import judging
from reports.engine.judging import Rule
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
    def required(self):
        """The bound that counts: the upper one where it is the one exceeded or the only one."""
        exceeded = None not in (self.actual, self.upper) and self.actual > self.upper
        return self.upper if self.lower is None or exceeded else self.lower


def judgment_of(number, actual, lower, upper, gap):
    return Judgment(NUMBERED_VERDICTS[number], actual, lower, upper, gap)


def binding_standards(round, filing):
    """The judged standards in force on the round's reference date that bind the area of `filing`, parts after wholes.

    Each gets `limit`: the tree path it is confined to within the area, or None where it binds all of it.
    """
    return binding_standards_on([round.reference_date], filing)[0]


def binding_standards_on(days, filing):
    """The same for several reference dates in one query: a list each; a version in force on two of them is one object."""
    bound = standards_of_region(Standard.objects.in_force_on_one_of(days).judged(), filing)
    known = {standard.pk: standard for standard in bound}
    for standard in bound:
        if whole := known.get(standard.parent_id):
            standard.parent = whole
    return [[s for s in bound if s.is_in_force(day)] for day in days]


def standards_of_region(standards, filing):
    """Those of a queryset that bind all of the area of `filing` or a part of it, each with its `limit`."""
    region = Unit.objects.filter(code=OuterRef("region_code")).order_by().values("path")
    known = standards.filter(region_known=True).annotate(region=Subquery(region))
    return [standard for standard in known if binds_path(standard, filing.path)]


def binds_path(standard, path):
    """Whether the standard's region is around or inside the area; sets the path it is limited to."""
    standard.limit = None
    if not standard.region_code or (standard.region and path.startswith(standard.region)):
        return True
    standard.limit = standard.region
    return bool(standard.region and standard.region.startswith(path))


def rules_for(standards):
    """The evaluator's rules for these standards, parts of composites included; a part is known by its parent."""
    children = {}
    for standard in standards:
        children.setdefault(standard.parent_id, []).append(standard.pk)
    return tuple(
        Rule(
            standard.pk,
            standard.actual,
            standard.lower,
            standard.upper,
            standard.applies_when,
            tuple(standard.kinds),
            standard.governance,
            (standard.limit,) if standard.limit else (),
            () if standard.actual else tuple(children.get(standard.pk, ())),
        )
        for standard in standards
    )


def standards_judged_at(level, standards):
    """Those judged on communities, or those judged on an upper unit."""
    community = level == Level.COMMUNITY
    return [s for s in standards if (s.level >= Level.COMMUNITY) == community]


def without_parts(standards):
    """Standards that are no part of another one of them and can be met or missed."""
    keys = {standard.pk for standard in standards}
    return [s for s in standards if s.parent_id not in keys and not s.observed_only]


def with_parts(chosen, standards):
    """Those of `standards` that are chosen, and the parts the chosen ones are judged by."""
    keys = {standard.pk for standard in chosen}
    return [s for s in standards if s.pk in keys or s.parent_id in keys]


def judge_filings(filings, standards):
    """{filing pk: {code: Judgment}} of community filings, in one query."""
    standards = standards_judged_at(Level.COMMUNITY, standards)
    if not standards or not filings:
        return {}
    chosen = Filing.objects.filter(pk__in=[filing.pk for filing in filings])
    given = rules_for(standards)
    return {
        row[0]: judgments_by_code(row, standards)
        for row in judging.select(given, chosen, judging.columns(given))
    }


def judgments_by_code(row, standards):
    parts = [row[1 + 5 * at : 6 + 5 * at] for at in range(len(standards))]
    return {
        standard.code: judgment_of(*part) for standard, part in zip(standards, parts, strict=True)
    }


def worst_first(standard):
    """The order of judged filings, worst first, as SQL: largest gap, then unknown, met, not applicable."""
    key = standard.pk
    order = f"CASE j.v{key} WHEN {judging.UNMET} THEN 0 WHEN {judging.UNKNOWN} THEN 1 ELSE 2 + j.v{key} END"
    return f"{order}, j.g{key} DESC"


PROGRESS_STATES = {
    "expected": Q(),
    "draft": Q(status__in=[Status.DRAFT, Status.RETURNED]),
    "submitted": Q(status=Status.SUBMITTED),
    "approved": Q(status=Status.APPROVED),
}


def reporting_progress(filing):
    """How many communities below should report, and how far they are."""
    communities = Filing.objects.within(filing).filter(round=filing.round_id).communities()
    return communities.aggregate(
        **{name: Count("pk", filter=condition) for name, condition in PROGRESS_STATES.items()}
    )
