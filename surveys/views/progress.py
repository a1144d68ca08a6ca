"""填报进度: how far the units of an area are, who stands behind each number, and the reminder."""

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
from surveys.pages.filings import filing_href, path_lies_in, visible_filing
from surveys.rounds.progress import PROGRESS_STATES, days_late, progress_by_unit, progress_condition
from surveys.workflow import state_words

PER_PAGE, ON_PAPER = 50, 1000
LABELS = {
    "all": "全部",
    "late": "逾期未报",
    "unapproved": "未审定",
    **{state.name: state.label for state in PROGRESS_STATES},
}


@require_safe
def progress_page(request, pk):
    """The table by the unit below, and the list behind one of its numbers."""
    filing = visible_filing(request, pk)
    frame = PageContext(filing, request.user, "progress", here="填报进度")
    whole, rows = progress_by_unit(filing, frame.children)
    usual = "late" if whole.late else "all"
    state = known_state(request.GET.get("stand", usual))
    level = level_asked_for(request.GET)
    filings = filings_behind(filing, state, level)
    bars = []
    for row in rows:
        bars.append(prepare_bar(row))
    context = {
        "frame": frame,
        "whole": prepare_bar(whole),
        "rows": bars,
        "stands": PROGRESS_STATES,
        "stand": state,
        "level": level,
        "label": list_label(state, level),
        "page": page_of_filings(filings, request.GET.get("page"), on_paper="paper" in request.GET),
        "query": list_query(state, level),
        "may_remind": may_remind(request.user, filing) and filing.round.is_running,
    }
    return render(request, "rounds/progress.html", context)


def known_state(name):
    """The name of a list. Raises Http404 for any other."""
    if name not in LABELS:
        raise Http404
    return name


def level_asked_for(data):
    """The one level that was asked for; None for all."""
    text = data.get("level", "")
    is_digit = text.isdecimal() and len(text) == 1
    if is_digit and int(text) in Level:
        return int(text)
    return None


def list_label(state, level):
    """`逾期未报的社区`"""
    whose = Level(level).label if level else "单位"
    return f"{LABELS[state]}的{whose}"


def list_query(state, level):
    """The query string by which the page shows this list."""
    asked = {"stand": state}
    if level:
        asked["level"] = level
    return urlencode(asked)


def prepare_bar(row):
    """Give a row the parts of its bar, the link to its unit and its words."""
    row.href = reverse("surveys:progress", args=[row.filing.pk])
    row.cells = []
    for state in PROGRESS_STATES:
        row.cells.append((state, row.counts[state.name]))
    row.parts, at = [], 0
    for state, count in row.cells:
        if count:
            share = 100 * count / row.total
            row.parts.append({"css": state.css, "start": f"{at:.2f}%", "width": f"{share:.2f}%"})
            at += share
    words = []
    for state, count in row.cells:
        words.append(f"{state.label} {count}")
    row.words = "，".join(words)
    return row


def filings_behind(filing, state, level):
    """The filings behind a number, or those of one level among them."""
    condition = progress_condition(state, filing.round)
    mine = Filing.objects.within(filing).filter(condition, round=filing.round_id).asked()
    if level:
        return mine.filter(level=level)
    return mine


def page_of_filings(filings, number, *, on_paper=False):
    """One page of these filings, with their clerks and reminders; the whole list on paper."""
    filings = filings.annotate(times=Count("reminders"), reminded=Max("reminders__at"))
    filings = filings.select_related("parent", "with_unit", "round").order_by("code", "path")
    per_page = ON_PAPER if on_paper else PER_PAGE
    page = Paginator(filings, per_page).get_page(number)
    page.object_list = [*page.object_list]
    people = clerks_of(page.object_list)
    for filing in page.object_list:
        filing.href = filing_href(filing)
        filing.state = state_words(filing)
        filing.days = days_late(filing.round, filing)
        filing.clerks = "、".join(person.name for person in people[filing.pk])
    return page


def may_remind(user, filing):
    return path_lies_in(filing.path, user.paths(role=Role.REVIEWER))


@require_POST
def remind_late(request, pk):
    """Remind the clerks of the filings that were ticked, or of all on the list."""
    filing = visible_filing(request, pk)
    if not may_remind(request.user, filing):
        raise PermissionDenied(f"催报由{filing.name}或上级的审核人员办理。")
    state = known_state(request.POST.get("stand", "late"))
    level = level_asked_for(request.POST)
    wanted = filings_behind(filing, state, level)
    if "all" not in request.POST:
        wanted = wanted.filter(pk__in=ticked_ids(request.POST))
    again = "again" in request.POST
    outcome = remind(round=filing.round, filings=wanted, by=request.user, again=again)
    report_reminders(request, outcome)
    address = reverse("surveys:progress", args=[pk])
    return redirect(f"{address}?{list_query(state, level)}#list")


def ticked_ids(post):
    picked = []
    for pk in post.getlist("pick"):
        if pk.isdecimal() and len(pk) < 19:
            picked.append(pk)
    return picked


def report_reminders(request, outcome):
    """Say what came of it, a sentence for each outcome."""
    done, recent, nobody = outcome.done, outcome.recent, outcome.nobody
    if done:
        messages.success(request, f"已催报 {len(done)} 个单位，填报员登录后会看到。")
    if recent:
        sentence = "个单位一天内已催过，这次没有再催。确需再催，请勾选“一天内催过的也再催”。"
        messages.warning(request, f"{len(recent)} {sentence}")
    if nobody:
        names = "、".join(filing.name for filing in nobody[:8])
        sentence = f"个单位没有填报员（{names}），请系统管理员开通账号。"
        messages.warning(request, f"{len(nobody)} {sentence}")
    if not (done or recent or nobody):
        messages.warning(request, "没有勾选单位，或勾选的已经报送。")
