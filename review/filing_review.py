"""One filing on one screen, and what a reviewer does to it there."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from review.cells_to_check import cell_at, parts
from review.queue import CSS
from review.queue_position import QueuePosition
from review.standards_before import standards_before_and_now
from review.views import reviewed
from surveys.actions import reviewing
from surveys.actions.handing_in import Refused, look, send_back
from surveys.models import Remark, Status
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_chain
from surveys.pages.posted import posted_version
from surveys.paper import contents, links_of, sheets_of
from surveys.workflow import FilingPlace, may_question, next_desk, own_hand, state_words, step_for
from surveys.worklist.changes import changes_since_return
from surveys.worklist.obstacles import cell_place
from surveys.worklist.records import fetch_records, sections_from_records


def reported(request, pk):
    """A filing this person reviews. Raises Http404 also for a unit that reports nothing of its own."""
    filing = reviewed(request, pk)
    if not filing.asked:
        raise Http404
    return filing


@require_safe
def one(request, pk):
    """What changed, what was asked and explained, how the verdicts turned; pass it on or send it back."""
    filing = reported(request, pk)
    look(filing=filing, by=request.user)
    return shown(request, filing)


def shown(request, filing, *, refused="", reason="", status=200):
    way = QueuePosition(request.GET, request.user, filing)
    remarks = list(filing.remarks.select_related("by").order_by("pk"))
    records = fetch_records(filing.round, [filing], links_of(filing.round, [filing.pk]))
    sheets, changes = sheets_of(filing, by_filing(records), remarks), changes_since_return(filing)
    found, judged = (
        parts(sheets, sections_from_records(filing, remarks, records), changes),
        standards_before_and_now(filing),
    )
    context = {
        "frame": PageContext(filing, request.user, "queue", here="审核"),
        "filing": filing,
        "state": state_words(filing),
        "css": CSS[filing.status],
        "way": way,
        "parts": found,
        "looks": sum(part.count for part in found),
        "whole": whole_view(request, filing, changes),
        "changes": changes,
        "turned": [each for each in judged if each.turned],
        "same": [each for each in judged if not each.turned],
        "pins": [remark for remark in remarks if not remark.section],
        "ask": target(request, filing, sheets),
        "may_question": may_question(filing, request.user),
        "refused": refused,
        "reason": reason,
        **views_of(way),
        **decision(filing, request.user, remarks),
    }
    return render(request, "review/one.html", context, status=status)


def whole_view(request, filing, changes):
    """All of it where that was asked for, and where there is nothing to compare with."""
    return request.GET.get("show") == "all" or not (
        request.GET.get("show") or filing.previous_id or changes
    )


def views_of(way):
    """The addresses of both views, and of the cell one points at in the longer one."""
    rest = {name: value for name, value in way.carried.items() if name != "show"}
    wide = urlencode(rest | {"show": "all"})
    return {
        "narrow": urlencode(rest | {"show": "changed"}),
        "wide": wide,
        "ask_query": f"{wide}&ask=1",
    }


def by_filing(records):
    """What was fetched for the entry screens, as the paper reads it."""
    found = {}
    for name, rows in records.items():
        for pk, owner, _, values in rows:
            found.setdefault((name, owner), []).append({"pk": pk, **values})
    return found


def decision(filing, user, remarks):
    """What this person may decide now, in words: the label of the one button, or the sentence why there is none."""
    step, back = step_for("approve", filing, user), step_for("send_back", filing, user)
    asked = sum(r.kind == Remark.Kind.QUESTION and not r.closed_at for r in remarks)
    names = {each.unit_id: each.name for each in filing_chain(filing)}
    why = ""
    if not step:
        lies = f"，在{names.get(filing.with_unit_id, '上级')}" if filing.with_unit_id else ""
        why = f"现在是“{state_words(filing)}”{lies}，不用您审核。"
    elif hand := own_hand(filing, user):
        why = f"{hand}，请同级的另一位审核员审核。"
    elif asked:
        why = f"还有 {asked} 条批注没有答复：退回让填报人答复，或逐条办结。"
    final = step and step.target == FilingPlace.APPROVED
    label = (
        "审定" if final else f"通过，交{names.get(next_desk(filing, step), '上级')}" if step else ""
    )
    return {
        "label": "" if why else label,
        "why": why,
        "back": back,
        "after_approval": filing.status == Status.APPROVED,
    }


def target(request, filing, sheets):
    """The cell the reviewer points at, to pin a question to; None where nothing is. Raises Http404 for none of its cells."""
    if not (may_question(filing, request.user) and "ask" in request.GET):
        return None
    section, record, name = (request.GET.get(each, "") for each in ("section", "record", "field"))
    key, cell = cell_at(sheets, section, record, name)
    if section and not cell:
        raise Http404
    where = {
        "section": section,
        "record": record,
        "field": name,
        "place": cell_place(filing.round, section, key, name),
    }
    return where | {"value": cell.text if cell else ""}


def refused_page(request, pk, refused, **context):
    """The page as it stands now, and why nothing was done."""
    return shown(request, reported(request, pk), refused=refused.messages[0], status=409, **context)


@require_POST
def approve(request, pk):
    """Pass it on, or approve it for good, as the version the page showed; then to the next of the list."""
    filing = reported(request, pk)
    onward = QueuePosition(request.GET, request.user, filing).onward
    try:
        final = reviewing.approve(filing=filing, version=posted_version(request), by=request.user)
    except Refused as refused:
        return refused_page(request, pk, refused)
    messages.success(
        request, f"{filing.name}已审定。" if final else f"{filing.name}已通过，交上级审核。"
    )
    return redirect(onward)


@require_POST
def give_back(request, pk):
    """Send it back with the reason; the remarks stay at their cells."""
    filing, reason = reported(request, pk), request.POST.get("reason", "")
    onward = QueuePosition(request.GET, request.user, filing).onward
    try:
        send_back(filing=filing, version=posted_version(request), by=request.user, reason=reason)
    except Refused as refused:
        return refused_page(request, pk, refused, reason=reason)
    messages.success(request, f"{filing.name}已退回，填报人会收到消息。")
    return redirect(onward)


@require_POST
def ask(request, pk):
    """Pin a question to one cell, or to the filing as a whole."""
    filing = reported(request, pk)
    section, record, name = (request.POST.get(each, "") for each in ("section", "record", "field"))
    remarks = list(filing.remarks.all())
    key, cell = cell_at(sheets_of(filing, contents(filing), remarks), section, record, name)
    if section and not cell:
        raise Http404
    where = {
        "section": section,
        "record_id": int(record) if key else None,
        "key": key,
        "field": name,
        "value": cell.text if cell else "",
    }
    text, version = request.POST.get("text", ""), posted_version(request)
    try:
        reviewing.question(filing=filing, version=version, text=text, by=request.user, **where)
    except Refused as refused:
        return refused_page(request, pk, refused)
    messages.success(request, "批注已钉在这一格。退回时填报人会逐条看到。")
    return redirect(QueuePosition(request.GET, request.user, filing).address(pk))


@require_POST
def settle(request, pk, remark):
    """Close a question that needs no answer any more."""
    filing = reported(request, pk)
    asked = get_object_or_404(Remark, filing=filing, pk=remark, kind=Remark.Kind.QUESTION)
    try:
        reviewing.settle(
            filing=filing, version=posted_version(request), remark=asked, by=request.user
        )
    except Refused as refused:
        return refused_page(request, pk, refused)
    return redirect(QueuePosition(request.GET, request.user, filing).address(pk))
