from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.scope import scope_of
from reports.engine.tallies import refresh_roll_ups
from reports.summary import Summary
from surveys.export import download_table, requested_format
from surveys.extras import round_sections
from surveys.models import Filing
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

PER_PAGE = 50


class SummaryFilter(forms.Form):
    """What the table is about; a value that means nothing is left out, so an old bookmark still opens."""

    section = forms.ChoiceField(label="内容", required=False)
    by = forms.TypedChoiceField(label="列到", required=False, coerce=int, empty_value=0)

    def __init__(self, data, levels, sections):
        super().__init__(data)
        self.sections = {each.name: each for each in sections if each.measures}
        self.fields["section"].choices = [
            ("", "主要指标"),
            *((s.name, s.label) for s in self.sections.values()),
        ]
        self.fields["by"].choices = [(level, f"列到{Level(level).label}") for level in levels]
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    def summary(self, filing, levels, scope):
        section = self.sections.get(self.cleaned_data.get("section"))
        by = self.cleaned_data.get("by") or next(iter(levels), filing.level)
        return Summary(filing, section, by, approved=scope.approved)


@require_safe
def summary(request, pk):
    """The summary table of an area; the same address with `format` hands it over as a file."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "summary", here="汇总表", carried=scope.carried)
    refresh_roll_ups(filing)
    levels = levels_below(filing)
    form = SummaryFilter(request.GET, levels, round_sections(filing.round))
    made = form.summary(filing, levels, scope)
    if requested_format(request):
        return download_table(request, made.table())
    page = Paginator(made.lines, PER_PAGE).get_page(request.GET.get("page"))
    context = {"frame": frame, "form": form, "page": page, "query": query(request), "scope": scope}
    context["left_out"] = made.left_out
    context["table"] = made.table(page.object_list, lambda line: href(line) + scope.query)
    return render(request, "reports/summary.html", context)


def levels_below(filing):
    """The levels there are rows of, from the top."""
    found = Filing.objects.within(filing).filter(round=filing.round_id, level__gt=filing.level)
    return sorted(
        found.filter(level__lte=Level.COMMUNITY)
        .order_by()
        .values_list("level", flat=True)
        .distinct()
    )


def href(line):
    name = "reports:summary" if line.is_area else "reports:filing"
    return reverse(name, args=[line.pk])


def query(request, *without):
    """The rest of this page's address, to hang a link on."""
    data = request.GET.copy()
    for name in ("page", "format", *without):
        data.pop(name, None)
    return data.urlencode()
