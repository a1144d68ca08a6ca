"""The filing a page is about, its address, and what its reader may see of the tree around it."""

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404
from django.urls import reverse

from accounts.roles import Role
from communities.models import Level
from surveys.models import Filing

ABOVE = "parent__parent__parent__parent"
FRAMED = ("round", ABOVE, "previous__round")  # what a page about a filing says of it


def filing_href(filing):
    """The page of a filing: a community's own paper, an upper unit's overview."""
    name = "reports:filing" if filing.level >= Level.COMMUNITY else "reports:overview"
    return reverse(name, args=[filing.pk])


def top_filing(user):
    """The newest round's filing of the unit this person is responsible for.

    It comes with the chain above it; None where nothing was opened yet.
    """
    in_sight = Filing.objects.visible_to(user).select_related(*FRAMED)
    in_sight = in_sight.order_by("-round__reference_date", "level", "path")
    assigned = in_sight.filter(unit__path__in=user.paths()).first()
    return assigned or in_sight.filter(unit=F("round__unit")).first()


def visible_filing(request, pk):
    """A filing in the reader's area, with the chain above it. Raises Http404 outside."""
    try:
        return Filing.objects.visible_to(request.user).select_related(*FRAMED).get(pk=pk)
    except Filing.DoesNotExist:
        raise Http404 from None


def path_lies_in(path, areas):
    """Whether a path lies in one of these areas, given by their paths; no query."""
    return any(path.startswith(area) for area in areas)


def may_see_path(user, path):
    """Whether a path lies in an area assigned to the user; no query."""
    return path_lies_in(path, user.paths())


def filing_chain(filing):
    """The chain of filings from the top down to this one."""
    chain = [filing]
    while chain[-1].level > Level.PROVINCE and chain[-1].parent_id:
        chain.append(chain[-1].parent)
    return chain[::-1]


def role_label_at(user, path):
    """The word for what the user may do here: 填报, 审核 or 查看; the strongest of several."""
    for role in Role:
        if path_lies_in(path, user.paths(role=role)):
            return role.label
    return ""


def may_upload_for(user, filing):
    """Whether the person fills in the area this filing stands for; no query."""
    return path_lies_in(filing.path, user.paths(role=Role.CLERK))


def require_uploader(request, filing):
    """Inside the area, and yet not one's business: 403."""
    if not may_upload_for(request.user, filing):
        raise PermissionDenied(f"{filing.name}的工作簿由该单位的填报员上传和处理，您可以查看。")
