"""Communities that would be judged otherwise, as a declared table."""

from django.urls import reverse

from reports.whatif.forms import said
from surveys.actions.opening import period_label
from surveys.export import ColumnKind, Table, TableColumn, TableRow

COLUMNS = (
    TableColumn("社区"),
    TableColumn("上级", width=14),
    TableColumn("现在", width=11),
    TableColumn("假设后", width=11),
    TableColumn("现在未达标", "项", ColumnKind.COUNT),
    TableColumn("假设后未达标", "项", ColumnKind.COUNT),
)
NOTE = "假设只是试算，没有保存，不影响任何结论。"


def changes_table(filing, trial, reading, changed=None):
    """All of them, or those given."""
    rows = [row(change) for change in (trial.changed() if changed is None else changed)]
    title = f"{filing.name}{period_label(filing.round.period)}假设试算结论有变的社区"
    return Table(title, COLUMNS, rows, filing, reading, (NOTE, *wishes(trial)), unknown="—")


def row(change):
    verdicts = [change.before.label, change.after.label]
    cells = [change.name, change.above or "", *verdicts, change.missed_before, change.missed_after]
    return TableRow(cells, href=reverse("reports:filing", args=[change.filing]))


def wishes(trial):
    """What was supposed, in words."""
    for old, new in trial.parts:
        limits = [
            f"{label}{said(getattr(old, name))}改为{said(getattr(new, name))}"
            for name, label in (("lower", "下限"), ("upper", "上限"))
            if getattr(old, name) != getattr(new, name)
        ]
        yield f"{old.name}：{'，'.join(limits) or '不变'}。"
