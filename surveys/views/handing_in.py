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
from surveys.workflow import FilingPlace, may_fill, next_desk, place_of, step_for
from surveys.worklist.changes import changes_since_hand_in
from surveys.worklist.items import WorkItem, work_items
from surveys.worklist.obstacles import find_obstacles
from surveys.worklist.questions import open_questions_and_answers

FORM = ["GET", "HEAD", "POST"]
ABOUT = ("round", "with_unit", "submitted_by", "returned_by", ABOVE)


def filing_to_hand_in(request, pk):
    """A filing in the area this person fills in. Raises Http404 outside and for upper units."""
    mine = Filing.objects.editable_by(request.user).select_related(*ABOUT)
    try:
        return mine.get(pk=pk)
    except Filing.DoesNotExist:
        raise Http404 from None


def show_step(request, template, filing, here, *, status=200, **context):
    """One of the pages on a filing's way, called `here` in the breadcrumb."""
    frame = PageContext(filing, request.user, "work", here=here)
    context = {"frame": frame, "filing": filing} | context
    return render(request, template, context, status=status)


@require_http_methods(FORM)
def check_page(request, pk):
    """检查并报送: what keeps the filing here, each with the way to its cell, else the one button."""
    filing = filing_to_hand_in(request, pk)
    if request.method == "POST":
        return hand_in_checked(request, filing)
    if not step_for("hand_in", filing, request.user):
        return redirect("surveys:handed", filing.pk)
    actions.look(filing=filing, by=request.user)
    return show_check(request, filing, find_obstacles(filing))


def hand_in_checked(request, filing):
    """Hand in; a second click of one person finds it done."""
    version = posted_version(request)
    try:
        obstacles = actions.hand_in(filing=filing, version=version, by=request.user)
    except Refused as refused:
        is_own = filing.submitted_by_id == request.user.pk
        if is_own and filing.version == version + 1:
            return redirect("surveys:handed", filing.pk)
        filing.refresh_from_db()
        return show_check(request, filing, [], refused=refused.messages[0], status=409)
    if obstacles:
        return show_check(request, filing, obstacles, status=422)
    return redirect("surveys:handed", filing.pk)


def show_check(request, filing, obstacles, *, refused="", status=200):
    step = step_for("hand_in", filing, request.user)
    receiver = ""
    if step and not obstacles:
        receiver = Unit.objects.get(pk=next_desk(filing, step)).name
    context = {
        "stops": obstacles,
        "refused": refused,
        "item": work_items([filing], filing.round, request.user)[0],
        "changes": changes_since_hand_in(filing),
        "step": step,
        "to": receiver,
        "send_back": step_for("send_back", filing, request.user),
    }
    return show_step(
        request, "surveys/work_check.html", filing, "检查并报送", status=status, **context
    )


@require_safe
def handed_page(request, pk):
    """After handing in: to whom and when, what changed since the last time, how to take it back."""
    filing = filing_to_hand_in(request, pk)
    if place_of(filing) == FilingPlace.HERE:
        return redirect("surveys:check", filing.pk)
    return show_handed(request, filing)


def show_handed(request, filing, *, refused="", status=200):
    context = {
        "item": WorkItem(filing, request.user),
        "changes": changes_since_hand_in(filing, back=2),
        "refused": refused,
    }
    return show_step(
        request, "surveys/work_handed.html", filing, "报送情况", status=status, **context
    )


@require_POST
def withdraw_filing(request, pk):
    """Take a filing back before anybody looked at it."""
    filing = filing_to_hand_in(request, pk)
    try:
        actions.withdraw(filing=filing, version=posted_version(request), by=request.user)
    except Refused as refused:
        filing.refresh_from_db()
        return show_handed(request, filing, refused=refused.messages[0], status=409)
    messages.success(request, f"{filing.name}已撤回，可以继续修改。改好后请重新报送。")
    return redirect("surveys:work")


@require_http_methods(FORM)
def answer_page(request, pk):
    """The questions about a filing, each with its cell, what was written and a box to answer in."""
    filing = filing_to_hand_in(request, pk)
    if request.method == "POST":
        return answer_questions(request, filing)
    if not may_fill(filing, request.user):
        return redirect("surveys:handed", filing.pk)
    actions.look(filing=filing, by=request.user)
    return show_questions(request, filing)


def answer_questions(request, filing):
    """Store the answers that were typed."""
    typed = posted_answers(request.POST)
    try:
        count = actions.answer(filing=filing, answers=typed, by=request.user)
    except Refused as refused:
        sentence = refused.messages[0]
        return show_questions(request, filing, typed, refused=sentence, status=409)
    if count:
        messages.success(request, f"已记下 {count} 条答复。")
    else:
        messages.success(request, "没有写答复。已答过的不用再答。")
    return redirect("surveys:answer", filing.pk)


def posted_answers(post):
    """{id of question: text} of the boxes `a.12` of the form."""
    answers = {}
    for name, text in post.items():
        prefix, _, question = name.partition(".")
        if prefix == "a" and question.isdecimal():
            answers[int(question)] = text
    return answers


def show_questions(request, filing, typed=None, *, refused="", status=200):
    questions, answered = open_questions_and_answers(filing, typed or {})
    context = {
        "questions": questions,
        "answered": answered,
        "refused": refused,
        "open": may_fill(filing, request.user),
    }
    here = "修改退回项" if filing.status == "returned" else "待核实"
    return show_step(request, "surveys/work_answer.html", filing, here, status=status, **context)


@require_http_methods(FORM)
def send_back_page(request, pk):
    """退回: the reviewer says why; the remarks stay at their cells."""
    filing = visible_filing(request, pk)
    if request.method == "POST":
        return send_filing_back(request, filing)
    if not step_for("send_back", filing, request.user):
        return redirect("reports:filing", filing.pk)
    actions.look(filing=filing, by=request.user)
    return show_step(request, "surveys/work_send_back.html", filing, "退回")


def send_filing_back(request, filing):
    reason, version = request.POST.get("reason", ""), posted_version(request)
    try:
        actions.send_back(filing=filing, version=version, by=request.user, reason=reason)
    except Refused as refused:
        context = {"refused": refused.messages[0], "reason": reason}
        return show_step(
            request, "surveys/work_send_back.html", filing, "退回", status=409, **context
        )
    messages.success(request, f"{filing.name}已退回。")
    return redirect("reports:filing", filing.pk)
