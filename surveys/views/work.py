from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from surveys.actions.handing_in import Refused, hand_in
from surveys.extras import round_sections
from surveys.models import Filing
from surveys.pages.context import PageContext
from surveys.pages.filings import ABOVE
from surveys.pages.posted import filing_and_version
from surveys.worklist.items import work_items_page
from surveys.worklist.rounds import ClerkRound, rounds_to_fill

MOST_AT_ONCE = 50


@require_safe
def work(request):
    """A clerk's first page: the round, the deadline, my communities, and the one thing to do next for each."""
    now = timezone.now()
    rounds = [ClerkRound(round, now) for round in rounds_to_fill(request.user)]
    current = chosen(rounds, request.GET.get("round"))
    if not current:
        return render(request, "surveys/work_none.html", {"elsewhere": elsewhere(request.user)})
    context = {
        "current": current,
        "frame": PageContext(
            top(request.user, current.round), request.user, "work", here="我的填报"
        ),
        "page": work_items_page(current.round, request.user, request.GET.get("page")),
        "sections": round_sections(current.round),
        "query": urlencode({"round": current.round.pk}),
        "late": [
            each
            for each in rounds
            if each.round != current.round and each.state in ("open", "overdue")
        ],
        "coming": next(
            (each for each in rounds if each.round != current.round and each.state == "early"), None
        ),
    }
    return render(request, "surveys/work.html", context)


def chosen(rounds, pk):
    """The round asked for; else the newest that has begun, else the next one; None where there is none."""
    if pk:
        found = next((each for each in rounds if str(each.round.pk) == pk), None)
        if not found:
            raise Http404
        return found
    return next((each for each in rounds if each.state != "early"), rounds[-1] if rounds else None)


def top(user, round):
    """The filing the page is about: the street's for its clerk, the community's for its own."""
    mine = Filing.objects.editable_by(user).filter(round=round).select_related("round", ABOVE)
    return mine.order_by("level", "path").first()


def elsewhere(user):
    """Whether rounds are open in sight, only without this clerk's units."""
    return Filing.objects.visible_to(user).exists()


@require_POST
def hand_in_several(request):
    """Hand in what was ticked, each community for itself: one that is stopped keeps none of the others."""
    picked = dict(
        pair
        for text in request.POST.getlist("pick")[:MOST_AT_ONCE]
        if (pair := filing_and_version(text))
    )
    mine = Filing.objects.editable_by(request.user).select_related("round", ABOVE)
    filings = list(mine.filter(pk__in=picked).order_by("code", "path"))
    if len(filings) < len(picked):
        raise Http404
    done = []
    for filing in filings:
        say = handed(filing, picked[filing.pk], request.user)
        if say:
            messages.warning(request, say)
        else:
            done.append(filing.name)
    if done:
        messages.success(request, f"已报送 {len(done)} 份：{'、'.join(done)}。")
    if not picked:
        messages.warning(request, "没有勾选社区。请先在左边勾选要报送的社区。")
    return redirect("surveys:work")


def handed(filing, version, user):
    """ "" where it was handed in, else the sentence why not."""
    try:
        found = hand_in(filing=filing, version=version, by=user)
    except Refused as refused:
        return refused.messages[0]
    return (
        f"{filing.name}没有报送：还有 {len(found)} 处要先处理，请点它的“检查并报送”查看。"
        if found
        else ""
    )
