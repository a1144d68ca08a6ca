"""The pages of the rating: the ranking of an area, and the score of one community line by line."""

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities import tree
from communities.models import Level
from reports.engine.area import Area
from reports.engine.compliance import judge_filings
from reports.engine.scope import scope_of
from reports.rating import tables
from reports.rating.items import judged_by, schemes_near
from reports.rating.rating import rating_of
from reports.rating.scoring import places_of
from reports.rating.sums import unit_averages
from surveys.export import download_table, requested_format
from surveys.models import Filing
from surveys.pages.addresses import query_without
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_chain, may_see_path, visible_filing

PER_PAGE = 50
UNRATED = "none"


class RatingFilter(forms.Form):
    """What of the ranking is listed.

    A value that means nothing is left out, so an old bookmark still opens.
    """

    street = forms.ChoiceField(label="单位", required=False)
    stars = forms.ChoiceField(label="星级", required=False)

    def __init__(self, data, units, scheme):
        super().__init__(data)
        self.units = units
        unit_choices = [(str(unit.pk), unit.name) for unit in units]
        self.fields["street"].choices = [("", "全部单位"), *unit_choices]
        star_choices = [("", "全部星级")]
        for number in range(len(scheme.stars), -1, -1):
            star_choices.append((str(number), tables.stars_word(number)))
        star_choices.append((UNRATED, tables.UNRATED))
        self.fields["stars"].choices = star_choices
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    @property
    def unit(self):
        """The one unit below that was chosen, or None."""
        for unit in self.units:
            if str(unit.pk) == self.cleaned_data.get("street"):
                return unit
        return None

    def narrow(self, rows):
        """The rows that are listed."""
        if self.unit:
            rows = [row for row in rows if row.path.startswith(self.unit.path)]
        stars = self.cleaned_data.get("stars")
        if not stars:
            return rows
        wanted = None if stars == UNRATED else int(stars)
        return [row for row in rows if row.stars == wanted]


@require_safe
def rating_page(request, pk):
    """Who ranks where by the scheme of the city; of one community how its score comes about."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    is_community = filing.level >= Level.COMMUNITY
    frame = PageContext(filing, request.user, "rating", here="绩效评估", carried=scope.carried)
    widest = filings_in_sight(filing, request.user)[0] if is_community else filing
    scheme, others = schemes_near(filing, widest)
    apart = filings_rated_apart(filing, others)
    context = {"frame": frame, "scope": scope, "scheme": scheme, "own": apart}
    if not scheme:
        return render(request, "rating/none.html", context)
    if is_community:
        return community_rating_page(request, context)
    return area_rating_page(request, context)


def filings_rated_apart(filing, schemes):
    """The filings of units inside the area that rate by a scheme of their own."""
    if not schemes:
        return []
    units = [scheme.unit_id for scheme in schemes]
    return list(Filing.objects.filter(round=filing.round_id, unit__in=units))


def area_rating_page(request, context):
    """An upper unit: the ranking of its communities, and the averages of the units below it."""
    frame, scope, scheme = context["frame"], context["scope"], context["scheme"]
    filing = frame.filing
    units = [child for child in frame.children if child.level < Level.COMMUNITY]
    area = Area(filing, scope)
    rating = rating_of(area, area.standards, scheme, context["own"])
    averages = unit_averages(filing, units, rating.rows)
    if requested_format(request):
        table = rating_file_table(request, rating, filing, averages, scope.reading)
        return download_table(request, table)
    form = RatingFilter(request.GET, units, scheme)
    page = Paginator(form.narrow(rating.rows), PER_PAGE).get_page(request.GET.get("page"))
    rows, names = page.object_list, upper_names_near(filing, units, page.object_list)
    context["query"] = query_without(request, "page")
    context |= {"rating": rating, "sums": averages, "form": form, "page": page}
    context["table"] = tables.ranking_table(filing, rating, rows, names, reading=scope.reading)
    context["averages"] = tables.average_table(filing, averages, scheme, reading=scope.reading)
    return render(request, "rating/rating.html", context)


def upper_names_near(filing, units, rows):
    """{pk: name} of the filings above these rows; a query only where some stand further down."""
    names = {upper.pk: upper.name for upper in [filing, *units]}
    others = {row.parent for row in rows if row.parent not in names}
    if others:
        further = upper_filings(filing).filter(pk__in=others)
        names.update(further.values_list("pk", "name"))
    return names


def upper_filings(filing):
    """The filings of the area, the filing itself among them, that are no communities."""
    return Area(filing).filings.filter(level__lt=Level.COMMUNITY).order_by()


def rating_file_table(request, rating, filing, averages, reading):
    """The whole ranking.

    With `what=points` every standard's points, with `what=units` the averages.
    """
    what = request.GET.get("what")
    if what == "units":
        return tables.average_table(filing, averages, rating.scheme, reading=reading)
    names = dict(upper_filings(filing).values_list("pk", "name"))
    if what == "points":
        return tables.points_table(filing, rating, names, reading=reading)
    return tables.ranking_table(filing, rating, rating.rows, names, reading=reading)


def community_rating_page(request, context):
    """A community: its score line by line, and its place in the areas its reader has in sight."""
    frame, scope, scheme = context["frame"], context["scope"], context["scheme"]
    filing = frame.filing
    around = []
    for each in filings_in_sight(filing, request.user):
        if scheme.unit_id in tree.path_ids(each.path):
            around.append(each)
    standards = Area(filing).standards
    widest = Area(around[0], scope)
    rating = rating_of(widest, standards, scheme, context["own"])
    row = next((row for row in rating.rows if row.pk == filing.pk), None)
    if not row:  # not approved, where only those count
        return render(request, "rating/none.html", context)
    judgments = judge_filings([filing], judged_by(rating.items, standards))[filing.pk]
    table = tables.arithmetic_table(filing, rating, row, judgments, reading=scope.reading)
    if requested_format(request):
        return download_table(request, table)
    context["row"] = row
    context["stars"] = tables.stars_word(row.stars)
    context["earned"] = row.score.earned / 100
    context["counted"] = row.score.counted / 100
    context["table"] = table
    context["places"] = []
    if row.place:
        wider = [each for each in around if each != filing]
        context["places"] = [place_within(area, rating.rows, row) for area in wider]
    return render(request, "rating/one.html", context)


def filings_in_sight(filing, user):
    """The filings from the widest that the reader sees down to this one."""
    return [each for each in filing_chain(filing) if may_see_path(user, each.path)]


def place_within(area, rows, row):
    """(the area, the community's place in it, among how many)"""
    ranked = [each for each in rows if each.place and each.path.startswith(area.path)]
    places = places_of([each.score.value for each in ranked])
    for each, place in zip(ranked, places, strict=True):
        if each.pk == row.pk:
            return area, place, len(ranked)
    raise ValueError(f"{row.name} is not ranked in {area}")
