"""填报进度: how far the units of an area are, which ones stand behind each number, and the reminder to those who are late."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Role
from communities.models import Level
from surveys.actions.messages import clerks_of
from surveys.actions.reminding import remind
from surveys.models import Filing
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_href, visible_filing
from surveys.rounds.progress import PROGRESS_STATES, days_late, progress_condition
from surveys.rounds.progress import progress_by_unit as counted
from surveys.workflow import state_words

PER_PAGE, ON_PAPER = 50, 1000
LABELS = {
    "all": "全部",
    "late": "逾期未报",
    "unapproved": "未审定",
    **{stand.name: stand.label for stand in PROGRESS_STATES},
}


@require_safe
def progress(request, pk):
    """The table by the unit below, and the list behind one of its numbers."""
    filing = visible_filing(request, pk)
    frame = PageContext(filing, request.user, "progress", here="填报进度")
    whole, rows = counted(filing, frame.children)
    stand = named(request.GET.get("stand", "late" if whole.late else "all"))
    level = level_of(request.GET)
    context = {
        "frame": frame,
        "whole": bar(whole),
        "rows": [bar(row) for row in rows],
        "stands": PROGRESS_STATES,
        "stand": stand,
        "level": level,
        "label": LABELS[stand] + (f"的{Level(level).label}" if level else "的单位"),
        "page": listed(
            behind(filing, stand, level), request.GET.get("page"), paper="paper" in request.GET
        ),
        "query": query(stand, level),
        "may_remind": may_remind(request.user, filing) and filing.round.is_running,
    }
    return render(request, "rounds/progress.html", context)


def named(stand):
    if stand not in LABELS:
        raise Http404
    return stand


def level_of(data):
    """The one level that was asked for; None for all."""
    text = data.get("level", "")
    return int(text) if text.isdecimal() and len(text) == 1 and int(text) in Level else None


def query(stand, level):
    return urlencode({"stand": stand} | ({"level": level} if level else {}))


def bar(row):
    """The row with the parts of its bar, the link to its unit, and its share handed in."""
    row.href = reverse("surveys:progress", args=[row.filing.pk])
    row.cells = [(stand, row.counts[stand.name]) for stand in PROGRESS_STATES]
    row.parts, at = [], 0
    for stand, count in row.cells:
        if count:
            share = 100 * count / row.total
            row.parts.append({"css": stand.css, "start": f"{at:.2f}%", "width": f"{share:.2f}%"})
            at += share
    row.words = "，".join(f"{stand.label} {count}" for stand, count in row.cells)
    return row


def behind(filing, stand, level):
    """The filings behind a number, or those of one level among them."""
    mine = (
        Filing.objects.within(filing)
        .filter(progress_condition(stand, filing.round), round=filing.round_id)
        .asked()
    )
    return mine.filter(level=level) if level else mine


def listed(mine, number, *, paper=False):
    """One page of these filings, with their clerks and reminders; the whole list on paper."""
    mine = mine.annotate(times=Count("reminders"), reminded=Max("reminders__at"))
    mine = mine.select_related("parent", "with_unit", "round").order_by("code", "path")
    page = Paginator(mine, ON_PAPER if paper else PER_PAGE).get_page(number)
    page.object_list = [*page.object_list]
    people = clerks_of(page.object_list)
    for each in page.object_list:
        each.href, each.state, each.days = (
            filing_href(each),
            state_words(each),
            days_late(each.round, each),
        )
        each.clerks = "、".join(person.name for person in people[each.pk])
    return page


def may_remind(user, filing):
    return any(filing.path.startswith(area) for area in user.paths(role=Role.REVIEWER))


@require_POST
def remind_late(request, pk):
    """Tell the clerks of what was ticked, or of all that is late."""
    filing = visible_filing(request, pk)
    if not may_remind(request.user, filing):
        raise PermissionDenied(f"催报由{filing.name}或上级的审核人员办理。")
    stand, level = named(request.POST.get("stand", "late")), level_of(request.POST)
    wanted = behind(filing, stand, level)
    if "all" not in request.POST:
        wanted = wanted.filter(
            pk__in=[pk for pk in request.POST.getlist("pick") if pk.isdecimal() and len(pk) < 19]
        )
    made = remind(
        round=filing.round, filings=wanted, by=request.user, again="again" in request.POST
    )
    say(request, made)
    return redirect(f"{reverse('surveys:progress', args=[pk])}?{query(stand, level)}#list")


def say(request, made):
    """What came of it, in one sentence each."""
    if made.done:
        messages.success(request, f"已催报 {len(made.done)} 个单位，填报员登录后会看到。")
    if made.recent:
        messages.warning(
            request,
            f"{len(made.recent)} 个单位一天内已催过，这次没有再催。确需再催，请勾选“一天内催过的也再催”。",
        )
    if made.nobody:
        names = "、".join(filing.name for filing in made.nobody[:8])
        messages.warning(
            request, f"{len(made.nobody)} 个单位没有填报员（{names}），请系统管理员开通账号。"
        )
    if not (made.done or made.recent or made.nobody):
        messages.warning(request, "没有勾选单位，或勾选的已经报送。")
