"""The bureau's rounds: a list, a new one, and one with what may be done to it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Role
from communities.models import Kind, Unit
from surveys.actions import open_round
from surveys.actions.rounds import close, extend, reopen
from surveys.extras import round_sections
from surveys.models import Filing, Round, Status
from surveys.models.round import DUE_FIELDS, State
from surveys.pages.rounds import managed_round, may_manage_round, round_page_context, visible_round
from surveys.rounds.forms import ExtendForm, RoundForm, new_round_initial
from surveys.worklist.history import history_page

MOST = 60  # five years of months
CSS = {State.PLANNED: "", State.OPEN: "ask", State.CLOSED: "law"}
DONE = [Status.SUBMITTED, Status.APPROVED]


@require_safe
def rounds(request):
    """Every round in sight, newest first, and how far it is in the reader's own area."""
    shown = list(Round.objects.visible_to(request.user).select_related("unit")[:MOST])
    counts = progress_of(request.user, shown)
    for round in shown:
        round.css = CSS[round.state]
        round.expected, round.done = counts.get(round.pk, (0, 0))
    context = {
        "frame": round_page_context(request, "各期"),
        "rounds": shown,
        "may_open": bool(request.user.paths(role=Role.REVIEWER)),
    }
    return render(request, "rounds/list.html", context)


def progress_of(user, rounds):
    """{round: (expected, handed in)} of the filings in sight; one query."""
    mine = (
        Filing.objects.visible_to(user).filter(round__in=rounds).asked().order_by().values("round")
    )
    rows = mine.annotate(expected=Count("pk"), done=Count("pk", filter=Q(status__in=DONE)))
    return {row["round"]: (row["expected"], row["done"]) for row in rows}


@require_http_methods(["GET", "HEAD", "POST"])
def new_round(request):
    """Open a survey now, or plan one that opens later."""
    own = (
        Unit.objects.filter(path__in=request.user.paths(role=Role.REVIEWER))
        .order_by("level", "path")
        .first()
    )
    form = RoundForm(
        request.user, request.POST or None, initial=new_round_initial(request.user, own)
    )
    if form.is_bound and form.is_valid() and (made := opened(form, request.user)):
        messages.success(
            request,
            f"已开设“{made.title}”：{made.filings.asked().count():,} 个单位填报，填报员已收到通知。",
        )
        return redirect("surveys:round", made.pk)
    context = {"frame": round_page_context(request, "开设填报期"), "form": form}
    return render(request, "rounds/new.html", context, status=422 if form.is_bound else 200)


def opened(form, user):
    """The round made from a valid form; None where it is refused, the sentences on the form."""
    try:
        return open_round(**form.wanted(), by=user)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return None


@require_safe
def round(request, pk):
    """One round: its settings, what may be done to it, what was done."""
    return shown(request, visible_round(request, pk))


def shown(request, round, *, form=None, wrong=(), status=200):
    may = may_manage_round(request.user, round)
    context = {
        "frame": round_page_context(request, round.title, round),
        "round": round,
        "css": CSS[round.state],
        "sections": round_sections(round),
        "carried": [
            section.label for section in round_sections(round) if section.name in round.carried
        ],
        "kinds": [Kind(kind).label for kind in round.kinds],
        "dues": [
            (label(name), getattr(round, name))
            for name in reversed(DUE_FIELDS.values())
            if getattr(round, name)
        ],
        "left_out": round.left_out.select_related("unit"),
        "form": form or ExtendForm(round) if may and not round.closed_at else None,
        "may": may,
        "wrong": wrong,
        "lines": history_page(f"round:{round.pk}")[0],
    }
    return render(request, "rounds/round.html", context, status=status)


def label(name):
    return Round._meta.get_field(name).verbose_name


@require_POST
def extend_round(request, pk):
    """More time, with a reason; every clerk of the area is told."""
    round = managed_round(request, pk)
    form = ExtendForm(round, request.POST)
    if not form.is_valid():
        return shown(request, round, form=form, status=422)
    return done(
        request,
        round,
        "已延期，填报员已收到通知。",
        lambda: extend(
            round=round, reason=form.cleaned_data["reason"], by=request.user, **form.times()
        ),
        form,
    )


@require_POST
def close_round(request, pk):
    """Nothing of it is changed any more."""
    round = managed_round(request, pk)
    reason = request.POST.get("reason", "")
    return done(
        request,
        round,
        "已关闭，数据不再改动。",
        lambda: close(round=round, by=request.user, reason=reason),
    )


@require_POST
def reopen_round(request, pk):
    """It may be worked on again, with a reason; every clerk of the area is told."""
    round = managed_round(request, pk)
    reason = request.POST.get("reason", "")
    said = "已重新开放，填报员已收到通知。"
    return done(request, round, said, lambda: reopen(round=round, reason=reason, by=request.user))


def done(request, round, said, act, form=None):
    """Do it and say so; where it is refused, the page with the sentence and what was typed."""
    try:
        act()
    except ValidationError as refused:
        return shown(
            request, visible_round(request, round.pk), form=form, wrong=refused.messages, status=409
        )
    messages.success(request, said)
    return redirect("surveys:round", round.pk)
