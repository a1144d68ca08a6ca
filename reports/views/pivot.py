from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.measures import measures_in
from reports.engine.scope import scope_of
from reports.picking import measures_by_section
from reports.pivot import DIMENSIONS, Pivot, PivotMethod
from reports.summary_filter import levels_below
from surveys.export import download_table, requested_format
from surveys.extras import own_measures
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

PER_PAGE = 100
FIRST = ["communities", "households", "residents", "office_area", "funding_received"]
MOST = 120  # columns: more can neither be read nor printed


class PivotFilter(forms.Form):
    """What is grouped by what; the address of the page says it all, so it can be handed on."""

    rows = forms.ChoiceField(label="行", required=False)
    columns = forms.ChoiceField(label="列", required=False)
    how = forms.ChoiceField(label="算法", required=False, choices=PivotMethod.choices)
    values = forms.MultipleChoiceField(required=False)

    def __init__(self, data, levels, measures):
        super().__init__(data)
        self.measures = measures
        self.dimensions = {}
        for name, dimension in DIMENSIONS.items():
            if dimension.level is None or dimension.level in levels:
                self.dimensions[name] = dimension
        choices = [(name, dimension.label) for name, dimension in self.dimensions.items()]
        self.fields["rows"].choices = [(name, f"行：{label}") for name, label in choices]
        several = [(name, f"列：{label}") for name, label in choices if name != "community"]
        self.fields["columns"].choices = [("", "列：不分列"), *several]
        self.fields["values"].choices = [
            (name, measure.label) for name, measure in measures.items()
        ]
        for name in ("rows", "columns", "how"):
            field = self.fields[name]
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    def chosen(self, name):
        return self.cleaned_data.get(name) or ""

    @property
    def by(self):
        """The dimension of the rows: as chosen, else the first there is."""
        chosen = self.dimensions.get(self.chosen("rows"))
        if chosen:
            return chosen
        return next(iter(self.dimensions.values()))

    @property
    def across(self):
        """The dimension of the columns, or None; that of the rows is none of the columns too."""
        found = self.dimensions.get(self.chosen("columns"))
        if found == self.by:
            return None
        return found

    @property
    def names(self):
        """The measures chosen, in the order of the sections."""
        chosen = self.cleaned_data.get("values") or FIRST
        return [name for name in self.measures if name in chosen]

    def pivot(self, areas, scope):
        measures = [self.measures[name] for name in self.names]
        how = PivotMethod(self.chosen("how") or PivotMethod.SUM)
        return Pivot(areas, self.by, self.across, measures, how, approved=scope.approved)


@require_safe
def pivot_page(request, pk):
    """A table the reader puts together; the same address with `format` hands it over as a file."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "pivot", here="透视表", carried=scope.carried)
    levels = levels_below(filing) if filing.level < Level.COMMUNITY else []
    form = PivotFilter(request.GET, levels, measures_in(filing.round))
    pivot = form.pivot(filings_counted(frame, form), scope)
    too_wide = pivot.width > MOST
    if requested_format(request) and not too_wide:
        return download_table(request, pivot.table())
    page = Paginator(pivot.row_keys, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "frame": frame,
        "form": form,
        "page": page,
        "query": query_without(request, "page", "format"),
        "scope": scope,
        "chosen": len(form.names),
        "groups": list(measures_by_section(form.names, own_measures(filing.round))),
        "title": pivot.title,
        "too_wide": pivot.width if too_wide else 0,
        "table": None if too_wide else pivot.table(page.object_list),
    }
    return render(request, "reports/pivot.html", context)


def filings_counted(frame, form):
    """The filing of the page; of a table over time those of the unit's other rounds too."""
    filings = [frame.filing]
    if DIMENSIONS["round"] in (form.by, form.across):
        filings += [each for each in frame.rounds if each.pk != frame.filing.pk]
    return filings
