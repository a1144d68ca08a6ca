"""Communities that would be judged otherwise, as a declared table."""

from django.urls import reverse

from reports.whatif.forms import LIMITS, limit_words
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
    """The table of all communities judged otherwise, or of those given."""
    if changed is None:
        changed = trial.changed()
    rows = [changed_row(community) for community in changed]
    title = f"{filing.name}{period_label(filing.round.period)}假设试算结论有变的社区"
    notes = (NOTE, *supposed_sentences(trial))
    return Table(title, COLUMNS, rows, filing, reading, notes, unknown="—")


def changed_row(community):
    cells = [
        community.name,
        community.above or "",
        community.before.label,
        community.after.label,
        community.missed_before,
        community.missed_after,
    ]
    return TableRow(cells, href=reverse("reports:filing", args=[community.filing]))


def supposed_sentences(trial):
    """What was supposed of each standard, in words."""
    for old, new in trial.parts:
        changes = []
        for name, label in LIMITS.values():
            before, after = getattr(old, name), getattr(new, name)
            if before != after:
                changes.append(f"{label}{limit_words(before)}改为{limit_words(after)}")
        yield f"{old.name}：{'，'.join(changes) or '不变'}。"
