"""What a bureau asks of its own in one round: the page of its items, and what may be done to them."""

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
def extras(request, pk):
    """The items of one round, how much it asks in all, and a form for the next one."""
    return shown(request, visible_round(request, pk))


def shown(request, round, *, form=None, wrong=(), status=200):
    may = may_manage_round(request.user, round) and not round.closed_at
    items = listed(round)
    context = {
        "frame": round_page_context(request, "补充项", round),
        "round": round,
        "items": [each for each in items if not each.retired_at],
        "withdrawn": [each for each in items if each.retired_at],
        "burden": round_burden(round),
        "most": MOST,
        "may": may,
        "form": form or ExtraForm(round, initial={"kind": Extra.Kind.COUNT}) if may else None,
        "again": askable_again(round) if may else [],
        "wrong": wrong,
    }
    return render(request, "rounds/extras.html", context, status=status)


def listed(round):
    """The items in the order of the form; each knows its subject and how many units answered."""
    items = round_own_items(round)
    labels = {section.name: section.label for section in all_sections()}
    counts = {f"said_{each.slot}": Count("pk", filter=~Q(**blank(each))) for each in items}
    said = ExtraRecord.objects.filter(filing__round=round).aggregate(**counts) if items else {}
    asked = [each for each in items if not each.retired_at]
    for each in items:
        each.subject, each.said = labels.get(each.section, "单列"), said[f"said_{each.slot}"]
        each.measures = answer_measures(each)
    for before, after in zip(asked, asked[1:], strict=False):
        before.may_sink = after.may_rise = before.section == after.section
    return items


def blank(extra):
    return (
        {extra.column: ""} if extra.column.startswith("text") else {f"{extra.column}__isnull": True}
    )


def item(round, number):
    """One item still asked. Raises Http404 for another round's and for one that was withdrawn."""
    found = round.extras.asked().filter(pk=number).first()
    if not found:
        raise Http404
    return found


@require_POST
def ask_extra(request, pk):
    """One more item; 422 where it cannot be asked like that."""
    round = managed_round(request, pk)
    form = ExtraForm(round, request.POST)
    if not form.is_valid():
        return shown(request, round, form=form, status=422)
    said = f"已加上“{form.instance.label}”，填报表和下载的工作簿里都有了。"
    return done(
        request, round, said, lambda: ask(round=round, extra=form.instance, by=request.user), form
    )


@require_http_methods(["GET", "HEAD", "POST"])
def extra(request, pk, number):
    """Another wording of one item; what it means only while nobody answered it."""
    round = managed_round(request, pk)
    of = item(round, number)
    fixed = of.answers.exists()
    form = ExtraForm(
        round, request.POST if request.method == "POST" else None, instance=of, fixed=fixed
    )
    if form.is_bound and form.is_valid() and changed(form, request.user):
        messages.success(request, f"已更改“{of.label}”。")
        return redirect("surveys:extras", round.pk)
    context = {
        "frame": round_page_context(request, "补充项", round),
        "round": round,
        "form": form,
        "fixed": fixed,
    }
    return render(request, "rounds/extra.html", context, status=422 if form.is_bound else 200)


def changed(form, user):
    """Whether the change was stored; where it is refused, the form says why."""
    try:
        change(extra=form.instance, by=user)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    return True


@require_POST
def withdraw_extra(request, pk, number):
    """It is asked no more."""
    round = managed_round(request, pk)
    of = item(round, number)
    return done(
        request, round, f"已撤下“{of.label}”。", lambda: withdraw(extra=of, by=request.user)
    )


@require_POST
def move_extra(request, pk, number):
    """One place up or down."""
    round = managed_round(request, pk)
    of, step = item(round, number), -1 if request.POST.get("step") == "up" else 1
    return done(request, round, "", lambda: move(extra=of, step=step, by=request.user))


@require_POST
def ask_extras_again(request, pk):
    """Items of the round before, asked once more."""
    round = managed_round(request, pk)
    form = AgainForm(askable_again(round), request.POST)
    picked = form.picked if form.is_valid() else []
    said = f"已沿用 {len(picked)} 项，上期答案已带入还没有填的单位。"
    return done(
        request, round, said, lambda: ask_again(round=round, extras=picked, by=request.user)
    )


def done(request, round, said, act, form=None):
    """Do it and say so; where it is refused, the page with the sentence and what was typed."""
    try:
        act()
    except ValidationError as refused:
        return shown(
            request, visible_round(request, round.pk), form=form, wrong=refused.messages, status=409
        )
    if said:
        messages.success(request, said)
    return redirect("surveys:extras", round.pk)
