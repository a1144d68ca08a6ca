from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities import tree
from communities.models import Level
from reports.engine.compliance import binding_standards, judge_filings
from reports.engine.scope import scope_of
from reports.rating import tables
from reports.rating.items import judged_by, schemes_near
from reports.rating.rating import rating_of
from reports.rating.scoring import ranks
from reports.rating.sums import averages
from surveys.export import download_table, requested_format
from surveys.models import Filing
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_chain, may_see_path, visible_filing

PER_PAGE = 50
UNRATED = "none"


class RatingFilter(forms.Form):
    """What of the ranking is listed; a value that means nothing is left out, so an old bookmark still opens."""

    street = forms.ChoiceField(label="单位", required=False)
    stars = forms.ChoiceField(label="星级", required=False)

    def __init__(self, data, units, scheme):
        super().__init__(data)
        self.units = units
        numbers = range(len(scheme.stars), -1, -1)
        self.fields["street"].choices = [
            ("", "全部单位"),
            *((str(unit.pk), unit.name) for unit in units),
        ]
        stars = [(str(number), tables.stars_word(number)) for number in numbers]
        self.fields["stars"].choices = [("", "全部星级"), *stars, (UNRATED, tables.UNRATED)]
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    def narrow(self, rows):
        unit = next(
            (unit for unit in self.units if str(unit.pk) == self.cleaned_data.get("street")), None
        )
        stars = self.cleaned_data.get("stars")
        rows = [row for row in rows if row.path.startswith(unit.path)] if unit else rows
        wanted = None if stars == UNRATED else int(stars) if stars else None
        return [row for row in rows if row.stars == wanted] if stars else rows


@require_safe
def rating(request, pk):
    """Who ranks where by the scheme of the city; of one community how its score comes about, line by line."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    frame = PageContext(filing, request.user, "rating", here="绩效评估", carried=scope.carried)
    widest = in_sight(filing, request.user)[0] if filing.level >= Level.COMMUNITY else filing
    scheme, own = schemes_near(filing, widest)
    context = {"frame": frame, "scope": scope, "scheme": scheme, "own": nested(filing, own)}
    if not scheme:
        return render(request, "rating/none.html", context)
    show = one if filing.level >= Level.COMMUNITY else area
    return show(request, context)


def nested(filing, schemes):
    """The filings of units inside the area that rate by a scheme of their own."""
    units = [scheme.unit_id for scheme in schemes]
    return list(Filing.objects.filter(round=filing.round_id, unit__in=units)) if units else []


def area(request, context):
    """An upper unit: the ranking of its communities, and the averages of the units below it."""
    frame, scope, scheme = context["frame"], context["scope"], context["scheme"]
    filing, units = (
        frame.filing,
        [child for child in frame.children if child.level < Level.COMMUNITY],
    )
    found = rating_of(
        filing, binding_standards(filing.round, filing), scheme, context["own"], scope
    )
    sums = averages(filing, units, found.rows)
    if requested_format(request):
        return download_table(request, file_table(request, found, filing, sums, scope.reading))
    form = RatingFilter(request.GET, units, scheme)
    page = Paginator(form.narrow(found.rows), PER_PAGE).get_page(request.GET.get("page"))
    names = {child.pk: child.name for child in [filing, *units]}
    names |= uppers(filing, [row for row in page.object_list if row.parent not in names])
    context |= {
        "rating": found,
        "sums": sums,
        "form": form,
        "page": page,
        "query": query_without(request, "page"),
    }
    context["file_query"] = query_without(request, "page", "format", "what")
    context["table"] = tables.ranking(filing, found, page.object_list, names, reading=scope.reading)
    context["averages"] = tables.average_table(filing, sums, scheme, reading=scope.reading)
    return render(request, "rating/rating.html", context)


def uppers(filing, rows=None):
    """{pk: name} of the filings above these communities; of all of the area where none are named."""
    if rows == []:
        return {}
    found = Filing.objects.within(filing).filter(round=filing.round_id, level__lt=Level.COMMUNITY)
    found = found if rows is None else found.filter(pk__in={row.parent for row in rows})
    return dict(found.order_by().values_list("pk", "name"))


def file_table(request, found, filing, sums, reading):
    """The whole ranking; with `what=points` every standard's points, with `what=units` the averages."""
    what = request.GET.get("what")
    if what == "units":
        return tables.average_table(filing, sums, found.scheme, reading=reading)
    if what == "points":
        return tables.points(filing, found, uppers(filing), reading=reading)
    return tables.ranking(filing, found, found.rows, uppers(filing), reading=reading)


def one(request, context):
    """A community: its score line by line, and its place in the areas its reader has in sight."""
    frame, scope, scheme = context["frame"], context["scope"], context["scheme"]
    filing = frame.filing
    around = [
        each
        for each in in_sight(filing, request.user)
        if scheme.unit_id in tree.path_ids(each.path)
    ]
    standards = binding_standards(filing.round, filing)
    found = rating_of(around[0], standards, scheme, context["own"], scope)
    row = next((row for row in found.rows if row.pk == filing.pk), None)
    if not row:  # not approved, where only those count
        return render(request, "rating/none.html", context)
    judgments = judge_filings([filing], judged_by(found.items, standards))[filing.pk]
    table = tables.arithmetic(filing, found, row, judgments, reading=scope.reading)
    if requested_format(request):
        return download_table(request, table)
    score = {"row": row, "stars": tables.stars_word(row.stars), "earned": row.score.earned / 100}
    context |= score | {
        "counted": row.score.counted / 100,
        "table": table,
        "query": query_without(request, "format"),
    }
    context["places"] = [
        place_in(each, found.rows, row) for each in around if row.place and each != filing
    ]
    return render(request, "rating/one.html", context)


def in_sight(filing, user):
    """The filings from the widest that the reader sees down to this one."""
    return [each for each in filing_chain(filing) if may_see_path(user, each.path)]


def place_in(area, rows, row):
    """(the area, the community's place in it, among how many)"""
    ranked = [each for each in rows if each.place and each.path.startswith(area.path)]
    places = ranks([each.score.value for each in ranked])
    return area, places[[each.pk for each in ranked].index(row.pk)], len(ranked)
