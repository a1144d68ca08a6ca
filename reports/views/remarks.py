from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities import tree
from surveys.extras import round_sections
from surveys.models import Remark
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing
from surveys.workflow import may_fill

PER_PAGE = 50


def open_questions_below(filing):
    """Open questions about any cell of a filing or of those below it."""
    below = tree.lies_inside([filing.path], "filing__path")
    questions = Remark.objects.filter(kind=Remark.Kind.QUESTION, closed_at=None)
    return questions.filter(below, filing__round=filing.round_id)


@require_safe
def remarks_page(request, pk):
    """待核实: every cell in question, with what was written and why it is asked about."""
    filing = visible_filing(request, pk)
    frame = PageContext(filing, request.user, "remarks", here="待核实")
    section = request.GET.get("section", "")
    found = open_questions_below(filing).select_related("filing", "filing__parent")
    if section:
        found = found.filter(section=section)
    in_order = found.order_by("filing__code", "filing__path", "pk")
    page = Paginator(in_order, PER_PAGE).get_page(request.GET.get("page"))
    for remark in page.object_list:
        label_cell(remark, filing.round)
        remark.filing.round = filing.round
        remark.mine = may_fill(remark.filing, request.user)
    context = {
        "frame": frame,
        "page": page,
        "sections": round_sections(filing.round),
        "section": section,
        "query": urlencode({"section": section}) if section else "",
    }
    return render(request, "reports/remarks.html", context)


def label_cell(remark, round):
    """Give a remark the labels people know its section and its column by."""
    sections = {section.name: section for section in round_sections(round)}
    section = sections.get(remark.section)
    remark.section_label, remark.field_label = "整表", ""
    if section:
        remark.section_label = section.label
        if remark.field:
            remark.field_label = section.label_of(remark.field)
