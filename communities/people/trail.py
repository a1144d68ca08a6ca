"""The audit trail as 审计 reads it: what happened inside the area, the newest first."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect
from django.utils.dateparse import parse_date

from accounts import sealing
from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry, Seal
from communities.people.views import render_admin_page
from communities.tree import lies_inside

PER_PAGE = 50
NAMED = 20  # wrong lines named on the page; the command names all
# Lines about these are shown in full; what communities reported is not an administrator's to read.
OPEN = ("user:", "unit:", "assignment:", "standard:", "scheme:", "token:")


def trail_page(request):
    """Show one page of lines, the newest first.

    The next page begins below the last line shown, so that a long trail costs no more than a short
    one.
    """
    given = {name: request.GET.get(name, "").strip() for name in ("q", "since", "until")}
    before = request.GET.get("before", "")
    found = matching_entries(entries_in_area(request.user.admin_area), given)
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    page = list(found[: PER_PAGE + 1])  # one more tells whether there is a next page
    lines = page[:PER_PAGE]
    for line in lines:
        line.open = line.target.startswith(OPEN)
    context = {
        "lines": lines,
        "more": lines[-1].pk if len(page) > PER_PAGE else None,
        "given": given,
        "query": urlencode(given),
        "seal": Seal.objects.defer("marks").last(),
        "before": before,
    }
    return render_admin_page(request, "trail", "", context)


def entries_in_area(area):
    """Return what happened inside the area.

    Of what has no place, it is what the people inside did, and what nobody known did.
    """
    by_people_inside = lies_inside(area, "by__workplace__unit__path")
    nowhere = Q(path="") & (by_people_inside | Q(by=None))
    return AuditEntry.objects.filter(lies_inside(area) | nowhere)


def matching_entries(found, given):
    """Return the lines a search asks for: a word in person, action or object; from and to a day."""
    if text := given["q"]:
        found = found.filter(
            Q(name__icontains=text) | Q(verb__icontains=text) | Q(what__icontains=text)
        )
    if since := day_given(given["since"]):
        found = found.filter(at__date__gte=since)
    if until := day_given(given["until"]):
        found = found.filter(at__date__lte=until)
    return found


def day_given(text):
    """Return the day somebody typed, None where it is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def verify_trail(request):
    """Verify the whole trail against its seals, and seal what is new where nothing is wrong."""
    wrong = list(sealing.verify_seals())
    if wrong:
        for sentence in wrong[:NAMED]:
            messages.error(request, sentence)
        messages.error(request, f"操作留痕共有 {len(wrong)} 处不对。请保留现场，与最近的备份比对。")
    else:
        fresh = sealing.seal_trail()
        messages.success(
            request, f"操作留痕完好，没有一行被改动、删除或补入；新封存 {fresh:,} 行。"
        )
    line = audit_entry(
        by=request.user,
        verb="核验留痕",
        what=f"{len(wrong)} 处不对",
        path=request.user.place,
    )
    write_entries(line)
    return redirect("people:trail")
