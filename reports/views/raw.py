from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.engine.scope import scope_of
from reports.raw import RawTable
from surveys.export import download_table, requested_format
from surveys.export.table import sees_persons
from surveys.extras import round_sections
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

PER_PAGE = 50


class RawFilter(forms.Form):
    """Which section, and which of its answers.

    A value that means nothing is left out, so an old bookmark still opens.
    """

    section = forms.ChoiceField(label="分项", required=False)

    def __init__(self, data, sections):
        super().__init__(data)
        self.fields["section"].choices = [(each.name, each.label) for each in sections]
        self.fields["section"].widget.attrs.update({"class": "inp", "aria-label": "分项"})
        self.sections = {each.name: each for each in sections}
        self.section = self.sections.get(data.get("section")) or sections[0]
        self.initial["section"] = self.section.name

    def offer(self, raw):
        """A list of answers for each column that has fixed ones.

        What was picked goes into `raw`.
        """
        for name, choices in raw.choices.items():
            label = raw.section.label_of(name)
            offered = [("", f"{label}：全部"), *choices]
            field = forms.ChoiceField(label=label, required=False, choices=offered)
            field.widget.attrs.update({"class": "inp", "aria-label": label})
            self.fields[name] = field
        self.is_valid()
        for name in raw.choices:
            if answer := self.cleaned_data.get(name):
                raw.chosen[name] = answer
        return raw


@require_safe
def raw_page(request, pk):
    """The records of one section in an area.

    The same address with `format` hands them over as a file.
    """
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "raw", here="明细", carried=scope.carried)
    form = RawFilter(request.GET, round_sections(filing.round))
    raw = form.offer(RawTable(filing, form.section, approved=scope.approved))
    if requested_format(request):
        return download_table(request, raw.table())
    page = Paginator(raw.records(), PER_PAGE).get_page(request.GET.get("page"))
    table = raw.table(page.object_list)
    context = {
        "frame": frame,
        "form": form,
        "page": page,
        "query": query_without(request, "page", "format"),
        "scope": scope,
        "table": table,
        "masked": table.personal and not sees_persons(request.user, filing.path),
    }
    return render(request, "reports/raw.html", context)
