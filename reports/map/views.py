from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Level
from reports.engine.compliance import binding_standards, standards_judged_at
from reports.engine.scope import scope_of
from reports.map.atlas import atlas, keeps_boundaries, shapes_of
from reports.map.places import CLASSES, MOST, Places, levels
from reports.map.treemap import HEIGHT, WIDTH, treemap
from reports.views.summary import query
from surveys.export import download_table, requested_format
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

DETAILED = 300  # communities drawn at once where nothing was chosen


class MapFilter(forms.Form):
    """Which units, judged by what; a value that means nothing is left out, so an old bookmark still opens."""

    by = forms.TypedChoiceField(label="画到", required=False, coerce=int, empty_value=0)
    standard = forms.ChoiceField(label="标准", required=False)

    def __init__(self, data, levels, standards):
        super().__init__({"standard": data.get("standard"), "by": data.get("by") or usual(levels)})
        self.levels, self.standards = levels, standards
        self.fields["by"].choices = [
            (level, f"画到{label}（{number}）") for level, label, number in levels
        ]
        self.fields["standard"].choices = [
            ("", "颜色：全部标准"),
            *((s.code, f"颜色：{s.name}") for s in standards),
        ]
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    @property
    def level(self):
        return self.cleaned_data.get("by") or usual(self.levels)

    @property
    def chosen(self):
        return next(
            (s for s in self.standards if s.code == self.cleaned_data.get("standard")), None
        )


def usual(levels):
    """The lowest level of which there are few enough units to be read."""
    few = [level for level, _, number in levels if number <= DETAILED] or [
        each[0] for each in levels[:1]
    ]
    return few[-1] if few else 0


@require_safe
def city_map(request, pk):
    """An area's units by residents and pass rate at a glance; the same figures stand in the table beside."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "map", here="地图", carried=scope.carried)
    standards = binding_standards(filing.round, filing)
    form = MapFilter(request.GET, levels(filing), standards_judged_at(Level.COMMUNITY, standards))
    places = Places(
        filing, frame.children, standards, form.level, form.chosen, approved=scope.approved
    )
    if requested_format(request):
        return download_table(request, places.table())
    grouped = any(place.group != place.filing and place.group != filing for place in places.all)
    context = {
        "frame": frame,
        "scope": scope,
        "form": form,
        "places": places,
        "query": query(request),
    }
    context |= {"groups": treemap(places.all, grouped=grouped), "width": WIDTH, "height": HEIGHT}
    context |= {
        "classes": list(enumerate(CLASSES)),
        "too_many": len(places.filings) > MOST,
        "most": MOST,
    }
    context["drawn"] = (
        None
        if request.GET.get("draw") == "people"
        else atlas(places.all, shapes_of(places.filings))
    )
    context["draw"], context["may_keep"] = (
        request.GET.get("draw"),
        keeps_boundaries(request.user, filing.path),
    )
    context["table"] = places.table()
    return render(request, "reports/map.html", context)
