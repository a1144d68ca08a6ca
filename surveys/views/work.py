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
def work_page(request):
    """A clerk's first page: the round, the deadline, and the one thing to do next for each filing."""
    now = timezone.now()
    rounds = [ClerkRound(round, now) for round in rounds_to_fill(request.user)]
    current = current_round(rounds, request.GET.get("round"))
    if not current:
        context = {"elsewhere": Filing.objects.visible_to(request.user).exists()}
        return render(request, "surveys/work_none.html", context)
    others = []
    for each in rounds:
        if each.round != current.round:
            others.append(each)
    filing = top_filing_to_fill(request.user, current.round)
    late = []
    for each in others:
        if each.state in ("open", "overdue"):
            late.append(each)
    context = {
        "current": current,
        "frame": PageContext(filing, request.user, "work", here="我的填报"),
        "page": work_items_page(current.round, request.user, request.GET.get("page")),
        "sections": round_sections(current.round),
        "query": urlencode({"round": current.round.pk}),
        "late": late,
        "coming": next((each for each in others if each.state == "early"), None),
    }
    return render(request, "surveys/work.html", context)


def current_round(rounds, pk):
    """The round asked for; else the newest that has begun, else the last; None without rounds.

    Raises Http404 for a round this clerk has no filing in.
    """
    if pk:
        for each in rounds:
            if str(each.round.pk) == pk:
                return each
        raise Http404
    last = None
    if rounds:
        last = rounds[-1]
    return next((each for each in rounds if each.state != "early"), last)


def top_filing_to_fill(user, round):
    """The filing the page is about: the street's for its clerk, the community's for its own."""
    mine = Filing.objects.editable_by(user).filter(round=round).select_related("round", ABOVE)
    return mine.order_by("level", "path").first()


@require_POST
def hand_in_several(request):
    """Hand in what was ticked, each filing for itself: a refusal does not stop the rest."""
    versions = ticked_versions(request.POST)
    mine = Filing.objects.editable_by(request.user).select_related("round", ABOVE)
    filings = list(mine.filter(pk__in=versions).order_by("code", "path"))
    if len(filings) < len(versions):
        raise Http404
    done = []
    for filing in filings:
        obstacle = hand_in_or_say_why(filing, versions[filing.pk], request.user)
        if obstacle:
            messages.warning(request, obstacle)
        else:
            done.append(filing.name)
    if done:
        messages.success(request, f"已报送 {len(done)} 份：{'、'.join(done)}。")
    if not versions:
        messages.warning(request, "没有勾选社区。请先在左边勾选要报送的社区。")
    return redirect("surveys:work")


def ticked_versions(post):
    """{filing: version the page showed} of what was ticked, as many as may be handed in at once."""
    versions = {}
    for text in post.getlist("pick")[:MOST_AT_ONCE]:
        ticked = filing_and_version(text)
        if ticked:
            filing, version = ticked
            versions[filing] = version
    return versions


def hand_in_or_say_why(filing, version, user):
    """Hand in a filing; "" where that was done, else the sentence why not."""
    try:
        obstacles = hand_in(filing=filing, version=version, by=user)
    except Refused as refused:
        return refused.messages[0]
    if not obstacles:
        return ""
    count = len(obstacles)
    return f"{filing.name}没有报送：还有 {count} 处要先处理，请点它的“检查并报送”查看。"
