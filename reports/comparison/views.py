"""The two pages of comparison: units side by side, and models of governance."""

from django.db.models import Case, Q, When
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Governance, Level
from reports import charts
from reports.comparison.governance import UNMATCHED, ModelComparison
from reports.comparison.governance_tables import class_table, comparison_table, matching_sentence
from reports.comparison.units import FEWEST, MOST, UnitComparison
from reports.engine.area import Area
from reports.engine.compliance import binding_standards
from reports.engine.scope import scope_of
from reports.engine.size_classes import SIZE_CLASSES
from surveys.export import download_table, requested_format
from surveys.models import Filing
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_chain, filing_href, visible_filing

OFFERED = 30  # names of a search
LONGEST_NAME, LONGEST_PK = 30, 18  # characters of an address that are read


@require_safe
def units_page(request, pk):
    """Two to six units side by side, of whatever level; the address names them."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "units", here="单位对比", carried=scope.carried)
    name = request.GET.get("name", "").strip()[:LONGEST_NAME]
    chosen, offered = units_to_compare(request, frame, name)
    standards = standards_of_round(filing)
    comparison = UnitComparison(Area(filing, scope), chosen, standards)
    can_compare = FEWEST <= len(chosen) <= MOST
    if can_compare and requested_format(request):
        return download_table(request, comparison.table())
    context = {
        "frame": frame,
        "scope": scope,
        "chosen": chosen,
        "name": name,
        "offered": offered[:OFFERED],
        "more": len(offered) > OFFERED,
        "fewest": FEWEST,
        "most": MOST,
        "too_many": len(chosen) > MOST,
        "query": query_without(request, "page", "format"),
    }
    if can_compare:
        context["table"] = comparison.table()
        context["chart"] = chart_of_rates(comparison, frame)
    return render(request, "reports/units.html", context)


def standards_of_round(filing):
    """The standards that bind the widest area of the round."""
    top, *_ = filing_chain(filing)
    return binding_standards(filing.round, top)


def chart_of_rates(comparison, frame):
    """A bar of met, unmet and unknown verdicts for each unit; None where there are no verdicts."""
    bars, verdicts = [], 0
    for filing, result in zip(comparison.filings, comparison.overall, strict=True):
        href = frame.carry(filing_href(filing))
        bars.append((filing.name, href, result.met, result.unmet, result.unknown))
        verdicts += result.met + result.unmet + result.unknown
    if not verdicts:
        return None
    return charts.share_chart(bars)


def units_to_compare(request, frame, name):
    """(units to compare, units to add), of the round and in sight, in one query.

    The address names the first; without any they are the first below the area. To add are those
    found by name, else those below the area.
    """
    pks = asked_units(request, frame)
    visible = Filing.objects.visible_to(request.user)
    in_round = visible.filter(round=frame.filing.round_id, level__lte=Level.COMMUNITY)
    others = Q(name__contains=name) if name else Q(parent=frame.filing)
    found = in_round.filter(Q(pk__in=pks) | others).select_related("parent", "round")
    asked_first = Case(When(pk__in=pks, then=0), default=1)
    ordered = found.order_by(asked_first, "level", "code", "path")
    chosen, offered = [], []
    for filing in ordered[: OFFERED + 1 + len(pks)]:
        if filing.pk in pks:
            chosen.append(filing)
        else:
            offered.append(filing)
    chosen.sort(key=lambda filing: pks.index(filing.pk))
    return chosen, offered


def asked_units(request, frame):
    """The keys of the units the address names, each once.

    Before anybody chose, of the first below the area.
    """
    given = request.GET.getlist("units")
    pks = [int(pk) for pk in given if pk.isdecimal() and len(pk) <= LONGEST_PK]
    has_chosen = pks or "name" in request.GET
    if not has_chosen and len(frame.children) >= FEWEST:
        pks = [child.pk for child in frame.children[:MOST]]
    return list(dict.fromkeys(pks))[: 2 * MOST]


@require_safe
def models_page(request, pk):
    """Models of governance side by side, matched by the size of communities."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "models", here="模式对比", carried=scope.carried)
    matches = match_choices()
    match = request.GET.get("match", "")
    if match not in dict(matches):
        match = ""
    comparison = ModelComparison(Area(filing, scope), standards_of_round(filing), match)
    can_compare = comparison.can_compare
    if can_compare and requested_format(request):
        return download_table(request, comparison_table(comparison))
    context = {
        "frame": frame,
        "scope": scope,
        "made": comparison,
        "match": match,
        "matches": matches,
        "ready": can_compare,
        "labels": [Governance(model).label for model in comparison.models],
        "query": query_without(request, "page", "format"),
    }
    context["classes"] = class_table(comparison) if comparison.models else None
    context["table"] = comparison_table(comparison) if can_compare else None
    context["words"] = matching_sentence(comparison) if can_compare else ""
    return render(request, "reports/models.html", context)


def match_choices():
    """[(value, label)] of the ways to match models."""
    by_class = [(str(number), f"只看{label}") for number, label in SIZE_CLASSES.items()]
    return [("", "按规模匹配"), *by_class, (UNMATCHED, "不匹配")]
