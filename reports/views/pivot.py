from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.measures import measures_in
from reports.engine.scope import scope_of
from reports.picking import measures_by_section
from reports.pivot import DIMENSIONS, Pivot, PivotMethod
from reports.views.summary import levels_below, query
from surveys.export import download_table, requested_format
from surveys.extras import own_measures
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
        self.dimensions = {
            name: d for name, d in DIMENSIONS.items() if d.level is None or d.level in levels
        }
        choices = [(name, dimension.label) for name, dimension in self.dimensions.items()]
        self.fields["rows"].choices = [(name, f"行：{label}") for name, label in choices]
        several = [(name, f"列：{label}") for name, label in choices if name != "community"]
        self.fields["columns"].choices = [("", "列：不分列"), *several]
        self.fields["values"].choices = [
            (name, measure.label) for name, measure in measures.items()
        ]
        for name in ("rows", "columns", "how"):
            self.fields[name].widget.attrs.update(
                {"class": "inp", "aria-label": self.fields[name].label}
            )
        self.is_valid()

    def chosen(self, name):
        return self.cleaned_data.get(name) or ""

    @property
    def by(self):
        """The dimension of the rows: as chosen, else the first there is."""
        return self.dimensions.get(self.chosen("rows")) or next(iter(self.dimensions.values()))

    @property
    def across(self):
        found = self.dimensions.get(self.chosen("columns"))
        return found if found != self.by else None

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
def pivot(request, pk):
    """A table the reader puts together; the same address with `format` hands it over as a file."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "pivot", here="透视表", carried=scope.carried)
    levels = levels_below(filing) if filing.level < Level.COMMUNITY else []
    form = PivotFilter(request.GET, levels, measures_in(filing.round))
    over_time = DIMENSIONS["round"] in (form.by, form.across)
    made = form.pivot(
        [filing, *(each for each in frame.rounds if over_time and each.pk != filing.pk)], scope
    )
    too_wide = made.width > MOST
    if requested_format(request) and not too_wide:
        return download_table(request, made.table())
    page = Paginator(made.row_keys, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "frame": frame,
        "form": form,
        "page": page,
        "query": query(request),
        "scope": scope,
        "chosen": len(form.names),
    }
    groups = list(measures_by_section(form.names, own_measures(filing.round)))
    context |= {"groups": groups, "title": made.title, "too_wide": made.width if too_wide else 0}
    context["table"] = None if too_wide else made.table(page.object_list)
    return render(request, "reports/pivot.html", context)
