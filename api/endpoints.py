"""The questions. Each begins at what the key has in sight; a number outside it is not found."""

from collections import defaultdict
from functools import cached_property

from django.shortcuts import get_object_or_404
from ninja import Query, Router

from api.asking import (
    AtLevel,
    MeasuresAsked,
    Paging,
    Place,
    ScopeAsked,
    Standing,
    asked_for,
    page_of,
)
from api.schemas import (
    Compliance,
    FilingRow,
    MeasureRow,
    Page,
    Refusal,
    RoundRow,
    StandardRow,
    TalliesRow,
    TotalsRow,
    UnitRow,
    ValuesRow,
    VerdictsRow,
    name_of,
)
from communities.models import Level, Unit
from communities.tree import lies_inside
from reports import tables
from reports.engine.compliance import binding_standards, judge_filings, standards_judged_at
from reports.engine.measures import measures_in
from reports.engine.tallies import refresh_roll_ups
from reports.models import AreaMeasures, Measures, Tally
from surveys.models import Filing, Round

router = Router()
NOT_FOUND = {404: Refusal, 422: Refusal}


@router.get("units", response={200: Page[UnitRow], **NOT_FOUND}, summary="单位")
def units(request, place: Query[Place], level: Query[AtLevel], paging: Query[Paging]):
    """令牌范围内的全部单位，含已撤销的。"""
    rows = asked_for(Unit.objects.visible_to(request.user), place, level)
    return page_of(request, paging, rows, lambda found: [unit_row(unit) for unit in found])


def unit_row(unit):
    plain = {
        name: getattr(unit, name)
        for name in ("id", "code", "name", "kind", "opened_on", "closed_on")
    }
    return {**plain, "level": name_of(unit.level), "parent": unit.parent_id}


@router.get("rounds", response={200: Page[RoundRow], 422: Refusal}, summary="填报期")
def rounds(request, paging: Query[Paging]):
    """令牌范围内有填报表的各期，新的在前。"""
    rows = Round.objects.visible_to(request.user).order_by("-reference_date", "pk")
    return page_of(request, paging, rows, lambda found: [round_row(round) for round in found])


def round_row(round):
    names = ("id", "period", "title", "reference_date", "opens_at", "due_at", "closed_at")
    return {
        **{name: getattr(round, name) for name in names},
        "unit": round.unit_id,
        "state": round.state.value,
    }


@router.get(
    "rounds/{int:round}/measures",
    response={200: list[MeasureRow], 404: Refusal},
    summary="指标定义",
)
def measures(request, round: int):
    """这一期全部指标的中文名、单位和汇总办法，含本期补充项。"""
    found = measures_in(Sight(request, round).round).values()
    request.rows = len(found)
    return [
        {"name": each.name, "label": each.label, "unit": each.unit, "rollup": each.rollup}
        for each in found
    ]


@router.get(
    "rounds/{int:round}/standards", response={200: list[StandardRow], 404: Refusal}, summary="标准"
)
def standards(request, round: int):
    """这一期评价所用的标准：基准日有效、适用于令牌范围的版本。"""
    found = Sight(request, round).standards
    request.rows = len(found)
    return [standard_row(standard) for standard in found]


def standard_row(standard):
    names = "code name statement topic force source number unit gap_unit effective_from effective_to".split()
    whole = standard.parent.code if standard.parent_id else None
    return {
        **{name: getattr(standard, name) for name in names},
        "level": name_of(standard.level),
        "whole": whole,
    }


@router.get(
    "rounds/{int:round}/filings", response={200: Page[FilingRow], **NOT_FOUND}, summary="填报表"
)
def filings(
    request,
    round: int,
    place: Query[Place],
    level: Query[AtLevel],
    standing: Query[Standing],
    paging: Query[Paging],
):
    """这一期的填报表及其报送进度。"""
    rows = asked_for(Sight(request, round).filings, place, level, standing)
    return page_of(request, paging, rows, lambda found: [filing_row(filing) for filing in found])


def filing_row(filing):
    names = "kind governance asked version saved_at submitted_at returned_at approved_at".split()
    return {
        **key(filing),
        **{name: getattr(filing, name) for name in names},
        "parent": filing.parent_id,
    }


def key(filing):
    """What every table about filings says of each, to join them by."""
    plain = {name: getattr(filing, name) for name in ("id", "code", "name", "status")}
    return {**plain, "unit": filing.unit_id, "level": name_of(filing.level)}


@router.get(
    "rounds/{int:round}/values", response={200: Page[ValuesRow], **NOT_FOUND}, summary="社区指标值"
)
def values(
    request,
    round: int,
    place: Query[Place],
    standing: Query[Standing],
    scope: Query[ScopeAsked],
    wanted: Query[MeasuresAsked],
    paging: Query[Paging],
):
    """各社区的指标值。"""
    sight = Sight(request, round)
    rows, names = (
        asked_for(sight.filings, place, standing, scope).communities(),
        wanted.names(sight.round),
    )
    return page_of(request, paging, rows, lambda found: value_rows(found, names))


def value_rows(found, names):
    stored = Measures.objects.with_answers(names).filter(filing__in=[filing.pk for filing in found])
    known = {pk: own for pk, *own in stored.values_list("filing_id", *names)}
    nothing = [None] * len(names)
    return [
        {**key(filing), "values": numbers(names, known.get(filing.pk, nothing))} for filing in found
    ]


def numbers(names, found):
    return {name: tables.plain(value) for name, value in zip(names, found, strict=True)}


@router.get(
    "rounds/{int:round}/totals",
    response={200: Page[TotalsRow], **NOT_FOUND},
    summary="上级单位指标合计",
)
def totals(
    request,
    round: int,
    place: Query[Place],
    level: Query[AtLevel],
    scope: Query[ScopeAsked],
    wanted: Query[MeasuresAsked],
    paging: Query[Paging],
):
    """各街道、区县、市的指标合计，含其下全部单位；合计不含缺数的社区。"""
    sight = Sight(request, round)
    rows, names = sight.areas(place, level), wanted.names(sight.round)
    return page_of(request, paging, rows, lambda found: total_rows(found, names, scope.approved))


def total_rows(found, names, approved):
    lacking = [f"no_{name}" for name in names]
    stored = AreaMeasures.objects.with_answers([*names, *lacking])
    stored = stored.filter(filing__in=[filing.pk for filing in found], approved=approved)
    known = {pk: both for pk, *both in stored.values_list("filing_id", *names, *lacking)}
    nothing = [None] * len(names) + [0] * len(names)
    for filing in found:
        both = known.get(filing.pk, nothing)
        missing = zip(names, both[len(names) :], strict=True)
        yield {
            **key(filing),
            "totals": numbers(names, both[: len(names)]),
            "missing": {name: count for name, count in missing if count},
        }


@router.get(
    "rounds/{int:round}/verdicts",
    response={200: Page[VerdictsRow], **NOT_FOUND},
    summary="社区达标结论",
)
def verdicts(
    request,
    round: int,
    place: Query[Place],
    standing: Query[Standing],
    scope: Query[ScopeAsked],
    paging: Query[Paging],
):
    """各社区对每条标准的结论和缺口。"""
    sight = Sight(request, round)
    chosen = asked_for(sight.filings, place, standing, scope).communities()
    return page_of(request, paging, chosen, lambda found: verdict_rows(found, sight.standards))


def verdict_rows(found, judged):
    known = judge_filings(found, judged)
    for filing in found:
        rows = {code: tables.verdict_row(each) for code, each in known.get(filing.pk, {}).items()}
        yield {**key(filing), "verdicts": rows}


@router.get(
    "rounds/{int:round}/tallies",
    response={200: Page[TalliesRow], **NOT_FOUND},
    summary="上级单位达标汇总",
)
def tallies(
    request,
    round: int,
    place: Query[Place],
    level: Query[AtLevel],
    scope: Query[ScopeAsked],
    paging: Query[Paging],
):
    """各街道、区县、市内社区的达标、未达标、缺数个数和缺口合计。"""
    sight = Sight(request, round)
    chosen = sight.areas(place, level)
    return page_of(
        request, paging, chosen, lambda found: tally_rows(found, sight.standards, scope.approved)
    )


def tally_rows(found, judged, approved):
    names, known = (
        {standard.pk: standard for standard in standards_judged_at(Level.COMMUNITY, judged)},
        defaultdict(dict),
    )
    stored = Tally.objects.filter(
        filing__in=[filing.pk for filing in found], direct=False, approved=approved
    )
    for tally in stored.filter(standard__in=names):
        tally.standard = names[tally.standard_id]
        known[tally.filing_id][tally.standard_id] = tables.tally_row(tally)
    for filing in found:
        yield {
            **key(filing),
            "standards": [known[filing.pk][pk] for pk in names if pk in known[filing.pk]],
        }


@router.get(
    "filings/{int:filing}/compliance",
    response={200: Compliance, **NOT_FOUND},
    summary="一个区域的达标情况",
)
def compliance(request, filing: int, scope: Query[ScopeAsked]):
    """一个街道、区县或市的合计、报送进度和各条标准，含对本级的结论；社区的见 verdicts。"""
    upper = (
        Filing.objects.visible_to(request.user)
        .filter(level__lt=Level.COMMUNITY)
        .select_related("round")
    )
    request.rows = 1
    return tables.area(get_object_or_404(upper, pk=filing), approved=scope.approved)


class Sight:
    """What a key reads of one round. Raises Http404 where that is nothing."""

    def __init__(self, request, pk):
        self.token = request.user
        self.round = get_object_or_404(Round.objects.visible_to(self.token), pk=pk)
        self.filings = self.round.filings.visible_to(self.token)

    @cached_property
    def tops(self):
        """The uppermost of the filings."""
        found = self.filings.exclude(lies_inside(self.token.paths(), "parent__path"))
        return list(found.order_by("level", "path"))

    @cached_property
    def standards(self):
        return binding_standards(self.round, self.tops[0])

    def areas(self, *wanted):
        """The upper filings asked for, their roll-ups up to date."""
        refresh_roll_ups(*self.tops)
        return asked_for(self.filings, *wanted).filter(level__lt=Level.COMMUNITY)
