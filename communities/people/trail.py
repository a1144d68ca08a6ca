"""The audit trail as 审计 reads it: what happened inside the area, the newest first."""

from urllib.parse import urlencode

from django.db.models import Q
from django.utils.dateparse import parse_date

from accounts.models import AuditEntry
from communities.people.views import show
from communities.tree import inside

PER_PAGE = 50
# What the lines about these say is shown; what communities reported is not an administrator's to read.
OPEN = ("user:", "unit:", "assignment:", "standard:")


def trail(request):
    """One page of lines; the next begins below the last one shown, so that a long trail costs no more than a short one."""
    given = {name: request.GET.get(name, "").strip() for name in ("q", "since", "until")}
    found = matching(in_area(request.user.admin_area), given)
    before = request.GET.get("before", "")
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    lines = list(found[: PER_PAGE + 1])
    for line in lines:
        line.open = line.target.startswith(OPEN)
    more = lines[PER_PAGE - 1].pk if len(lines) > PER_PAGE else None
    context = {"lines": lines[:PER_PAGE], "more": more, "given": given, "query": urlencode(given)}
    return show(request, "trail", "", context | {"before": before})


def in_area(area):
    """What happened inside; and of what has no place, what the people inside did, and what nobody known did."""
    nowhere = inside(area, "by__workplace__unit__path") | Q(by=None)
    return AuditEntry.objects.filter(inside(area) | (Q(path="") & nowhere))


def matching(found, given):
    """The lines a search asks for: a word in person, action or object; from and to a day."""
    if text := given["q"]:
        found = found.filter(Q(name__icontains=text) | Q(verb__icontains=text) | Q(what__icontains=text))
    for name, test in (("since", "at__date__gte"), ("until", "at__date__lte")):
        try:
            day = parse_date(given[name])
        except ValueError:
            day = None
        found = found.filter(**{test: day}) if day else found
    return found
