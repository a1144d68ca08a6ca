from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.engine.area import Area
from reports.engine.scope import scope_of
from reports.map.atlas import draw_atlas, may_send_boundaries, shapes_of
from reports.map.treemap import HEIGHT, WIDTH, draw_treemap
from reports.map.units import CLASSES, MOST, MapUnits, drawable_levels
from surveys.export import download_table, requested_format
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing

DETAILED = 300  # communities drawn at once where nothing was chosen


class MapFilter(forms.Form):
    """Which units, judged by what.

    A value that means nothing is left out, so an old bookmark still opens.
    """

    by = forms.TypedChoiceField(label="画到", required=False, coerce=int, empty_value=0)
    standard = forms.ChoiceField(label="标准", required=False)

    def __init__(self, data, levels, standards):
        level = data.get("by") or usual_level(levels)
        super().__init__({"standard": data.get("standard"), "by": level})
        self.levels, self.standards = levels, standards
        by_level = [(level, f"画到{label}（{number}）") for level, label, number in levels]
        by_standard = [(standard.code, f"颜色：{standard.name}") for standard in standards]
        self.fields["by"].choices = by_level
        self.fields["standard"].choices = [("", "颜色：全部标准"), *by_standard]
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    @property
    def level(self):
        """The level of the units that are drawn."""
        return self.cleaned_data.get("by") or usual_level(self.levels)

    @property
    def chosen(self):
        """The one standard that colours the map, or None."""
        for standard in self.standards:
            if standard.code == self.cleaned_data.get("standard"):
                return standard
        return None


def usual_level(levels):
    """The lowest level of which there are few enough units to be read, else the first.

    0 of none.
    """
    if not levels:
        return 0
    readable = [level for level, _, number in levels if number <= DETAILED]
    if readable:
        return readable[-1]
    highest, _, _ = levels[0]
    return highest


@require_safe
def map_page(request, pk):
    """An area's units by residents and pass rate; the figures stand in the table beside."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "map", here="地图", carried=scope.carried)
    area = Area(filing, scope)
    form = MapFilter(request.GET, drawable_levels(area), area.community_standards)
    units = MapUnits(area, frame.children, form.level, form.chosen)
    if requested_format(request):
        return download_table(request, units.table())
    draw = request.GET.get("draw")
    drawn = None
    if draw != "people":
        drawn = draw_atlas(units.all, shapes_of(units.filings))
    context = {
        "frame": frame,
        "scope": scope,
        "form": form,
        "places": units,
        "query": query_without(request, "page", "format"),
        "groups": draw_treemap(units.all, grouped=units.grouped),
        "width": WIDTH,
        "height": HEIGHT,
        "classes": list(enumerate(CLASSES)),
        "too_many": len(units.filings) > MOST,
        "most": MOST,
        "drawn": drawn,
        "draw": draw,
        "may_keep": may_send_boundaries(request.user, filing.path),
        "table": units.table(),
    }
    return render(request, "reports/map.html", context)
