"""Composites built in place: which standards one consists of, in which order, tried before it is saved."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q

from reports.models import Standard
from reports.rulebook import actions
from reports.rulebook.effect import effect
from reports.rulebook.reach import settled_rounds
from reports.rulebook.views import home, kept, sentences, show

PROPOSED = 60


def parts(request, pk):
    """The list of parts: ticked ones stay, in the order of their numbers; 加上 and 试算 write nothing."""
    whole = kept(request, pk)
    stored = list(whole.children.order_by("position", "pk"))
    chosen, wrong = listed(request, whole) if request.method == "POST" else stored, ""
    if request.method == "POST" and "save" in request.POST:
        try:
            seen = int(request.POST.get("seen") or 0)
            actions.compose(by=request.user, whole=whole, parts=chosen, seen=seen)
        except ValidationError as error:
            wrong = sentences(error)
        else:
            messages.success(request, f"“{whole.name}”现由 {len(chosen)} 项组成。")
            return home(whole)
    word = request.POST.get("word", "").strip()
    context = {
        "whole": whole,
        "chosen": chosen,
        "own": {part.pk for part in stored},
        "candidates": candidates(whole, chosen, word),
        "word": word,
        "wrong": wrong,
        "settled": settled_rounds(whole),
        "effect": effect(request.user, whole, chosen)
        if request.method == "POST" and chosen
        else None,
        "tried": request.method == "POST",
    }
    answer = show(request, "parts", f"分项：{whole.name}", **context)
    answer.status_code = 422 if wrong else 200
    return answer


def listed(request, whole):
    """The parts as the page sends them: those ticked, by their numbers, and those added."""
    ticked = [pk for pk in request.POST.getlist("part") if pk.isdigit()]
    places = {pk: number(request.POST.get(f"place-{pk}")) for pk in ticked}
    added = [pk for pk in request.POST.getlist("add") if pk.isdigit() and "take" in request.POST]
    order = sorted(ticked, key=lambda pk: places[pk]) + [pk for pk in added if pk not in ticked]
    found = possible(whole).in_bulk(map(int, order))
    return [found[int(pk)] for pk in order if int(pk) in found]


def number(text):
    return int(text) if (text or "").isdigit() else 999


def possible(whole):
    """What can be a part: its own, and whatever is judged from measures at the same level."""
    measured = Q(why_not="", level=whole.level) & ~Q(actual="")
    return Standard.objects.filter(measured | Q(parent=whole)).exclude(pk=whole.pk)


def candidates(whole, chosen, word):
    """Standards that could be added, by a word of their name or wording."""
    found = possible(whole).exclude(pk__in=[part.pk for part in chosen])
    found = found.exclude(parent=whole) if not word else found
    if word:
        found = found.filter(Q(name__icontains=word) | Q(statement__icontains=word))
    return list(found.order_by("topic", "position")[:PROPOSED])
