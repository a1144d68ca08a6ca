from django.db.models import Case, Q, When
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Governance, Level
from reports import charts
from reports.comparison.governance import CLASSES, UNMATCHED, ModelComparison
from reports.comparison.units import FEWEST, MOST, UnitComparison
from reports.engine.compliance import binding_standards
from reports.engine.scope import scope_of
from reports.views.summary import query
from surveys.export import download_table, requested_format
from surveys.models import Filing
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_chain, filing_href, visible_filing

OFFERED = 30  # names of a search


@require_safe
def units(request, pk):
    """Two to six units side by side, of whatever level; the address names them."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "units", here="单位对比", carried=scope.carried)
    name = request.GET.get("name", "").strip()[:30]
    chosen, offered = pick(request, frame, name)
    made = UnitComparison(
        filing,
        chosen,
        binding_standards(filing.round, filing_chain(filing)[0]),
        approved=scope.approved,
    )
    ready = FEWEST <= len(chosen) <= MOST
    if ready and requested_format(request):
        return download_table(request, made.table())
    context = {
        "frame": frame,
        "scope": scope,
        "chosen": chosen,
        "name": name,
        "offered": offered[:OFFERED],
    }
    context |= {
        "more": len(offered) > OFFERED,
        "fewest": FEWEST,
        "most": MOST,
        "too_many": len(chosen) > MOST,
    }
    context["query"] = query(request)
    if ready:
        context["table"] = made.table()
        pairs = zip(chosen, made.overall, strict=True)
        bars = [
            (each.name, frame.carry(filing_href(each)), s.met, s.unmet, s.unknown)
            for each, s in pairs
        ]
        context["chart"] = charts.shares(bars) if any(sum(bar[2:]) for bar in bars) else None
    return render(request, "reports/units.html", context)


def pick(request, frame, name):
    """(units to compare, units to add), of the round and in sight, in one query.

    The address names the first; without any they are the first below the area. To add are those found by name, else
    those below the area.
    """
    pks = named(request, frame)
    visible = Filing.objects.visible_to(request.user).filter(
        round=frame.filing.round_id, level__lte=Level.COMMUNITY
    )
    others = Q(name__contains=name) if name else Q(parent=frame.filing)
    last = Case(When(pk__in=pks, then=0), default=1)
    found = visible.filter(Q(pk__in=pks) | others).select_related("parent", "round")
    found = list(found.order_by(last, "level", "code", "path")[: OFFERED + 1 + len(pks)])
    chosen = sorted((each for each in found if each.pk in pks), key=lambda each: pks.index(each.pk))
    return chosen, [each for each in found if each.pk not in pks]


def named(request, frame):
    pks = [int(pk) for pk in request.GET.getlist("units") if pk.isdecimal() and len(pk) < 19]
    if not pks and "name" not in request.GET:
        pks = [child.pk for child in frame.children[:MOST]] if len(frame.children) >= FEWEST else []
    return list(dict.fromkeys(pks))[: 2 * MOST]


@require_safe
def models(request, pk):
    """Models of governance side by side, matched by the size of communities."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "models", here="模式对比", carried=scope.carried)
    match = request.GET.get("match", "")
    match = match if match in {UNMATCHED, *map(str, CLASSES)} else ""
    made = ModelComparison(
        filing,
        binding_standards(filing.round, filing_chain(filing)[0]),
        match,
        approved=scope.approved,
    )
    ready = len(made.models) >= FEWEST and all(map(made.compared, made.models))
    if ready and requested_format(request):
        return download_table(request, made.table())
    context = {
        "frame": frame,
        "scope": scope,
        "made": made,
        "match": match,
        "ready": ready,
        "query": query(request),
    }
    context["labels"] = [Governance(model).label for model in made.models]
    context["matches"] = [
        ("", "按规模匹配"),
        *((str(n), f"只看{label}") for n, label in CLASSES.items()),
    ]
    context["matches"].append((UNMATCHED, "不匹配"))
    context["classes"] = made.class_table() if made.models else None
    context["table"] = made.table() if ready else None
    return render(request, "reports/models.html", context)
