"""The round a page is about, and whether its reader manages it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.roles import Role
from surveys.models import Filing, Round
from surveys.pages.context import PageContext
from surveys.pages.filings import path_lies_in, top_filing


def round_page_context(request, here, round=None):
    """The context of a page about rounds, or about one; None before there is any."""
    if round:
        in_sight = Filing.objects.visible_to(request.user).select_related("round")
        top = in_sight.filter(round=round).order_by("level", "path").first()
    else:
        top = top_filing(request.user)
    if not top:
        return None
    return PageContext(top, request.user, "rounds", here=here)


def visible_round(request, pk):
    """A round in sight. Raises Http404 outside."""
    try:
        return Round.objects.visible_to(request.user).select_related("unit", "source").get(pk=pk)
    except Round.DoesNotExist:
        raise Http404 from None


def managed_round(request, pk):
    """A round for who manages it. Raises Http404 outside, 403 for others inside."""
    round = visible_round(request, pk)
    if not may_manage_round(request.user, round):
        owner = round.unit.name
        raise PermissionDenied(f"“{round}”由{owner}或上级的审核人员管理，您可以查看。")
    return round


def may_manage_round(user, round):
    """Whether the person reviews the area of the round; no query."""
    return path_lies_in(round.unit.path, user.paths(role=Role.REVIEWER))
