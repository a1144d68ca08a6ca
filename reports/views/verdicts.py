from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.engine.compliance import Verdict
from reports.views.filing import judged
from reports.views.standards import measures
from surveys.extras import round_section
from surveys.pages.filings import visible_filing


@require_safe
def verdicts(request, pk):
    """The verdicts of one filing as the side panel of its pages, fetched again after each save.

    Beside the form of a section, those that its answers decide come first.
    """
    filing = visible_filing(request, pk)
    found = judged(filing)
    section = section_of(filing, request.GET.get("section", ""))
    near, rest = parted(found, section, filing.round)
    counts = {verdict.value: sum(j.verdict == verdict for _, j in found) for verdict in Verdict}
    context = {"filing": filing, "section": section, "near": near, "verdicts": rest, **counts}
    return render(request, "reports/_verdicts.html", context)


def section_of(filing, name):
    try:
        return round_section(filing.round, name) if name else None
    except KeyError:
        raise Http404 from None


def parted(found, section, round):
    """(those that read a measure of the section, the others); a whole stands before the part that does."""
    names = (
        {measure.name for source in section.measures for measure in source.measures}
        if section
        else set()
    )
    direct = {
        s.pk for s, _ in found if any(measure.name in names for measure in measures(s, round))
    }
    direct |= {standard.parent_id for standard, _ in found if standard.pk in direct}
    return [pair for pair in found if pair[0].pk in direct], [
        pair for pair in found if pair[0].pk not in direct
    ]
