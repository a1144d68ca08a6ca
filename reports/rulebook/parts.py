"""Composites built in place.

Which standards one consists of, in which order, tried before it is saved.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q

from reports.models import Standard
from reports.rulebook import actions
from reports.rulebook.effect import effect_of_standard
from reports.rulebook.reach import settled_rounds
from reports.rulebook.views import (
    editable_standard,
    error_text,
    redirect_to_standard,
    render_in_rulebook,
)

PROPOSED = 60


def parts_page(request, pk):
    """The list of parts: ticked ones stay, in the order of their numbers.

    加上 and 试算 write nothing.
    """
    whole = editable_standard(request, pk)
    stored = list(whole.children.order_by("position", "pk"))
    is_sent = request.method == "POST"
    chosen = sent_parts(request, whole) if is_sent else stored
    wrong = ""
    if is_sent and "save" in request.POST:
        try:
            seen = int(request.POST.get("seen") or 0)
            actions.compose_standard(by=request.user, whole=whole, parts=chosen, seen=seen)
        except ValidationError as error:
            wrong = error_text(error)
        else:
            messages.success(request, f"“{whole.name}”现由 {len(chosen)} 项组成。")
            return redirect_to_standard(whole)
    word = request.POST.get("word", "").strip()
    effect = None
    if is_sent and chosen:
        effect = effect_of_standard(request.user, whole, chosen)
    context = {
        "whole": whole,
        "chosen": chosen,
        "own": {part.pk for part in stored},
        "candidates": parts_to_add(whole, chosen, word),
        "word": word,
        "wrong": wrong,
        "settled": settled_rounds(whole),
        "effect": effect,
        "tried": is_sent,
    }
    answer = render_in_rulebook(request, "parts", f"分项：{whole.name}", **context)
    answer.status_code = 422 if wrong else 200
    return answer


def sent_parts(request, whole):
    """The parts as the page sends them: those ticked, by their numbers, then those added."""
    ticked = [pk for pk in request.POST.getlist("part") if pk.isdigit()]
    order = sorted(ticked, key=lambda pk: place_number(request.POST.get(f"place-{pk}")))
    if "take" in request.POST:
        added = request.POST.getlist("add")
        for pk in added:
            if pk.isdigit() and pk not in ticked:
                order.append(pk)
    found = possible_parts(whole).in_bulk(map(int, order))
    return [found[int(pk)] for pk in order if int(pk) in found]


def place_number(text):
    """The number written beside a part; last where none is."""
    if not text or not text.isdigit():
        return 999
    return int(text)


def possible_parts(whole):
    """What can be a part: its own, and whatever is judged from measures at the level of `whole`."""
    measured = Q(why_not="", level=whole.level) & ~Q(actual="")
    return Standard.objects.filter(measured | Q(parent=whole)).exclude(pk=whole.pk)


def parts_to_add(whole, chosen, word):
    """Standards that could be added, by a word of their name or wording."""
    taken = [part.pk for part in chosen]
    found = possible_parts(whole).exclude(pk__in=taken)
    if word:
        found = found.filter(Q(name__icontains=word) | Q(statement__icontains=word))
    else:
        found = found.exclude(parent=whole)
    return list(found.order_by("topic", "position")[:PROPOSED])
