"""The audit trail as 审计 reads it: what happened inside the area, the newest first."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
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
# What the lines about these say is shown; what communities reported is not an administrator's to read.
OPEN = ("user:", "unit:", "assignment:", "standard:", "scheme:", "token:")


def trail_page(request):
    """One page of lines; the next begins below the last one shown, so that a long trail costs no more than a short one."""
    given = {name: request.GET.get(name, "").strip() for name in ("q", "since", "until")}
    found = matching_entries(entries_in_area(request.user.admin_area), given)
    before = request.GET.get("before", "")
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    lines = list(found[: PER_PAGE + 1])
    for line in lines:
        line.open = line.target.startswith(OPEN)
    more = lines[PER_PAGE - 1].pk if len(lines) > PER_PAGE else None
    context = {"lines": lines[:PER_PAGE], "more": more, "given": given, "query": urlencode(given)}
    context["seal"] = Seal.objects.defer("marks").last()
    return render_admin_page(request, "trail", "", context | {"before": before})


def entries_in_area(area):
    """What happened inside; and of what has no place, what the people inside did, and what nobody known did."""
    nowhere = lies_inside(area, "by__workplace__unit__path") | Q(by=None)
    return AuditEntry.objects.filter(lies_inside(area) | (Q(path="") & nowhere))


def matching_entries(found, given):
    """The lines a search asks for: a word in person, action or object; from and to a day."""
    if text := given["q"]:
        found = found.filter(
            Q(name__icontains=text) | Q(verb__icontains=text) | Q(what__icontains=text)
        )
    for name, test in (("since", "at__date__gte"), ("until", "at__date__lte")):
        try:
            day = parse_date(given[name])
        except ValueError:
            day = None
        found = found.filter(**{test: day}) if day else found
    return found


def verify_trail(request):
    """Look the whole trail through for what was changed behind its back, and seal what is new."""
    wrong = list(sealing.verify_seals())
    for sentence in wrong[:NAMED]:
        messages.error(request, sentence)
    if wrong:
        messages.error(request, f"操作留痕共有 {len(wrong)} 处不对。请保留现场，与最近的备份比对。")
    else:
        fresh = sealing.seal_trail()
        messages.success(
            request, f"操作留痕完好，没有一行被改动、删除或补入；新封存 {fresh:,} 行。"
        )
    with transaction.atomic():
        write_entries(
            audit_entry(
                by=request.user,
                verb="核验留痕",
                what=f"{len(wrong)} 处不对",
                path=request.user.place,
            )
        )
    return redirect("people:trail")
