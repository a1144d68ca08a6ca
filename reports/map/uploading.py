"""The page where a bureau sends in its own boundaries, or takes them away again."""

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
from communities.people.page_context import AdminPageContext as AdminFrame
from surveys.pages.context import PageContext
from surveys.pages.filings import top_filing, visible_filing

SHOWN = 50  # findings and names; more are counted


def areas(user):
    """The units whose boundaries this person keeps: where one reviews, or looks after the system."""
    paths = [*user.paths(role=Role.REVIEWER), *user.paths(role=Role.SYSTEM_ADMIN)]
    return list(Unit.objects.filter(path__in=paths).order_by("path"))


@require_http_methods(["GET", "HEAD", "POST"])
def boundaries(request):
    """What is kept, and the form to send in more; a file is checked and taken in at once, its findings are shown."""
    mine = areas(request.user)
    area = next(
        (unit for unit in mine if str(unit.pk) == request.POST.get("area")),
        None if request.POST else mine[0],
    )
    if area is None:
        raise PermissionDenied("您只能上传自己范围内的边界。")
    if request.method != "POST":
        return shown(request, mine, area)
    if "clear" in request.POST and "confirm" not in request.POST:
        return shown(request, mine, area, asked=True, status=200)
    if "clear" in request.POST:
        messages.success(
            request, f"已删除 {clear_boundaries(area=area, by=request.user)} 个单位的边界。"
        )
        return redirect("reports:boundaries")
    return received(request, mine, area)


def received(request, mine, area):
    file = request.FILES.get("file")
    if not file:
        return shown(request, mine, area, error="请选择一个 GeoJSON 文件。")
    if file.size > MAX_FILE:
        return shown(request, mine, area, error=f"文件最大 {MAX_FILE >> 20} MB。{SPLIT}")
    try:
        found = match_boundaries(area, read_features(file.read()))
    except UnreadableFile as problem:
        return shown(request, mine, area, error=str(problem))
    if not found.shapes:
        return shown(
            request, mine, area, error="没有一个图形认得出是哪个单位，什么也没有保存。", found=found
        )
    keep_boundaries(area=area, shapes=found.shapes, file=file.name, by=request.user)
    return shown(request, mine, area, found=found, status=200)


def shown(request, mine, area, *, error="", found=None, asked=False, status=422):
    context = {
        "frame": frame(request),
        "areas": mine,
        "area": area,
        "error": error,
        "kept": kept(area),
    }
    context |= {
        "most": MAX_FILE >> 20,
        "asked": asked,
        "count": sum(number for _, number in context["kept"]),
    }
    if found:
        context |= {
            "taken": 0 if error else len(found.shapes),
            "findings": found.findings[:SHOWN],
            "found": found,
        }
        context |= {"more": max(len(found.findings) - SHOWN, 0), "without": found.without[:SHOWN]}
        context["others"] = max(len(found.without) - SHOWN, 0)
    status = status if request.method == "POST" else 200
    return render(request, "reports/boundaries.html", context, status=status)


def frame(request):
    """That of an administrator, or of a reviewer's own unit."""
    if request.user.admin_role:
        return AdminFrame(request.user, "boundaries", "地图边界")
    filing = top_filing(request.user)
    return (
        PageContext(visible_filing(request, filing.pk), request.user, "map", here="地图边界")
        if filing
        else None
    )


def kept(area):
    """[(level, units with a boundary)] of the area."""
    rows = Boundary.objects.inside(area.path).order_by("unit__level").values_list("unit__level")
    return [(Level(level).label, number) for level, number in rows.annotate(number=Count("pk"))]
