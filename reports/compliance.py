"""How the communities of an area stand against the standards in force: verdicts, totals, reporting progress."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Avg, Count, Max, Min, Q, Sum

from communities.models import Level, Unit
from communities.tree import ids
from reports import judging
from reports.judging import Rule
from reports.measures import all_measures
from reports.models import Measures, Standard
from surveys.models import Filing, Status

ROLLUPS = {"sum": Sum, "min": Min, "max": Max, "avg": Avg}


class Verdict(models.TextChoices):
    MET = "met", "达标"
    UNMET = "unmet", "未达标"
    UNKNOWN = "unknown", "数据缺失"
    NOT_APPLICABLE = "not_applicable", "不适用"


NUMBERED = tuple(Verdict)  # as the evaluator counts them


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


def judgment(number, actual, lower, upper, gap):
    return Judgment(NUMBERED[number], actual, lower, upper, gap)


def regions(standards, filing):
    """{region code: None where it holds the whole area, else the path it limits to}; other regions are left out."""
    codes = {standard.region_code for standard in standards if standard.region_code}
    found = {}
    above = set(ids(filing.path))
    for pk, code, path in Unit.objects.filter(code__in=codes).values_list("pk", "code", "path"):
        if pk in above:
            found[code] = None
        elif path.startswith(filing.path):
            found[code] = path
    return found


def binding(round, filing):
    """The judged standards in force on the round's reference date that bind the area of `filing`, parts after wholes.

    Each gets `limit`: the tree path it is confined to within the area, or None.
    """
    standards = list(Standard.objects.in_force(round.reference_date).judged().select_related("parent"))
    found = regions(standards, filing)
    bound = [s for s in standards if s.region_known and (not s.region_code or s.region_code in found)]
    for standard in bound:
        standard.limit = found.get(standard.region_code)
    return bound


def rules(standards):
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


def at(level, standards):
    """Those judged on communities, or those judged on an upper unit."""
    community = level == Level.COMMUNITY
    return [s for s in standards if (s.level >= Level.COMMUNITY) == community]


def judge(filings, standards):
    """{filing pk: {code: Judgment}} of community filings, in one query."""
    standards = at(Level.COMMUNITY, standards)
    if not standards or not filings:
        return {}
    chosen = Filing.objects.filter(pk__in=[filing.pk for filing in filings])
    given = rules(standards)
    return {row[0]: unpack(row, standards) for row in judging.select(given, chosen, judging.columns(given))}


def judge_area(filing, standards):
    """{code: Judgment} of an upper filing against the standards judged on a unit of its level, in one query."""
    top = filing.parent_id is None
    chosen = [s for s in at(filing.level, standards) if s.level == filing.level or (top and s.level < filing.level)]
    row = judging.select_area(rules(chosen), filing) if chosen else None
    return unpack(row, chosen) if row else {}


def unpack(row, standards):
    parts = [row[1 + 5 * at : 6 + 5 * at] for at in range(len(standards))]
    return {standard.code: judgment(*part) for standard, part in zip(standards, parts, strict=True)}


def ranked(filings, standard, standards):
    """Filing pks of a queryset, worst first: largest gap, then unknown, met, not applicable."""
    family = [s for s in standards if standard in (s, s.parent)]
    key = standard.pk
    order = f"CASE j.v{key} WHEN {judging.UNMET} THEN 0 WHEN {judging.UNKNOWN} THEN 1 ELSE 2 + j.v{key} END"
    tail = f"ORDER BY {order}, j.g{key} DESC, j.filing_id"
    return [pk for (pk,) in judging.select(rules(family), filings, "j.filing_id", tail)]


def totals(filing, names=None):
    """{measure name: value} over the filing and everything below; sums leave unknown values out."""
    chosen = [measure for name, measure in all_measures().items() if names is None or name in names]
    aggregates = {f"m_{m.name}": ROLLUPS[m.rollup](m.name) for m in chosen}
    found = below(filing).aggregate(**aggregates)
    return {m.name: found[f"m_{m.name}"] for m in chosen}


def missing(filing, names=None):
    """{measure name: number of communities that do not have it}."""
    chosen = [name for name in all_measures() if names is None or name in names]
    communities = below(filing).filter(level=Level.COMMUNITY)
    found = communities.aggregate(**{f"m_{name}": Count("pk", filter=Q(**{name: None})) for name in chosen})
    return {name: found[f"m_{name}"] for name in chosen}


def below(filing):
    return Measures.objects.within(filing).filter(round=filing.round_id)


STATES = {
    "expected": Q(),
    "draft": Q(status__in=[Status.DRAFT, Status.RETURNED]),
    "submitted": Q(status=Status.SUBMITTED),
    "approved": Q(status=Status.APPROVED),
}


def counted(filings):
    return filings.aggregate(**{name: Count("pk", filter=condition) for name, condition in STATES.items()})


def progress(filing):
    """How many communities below should report, and how far they are."""
    return counted(Filing.objects.within(filing).filter(round=filing.round_id).communities())
