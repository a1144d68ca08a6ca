from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.standard_formulas import measures_read_by
from reports.unit_verdicts import count_verdicts, verdicts_of_community
from surveys.extras import round_section
from surveys.pages.filings import visible_filing


@require_safe
def verdicts_panel(request, pk):
    """The verdicts of one filing as the side panel of its pages, fetched again after each save.

    Beside the form of a section, those that its answers decide come first.
    """
    filing = visible_filing(request, pk)
    found = verdicts_of_community(filing)
    section = section_beside(filing, request.GET.get("section", ""))
    near, rest = verdicts_near_and_far(found, section, filing.round)
    context = {"filing": filing, "section": section, "near": near, "verdicts": rest}
    context |= count_verdicts(found)
    return render(request, "reports/_verdicts.html", context)


def section_beside(filing, name):
    """The section the panel stands beside, None where it is none.

    Raises Http404 for one there is not.
    """
    if not name:
        return None
    try:
        return round_section(filing.round, name)
    except KeyError:
        raise Http404 from None


def verdicts_near_and_far(verdicts, section, round):
    """(those that read a measure of the section, the others).

    A whole stands before the part that does.
    """
    names = names_of_measures(section)
    near_keys = set()
    for standard, _ in verdicts:
        if any(measure.name in names for measure in measures_read_by(standard, round)):
            near_keys.add(standard.pk)
    near_keys |= {standard.parent_id for standard, _ in verdicts if standard.pk in near_keys}
    near, far = [], []
    for standard, judgment in verdicts:
        side = near if standard.pk in near_keys else far
        side.append((standard, judgment))
    return near, far


def names_of_measures(section):
    """The measures counted from a section; none where there is no section."""
    names = set()
    if section:
        for source in section.measures:
            names |= {measure.name for measure in source.measures}
    return names
