"""The page of the own items a bureau asks in one round, and what may be done to them."""

from itertools import pairwise

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.actions.extras import ask, ask_again, askable_again, change, move, withdraw
from surveys.extras import answer_measures, round_own_items
from surveys.models import Extra, ExtraRecord
from surveys.models.extra import MOST
from surveys.pages.rounds import managed_round, may_manage_round, round_page_context, visible_round
from surveys.rounds.burden import round_burden
from surveys.rounds.extra_form import AgainForm, ExtraForm
from surveys.sections import all_sections


@require_safe
def extras_page(request, pk):
    """The own items of one round, how much it asks in all, and a form for the next item."""
    return show_extras(request, visible_round(request, pk))


def show_extras(request, round, *, form=None, wrong=(), status=200):
    may = may_manage_round(request.user, round) and not round.closed_at
    items = items_with_counts(round)
    if not may:
        form = None
    elif form is None:
        form = ExtraForm(round, initial={"kind": Extra.Kind.COUNT})
    asked, withdrawn = [], []
    for item in items:
        if item.retired_at:
            withdrawn.append(item)
        else:
            asked.append(item)
    context = {
        "frame": round_page_context(request, "补充项", round),
        "round": round,
        "items": asked,
        "withdrawn": withdrawn,
        "burden": round_burden(round),
        "most": MOST,
        "may": may,
        "form": form,
        "again": askable_again(round) if may else [],
        "wrong": wrong,
    }
    return render(request, "rounds/extras.html", context, status=status)


def items_with_counts(round):
    """The items in the order of the form; each knows its subject and how many units answered."""
    items = round_own_items(round)
    labels = {section.name: section.label for section in all_sections()}
    answered = count_answered(round, items)
    for item in items:
        item.subject = labels.get(item.section, "单列")
        item.said = answered[item.slot]
        item.measures = answer_measures(item)
    mark_movable([item for item in items if not item.retired_at])
    return items


def count_answered(round, items):
    """{slot of an item: how many units answered it}; one query, none without items."""
    if not items:
        return {}
    counts = {}
    for item in items:
        counts[f"said_{item.slot}"] = Count("pk", filter=~Q(**unanswered_condition(item)))
    found = ExtraRecord.objects.filter(filing__round=round).aggregate(**counts)
    answered = {}
    for item in items:
        answered[item.slot] = found[f"said_{item.slot}"]
    return answered


def unanswered_condition(item):
    """The lookup of answers that leave an item blank."""
    if item.column.startswith("text"):
        return {item.column: ""}
    return {f"{item.column}__isnull": True}


def mark_movable(items):
    """Mark which items may go up or down: past a neighbour of one section."""
    for before, after in pairwise(items):
        before.may_sink = after.may_rise = before.section == after.section


def asked_item(round, number):
    """One item still asked. Raises Http404 for another round's and for a withdrawn one."""
    found = round.extras.asked().filter(pk=number).first()
    if not found:
        raise Http404
    return found


@require_POST
def ask_extra(request, pk):
    """Ask one more item; 422 where it cannot be asked like that."""
    round = managed_round(request, pk)
    form = ExtraForm(round, request.POST)
    if not form.is_valid():
        return show_extras(request, round, form=form, status=422)
    label = form.instance.label
    try:
        ask(round=round, extra=form.instance, by=request.user)
    except ValidationError as refused:
        return show_refused_extras(request, round, refused, form)
    messages.success(request, f"已加上“{label}”，填报表和下载的工作簿里都有了。")
    return redirect("surveys:extras", round.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def extra_page(request, pk, number):
    """Another wording of one item; what it means only while nobody answered it."""
    round = managed_round(request, pk)
    item = asked_item(round, number)
    fixed = item.answers.exists()
    data = None
    if request.method == "POST":
        data = request.POST
    form = ExtraForm(round, data, instance=item, fixed=fixed)
    if form.is_bound and form.is_valid() and change_from_form(form, request.user):
        messages.success(request, f"已更改“{item.label}”。")
        return redirect("surveys:extras", round.pk)
    context = {
        "frame": round_page_context(request, "补充项", round),
        "round": round,
        "form": form,
        "fixed": fixed,
    }
    return render(request, "rounds/extra.html", context, status=422 if form.is_bound else 200)


def change_from_form(form, user):
    """Whether the change was stored; where it is refused, the form says why."""
    try:
        change(extra=form.instance, by=user)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    return True


@require_POST
def withdraw_extra(request, pk, number):
    """Ask an item no more."""
    round = managed_round(request, pk)
    item = asked_item(round, number)
    label = item.label
    try:
        withdraw(extra=item, by=request.user)
    except ValidationError as refused:
        return show_refused_extras(request, round, refused)
    messages.success(request, f"已撤下“{label}”。")
    return redirect("surveys:extras", round.pk)


@require_POST
def move_extra(request, pk, number):
    """Move an item one place up or down."""
    round = managed_round(request, pk)
    item = asked_item(round, number)
    step = -1 if request.POST.get("step") == "up" else 1
    try:
        move(extra=item, step=step, by=request.user)
    except ValidationError as refused:
        return show_refused_extras(request, round, refused)
    return redirect("surveys:extras", round.pk)


@require_POST
def ask_extras_again(request, pk):
    """Ask items of the round before once more."""
    round = managed_round(request, pk)
    form = AgainForm(askable_again(round), request.POST)
    picked = []
    if form.is_valid():
        picked = form.picked
    try:
        ask_again(round=round, extras=picked, by=request.user)
    except ValidationError as refused:
        return show_refused_extras(request, round, refused)
    messages.success(request, f"已沿用 {len(picked)} 项，上期答案已带入还没有填的单位。")
    return redirect("surveys:extras", round.pk)


def show_refused_extras(request, round, refused, form=None):
    """The page anew, with the sentence why it was refused and what was typed."""
    round = visible_round(request, round.pk)
    return show_extras(request, round, form=form, wrong=refused.messages, status=409)
