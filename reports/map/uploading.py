"""The page where a bureau sends in its own boundaries, or takes them away again."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Role
from communities.boundaries.actions import clear_boundaries, keep_boundaries
from communities.boundaries.geojson import MAX_FILE, SPLIT, read_features
from communities.boundaries.matching import match_boundaries
from communities.files import UnreadableFile
from communities.models import Boundary, Level, Unit
from communities.people.page_context import AdminPageContext
from surveys.pages.context import PageContext
from surveys.pages.filings import top_filing, visible_filing

SHOWN = 50  # findings and names; more are counted


def boundary_areas(user):
    """The units whose boundaries this person keeps.

    Where one reviews, or looks after the system.
    """
    paths = [*user.paths(role=Role.REVIEWER), *user.paths(role=Role.SYSTEM_ADMIN)]
    return list(Unit.objects.filter(path__in=paths).order_by("path"))


@require_http_methods(["GET", "HEAD", "POST"])
def boundaries_page(request):
    """What is kept, and the form to send in more.

    A file is checked and taken in at once, and its findings are shown.
    """
    areas = boundary_areas(request.user)
    area = asked_area(request, areas)
    page = BoundariesPage(request, areas, area)
    if request.method != "POST":
        return page.answer()
    if "clear" not in request.POST:
        return take_in_boundaries(page)
    if "confirm" not in request.POST:
        return page.answer(asked=True, status=200)
    number = clear_boundaries(area=area, by=request.user)
    messages.success(request, f"已删除 {number} 个单位的边界。")
    return redirect("reports:boundaries")


def asked_area(request, areas):
    """The area the form names, the first one before it is sent.

    Raises PermissionDenied for any other.
    """
    for unit in areas:
        if str(unit.pk) == request.POST.get("area"):
            return unit
    if request.POST:
        raise PermissionDenied("您只能上传自己范围内的边界。")
    return areas[0]


@dataclass
class BoundariesPage:
    """The page as it is answered: `area` is the one of the person's `areas` that is looked at."""

    request: object
    areas: list
    area: Unit

    def answer(self, *, error="", found=None, asked=False, status=422):
        """The page.

        `found` are the MatchedBoundaries of a file, `status` that of an answer to a form.
        """
        stored = stored_boundaries(self.area)
        context = {
            "frame": boundaries_frame(self.request),
            "areas": self.areas,
            "area": self.area,
            "error": error,
            "kept": stored,
            "count": sum(number for _, number in stored),
            "most": MAX_FILE >> 20,
            "asked": asked,
        }
        if found:
            context["found"] = found
            context["taken"] = 0 if error else len(found.shapes)
            context["findings"] = found.findings[:SHOWN]
            context["more"] = max(len(found.findings) - SHOWN, 0)
            context["without"] = found.without[:SHOWN]
            context["others"] = max(len(found.without) - SHOWN, 0)
        if self.request.method != "POST":
            status = 200
        return render(self.request, "reports/boundaries.html", context, status=status)


def take_in_boundaries(page):
    """Store the boundaries of the file that was sent; the page with what was found in it."""
    file = page.request.FILES.get("file")
    if not file:
        return page.answer(error="请选择一个 GeoJSON 文件。")
    if file.size > MAX_FILE:
        return page.answer(error=f"文件最大 {MAX_FILE >> 20} MB。{SPLIT}")
    try:
        found = match_boundaries(page.area, read_features(file.read()))
    except UnreadableFile as problem:
        return page.answer(error=str(problem))
    if not found.shapes:
        error = "没有一个图形认得出是哪个单位，什么也没有保存。"
        return page.answer(error=error, found=found)
    keep_boundaries(area=page.area, shapes=found.shapes, file=file.name, by=page.request.user)
    return page.answer(found=found, status=200)


def boundaries_frame(request):
    """The frame of an administrator's page, or of a reviewer's own unit.

    None for one without any.
    """
    if request.user.admin_role:
        return AdminPageContext(request.user, "boundaries", "地图边界")
    filing = top_filing(request.user)
    if filing is None:
        return None
    filing = visible_filing(request, filing.pk)
    return PageContext(filing, request.user, "map", here="地图边界")


def stored_boundaries(area):
    """[(level, units with a boundary)] of the area."""
    by_level = Boundary.objects.inside(area.path).order_by("unit__level").values_list("unit__level")
    counts = by_level.annotate(number=Count("pk"))
    return [(Level(level).label, number) for level, number in counts]
