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

MOST_ROUNDS = 60  # five years of months
STATE_CSS = {State.PLANNED: "", State.OPEN: "ask", State.CLOSED: "law"}
HANDED_IN = [Status.SUBMITTED, Status.APPROVED]


@require_safe
def rounds_page(request):
    """Every round in sight, newest first, and how far it is in the reader's own area."""
    rounds = list(Round.objects.visible_to(request.user).select_related("unit")[:MOST_ROUNDS])
    counts = count_handed_in(request.user, rounds)
    for round in rounds:
        round.css = STATE_CSS[round.state]
        round.expected, round.done = counts.get(round.pk, (0, 0))
    context = {
        "frame": round_page_context(request, "各期"),
        "rounds": rounds,
        "may_open": bool(request.user.paths(role=Role.REVIEWER)),
    }
    return render(request, "rounds/list.html", context)


def count_handed_in(user, rounds):
    """{round: (expected, handed in)} of the filings in sight; one query."""
    mine = Filing.objects.visible_to(user).filter(round__in=rounds).asked()
    done = Count("pk", filter=Q(status__in=HANDED_IN))
    rows = mine.order_by().values("round").annotate(expected=Count("pk"), done=done)
    counts = {}
    for row in rows:
        counts[row["round"]] = (row["expected"], row["done"])
    return counts


@require_http_methods(["GET", "HEAD", "POST"])
def new_round_page(request):
    """Open a survey now, or plan one that opens later."""
    areas = request.user.paths(role=Role.REVIEWER)
    own_unit = Unit.objects.filter(path__in=areas).order_by("level", "path").first()
    initial = new_round_initial(own_unit)
    form = RoundForm(request.user, request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        round = open_from_form(form, request.user)
        if round:
            count = round.filings.asked().count()
            sentence = f"{count:,} 个单位填报，填报员已收到通知。"
            messages.success(request, f"已开设“{round.title}”：{sentence}")
            return redirect("surveys:round", round.pk)
    context = {"frame": round_page_context(request, "开设填报期"), "form": form}
    return render(request, "rounds/new.html", context, status=422 if form.is_bound else 200)


def open_from_form(form, user):
    """The round made from a valid form; None where it is refused, the sentences on the form."""
    try:
        return open_round(**form.wanted(), by=user)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return None


@require_safe
def round_page(request, pk):
    """One round: its settings, what may be done to it, what was done."""
    return show_round(request, visible_round(request, pk))


def show_round(request, round, *, form=None, wrong=(), status=200):
    may = may_manage_round(request.user, round)
    sections = round_sections(round)
    if not may or round.closed_at:
        form = None
    elif form is None:
        form = ExtendForm(round)
    carried = []
    for section in sections:
        if section.name in round.carried:
            carried.append(section.label)
    kinds = []
    for kind in round.kinds:
        kinds.append(Kind(kind).label)
    context = {
        "frame": round_page_context(request, round.title, round),
        "round": round,
        "css": STATE_CSS[round.state],
        "sections": sections,
        "carried": carried,
        "kinds": kinds,
        "dues": dues_of_levels(round),
        "left_out": round.left_out.select_related("unit"),
        "form": form,
        "may": may,
        "wrong": wrong,
        "lines": history_page(f"round:{round.pk}")[0],
    }
    return render(request, "rounds/round.html", context, status=status)


def dues_of_levels(round):
    """[(label, until when)] of the levels with a deadline of their own."""
    dues = []
    for name in reversed(DUE_FIELDS.values()):
        due = getattr(round, name)
        if due:
            dues.append((Round._meta.get_field(name).verbose_name, due))
    return dues


@require_POST
def extend_round(request, pk):
    """Give more time, with a reason; every clerk of the area is told."""
    round = managed_round(request, pk)
    form = ExtendForm(round, request.POST)
    if not form.is_valid():
        return show_round(request, round, form=form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        extend(round=round, reason=reason, by=request.user, **form.times())
    except ValidationError as refused:
        return show_refused_round(request, round, refused, form)
    messages.success(request, "已延期，填报员已收到通知。")
    return redirect("surveys:round", round.pk)


@require_POST
def close_round(request, pk):
    """End a round: nothing of it is changed any more."""
    round = managed_round(request, pk)
    try:
        close(round=round, by=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as refused:
        return show_refused_round(request, round, refused)
    messages.success(request, "已关闭，数据不再改动。")
    return redirect("surveys:round", round.pk)


@require_POST
def reopen_round(request, pk):
    """Let a round be worked on again, with a reason; every clerk of the area is told."""
    round = managed_round(request, pk)
    try:
        reopen(round=round, reason=request.POST.get("reason", ""), by=request.user)
    except ValidationError as refused:
        return show_refused_round(request, round, refused)
    messages.success(request, "已重新开放，填报员已收到通知。")
    return redirect("surveys:round", round.pk)


def show_refused_round(request, round, refused, form=None):
    """The page anew, with the sentence why it was refused and what was typed."""
    round = visible_round(request, round.pk)
    return show_round(request, round, form=form, wrong=refused.messages, status=409)
