"""The reminder list: who has not reported, who fills in there, how late it is and how often it was reminded."""

from django.db.models import Count, Max
from django.utils import timezone

from surveys.actions.messages import clerks_of
from surveys.export import ColumnKind, Table, TableColumn, TableRow
from surveys.models import Filing
from surveys.rounds.progress import days_late, progress_condition
from surveys.workflow import state_words

COLUMNS = (
    TableColumn("单位"),
    TableColumn("上级", width=14),
    TableColumn("状态", width=12),
    TableColumn("填报员", width=16),
    TableColumn("逾期", "天", ColumnKind.COUNT),
    TableColumn("催报", "次", ColumnKind.COUNT),
    TableColumn("最近催报", width=16),
)


def reminder_table(filing):
    """The Table of the units of an area that are late. Clerks are named: they are to be called."""
    late = (
        Filing.objects.within(filing)
        .filter(progress_condition("late", filing.round), round=filing.round_id)
        .asked()
    )
    late = late.annotate(times=Count("reminders"), reminded=Max("reminders__at"))
    late = list(late.select_related("parent", "with_unit").order_by("code", "path"))
    people = clerks_of(late)
    rows = [reminder_row(filing.round, each, people[each.pk]) for each in late]
    notes = [f"共 {len(rows)} 个单位逾期未报，请尽快报送。" if rows else "没有逾期未报的单位。"]
    return Table(f"{filing.name}催报名单", COLUMNS, rows, filing, None, notes)


def reminder_row(round, filing, people):
    """One late unit, and the clerks to call."""
    reminded = "—"
    if filing.reminded:
        when = timezone.localtime(filing.reminded)
        reminded = f"{when.month} 月 {when.day} 日 {when:%H:%M}"
    return TableRow(
        [
            filing.name,
            filing.parent.name if filing.parent else "",
            state_words(filing),
            "、".join(person.name for person in people) or "没有填报员",
            days_late(round, filing),
            filing.times,
            reminded,
        ]
    )
