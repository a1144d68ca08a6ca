from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.models import Unit
from surveys.actions import handing_in as actions
from surveys.actions.handing_in import Refused
from surveys.models import Filing
from surveys.pages.context import PageContext
from surveys.pages.filings import ABOVE, visible_filing
from surveys.pages.posted import posted_version
from surveys.workflow import Place, may_fill, next_desk, place_of, step_for
from surveys.worklist.changes import changes_since_hand_in
from surveys.worklist.items import WorkItem, work_items
from surveys.worklist.obstacles import find_obstacles
from surveys.worklist.questions import open_questions_and_answers

FORM = ["GET", "HEAD", "POST"]


def editable(request, pk):
    """A filing in the area this person fills in. Raises Http404 outside, and for units that report nothing."""
    mine = Filing.objects.editable_by(request.user)
    try:
        return mine.select_related("round", "with_unit", "submitted_by", "returned_by", ABOVE).get(
            pk=pk
        )
    except Filing.DoesNotExist:
        raise Http404 from None


def shown(request, template, filing, here, *, status=200, **context):
    frame = PageContext(filing, request.user, "work", here=here)
    return render(request, template, {"frame": frame, "filing": filing, **context}, status=status)


@require_http_methods(FORM)
def check(request, pk):
    """检查并报送: what keeps the filing here, each with the way to its cell; where nothing does, the one button."""
    filing = editable(request, pk)
    if request.method == "POST":
        return send(request, filing)
    if not step_for("hand_in", filing, request.user):
        return redirect("surveys:handed", filing.pk)
    actions.look(filing=filing, by=request.user)
    return checked(request, filing, find_obstacles(filing))


def send(request, filing):
    """Hand in; a second click of the same person finds it done."""
    version = posted_version(request)
    try:
        found = actions.hand_in(filing=filing, version=version, by=request.user)
    except Refused as refused:
        if filing.submitted_by_id == request.user.pk and filing.version == version + 1:
            return redirect("surveys:handed", filing.pk)
        filing.refresh_from_db()
        return checked(request, filing, [], refused=refused.messages[0], status=409)
    if found:
        return checked(request, filing, found, status=422)
    return redirect("surveys:handed", filing.pk)


def checked(request, filing, found, *, refused="", status=200):
    step = step_for("hand_in", filing, request.user)
    context = {
        "stops": found,
        "refused": refused,
        "item": work_items([filing], filing.round, request.user)[0],
        "changes": changes_since_hand_in(filing),
        "step": step,
        "to": Unit.objects.get(pk=next_desk(filing, step)).name if step and not found else "",
        "send_back": step_for("send_back", filing, request.user),
    }
    return shown(request, "surveys/work_check.html", filing, "检查并报送", status=status, **context)


@require_safe
def handed(request, pk):
    """After handing in: to whom and when, what changed since the last time, and how to take it back."""
    filing = editable(request, pk)
    if place_of(filing) == Place.HERE:
        return redirect("surveys:check", filing.pk)
    return after(request, filing)


def after(request, filing, *, refused="", status=200):
    context = {
        "item": WorkItem(filing, request.user),
        "changes": changes_since_hand_in(filing, back=2),
        "refused": refused,
    }
    return shown(request, "surveys/work_handed.html", filing, "报送情况", status=status, **context)


@require_POST
def withdraw(request, pk):
    """Take a filing back before anybody looked at it."""
    filing = editable(request, pk)
    try:
        actions.withdraw(filing=filing, version=posted_version(request), by=request.user)
    except Refused as refused:
        filing.refresh_from_db()
        return after(request, filing, refused=refused.messages[0], status=409)
    messages.success(request, f"{filing.name}已撤回，可以继续修改。改好后请重新报送。")
    return redirect("surveys:work")


@require_http_methods(FORM)
def answer(request, pk):
    """The questions about a filing, each with its cell, what was written and a box for the answer."""
    filing = editable(request, pk)
    typed = {
        int(k[2:]): v for k, v in request.POST.items() if k.startswith("a.") and k[2:].isdecimal()
    }
    if request.method == "GET" or request.method == "HEAD":
        if not may_fill(filing, request.user):
            return redirect("surveys:handed", filing.pk)
        actions.look(filing=filing, by=request.user)
        return asked(request, filing)
    try:
        count = actions.answer(filing=filing, answers=typed, by=request.user)
    except Refused as refused:
        return asked(request, filing, typed, refused=refused.messages[0], status=409)
    said = f"已记下 {count} 条答复。" if count else "没有写答复。已答过的不用再答。"
    messages.success(request, said)
    return redirect("surveys:answer", filing.pk)


def asked(request, filing, typed=None, *, refused="", status=200):
    questions, answered = open_questions_and_answers(filing, typed or {})
    context = {
        "questions": questions,
        "answered": answered,
        "refused": refused,
        "open": may_fill(filing, request.user),
    }
    here = "修改退回项" if filing.status == "returned" else "待核实"
    return shown(request, "surveys/work_answer.html", filing, here, status=status, **context)


@require_http_methods(FORM)
def send_back(request, pk):
    """退回: the reviewer says why; the remarks stay at their cells."""
    filing = visible_filing(request, pk)
    if request.method == "POST":
        return back(request, filing)
    if not step_for("send_back", filing, request.user):
        return redirect("reports:filing", filing.pk)
    actions.look(filing=filing, by=request.user)
    return shown(request, "surveys/work_send_back.html", filing, "退回")


def back(request, filing):
    reason = request.POST.get("reason", "")
    try:
        actions.send_back(
            filing=filing, version=posted_version(request), by=request.user, reason=reason
        )
    except Refused as refused:
        said = {"refused": refused.messages[0], "reason": reason}
        return shown(request, "surveys/work_send_back.html", filing, "退回", status=409, **said)
    messages.success(request, f"{filing.name}已退回。")
    return redirect("reports:filing", filing.pk)
