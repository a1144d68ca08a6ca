"""What happens to the tree as a whole: a list of units is loaded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditSource
from communities import bulk
from communities.models import GovernancePeriod, Kind, Level, Unit
from communities.plan import plan_units, stored_form, unit_changes
from communities.tree import child_path

WRITTEN = ["code", "name", "level", "kind", "parent_id", "opened_on", "closed_on"]
SINCE_EVER = date(1949, 10, 1)  # the first period of a unit whose opening day nobody wrote down


@dataclass
class LoadResult:
    """How many units a list added, changed and left as they were, or why nothing was done."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list = field(default_factory=list)

    def __str__(self) -> str:
        return f"新增 {self.new:,}，变更 {self.changed:,}，未变 {self.unchanged:,}"


@transaction.atomic
def load_units(
    *, rows, by=None, dry_run=False, under=None, source=AuditSource.COMMAND
) -> LoadResult:
    """Bring the tree into line with a list of units; all of it or, where a line is wrong, nothing.

    `rows` yields {field: text} as `files.read_units` does. `under` limits the list to one subtree
    and takes in its rows that name no parent. Units the list does not mention stay as they are.
    """
    plan = plan_units(rows, under=under)
    if plan.errors:
        return LoadResult(errors=plan.errors)
    result = LoadResult(len(plan.new), len(plan.changed), plan.unchanged)
    if dry_run or not (plan.new or plan.changed):
        return result
    apply_plan(plan)
    write_audit(plan, result, by=by, source=source)
    return result


def apply_plan(plan) -> None:
    """Write the plan, upper levels first: a path needs the final path above it."""
    park_names(plan.changed)
    new_ids = bulk.reserve_ids(Unit, len(plan.new))
    for row, pk in zip(plan.new, new_ids, strict=True):
        row.pk = pk
    moved = [row for row in plan.changed if "parent" in unit_changes(plan, row)]
    for level in Level:
        moved_here = [row for row in moved if row.level == level]
        new_here = [row for row in plan.new if row.level == level]
        move_subtrees(plan, moved_here)
        insert_units(plan, new_here, fresh=bool(moved))
    changed = [(*column_values(plan, row), row.known.id) for row in plan.changed]
    bulk.update_rows(Unit, WRITTEN, changed)
    set_governance(plan)


def park_names(rows) -> None:
    """Name the stored units after their ids for a while.

    Names may be swapped within one list; parked so, they never collide on the way.
    """
    parked = [(f"#{row.known.id}", row.known.id) for row in rows]
    bulk.update_rows(Unit, ["name"], parked)


def move_subtrees(plan, rows) -> None:
    for row in rows:
        old_path = stored_path(row.known.id)
        row.path = child_path(path_of(plan.parent(row), fresh=True), row.known.id)
        Unit.objects.rebase(old_path, row.path)


def insert_units(plan, rows, *, fresh) -> None:
    """Insert one level.

    `fresh` says that subtrees moved, so the paths known from the start may be old.
    """
    paths = {}  # of the parents, each looked up once
    for row in rows:
        above = plan.above(row)
        if above not in paths:
            paths[above] = path_of(plan.parent(row), fresh=fresh)
        row.path = child_path(paths[above], row.pk)
    values = [(row.pk, *column_values(plan, row), row.path) for row in rows]
    bulk.insert_rows(Unit, ["id", *WRITTEN, "path"], values)


def path_of(unit, *, fresh) -> str:
    """Return the path that the children of a row or stored unit start with; "" above a root."""
    known = stored_form(unit)
    if known and fresh:
        return stored_path(known.id)
    if known:
        return known.path
    return unit.path if unit else ""


def stored_path(pk: int) -> str:
    return Unit.objects.values_list("path", flat=True).get(pk=pk)


def column_values(plan, row) -> tuple:
    """Return what the columns WRITTEN will hold."""
    code, opened_on, closed_on = row.code, row.opened_on, row.closed_on
    if row.known:  # blank cells leave what is stored
        code = code or row.known.code
        opened_on = opened_on or row.known.opened_on
        closed_on = closed_on or row.known.closed_on
    kind = str(row.kind_for(row.known))
    return code, row.name, int(row.level), kind, parent_id(plan, row), opened_on, closed_on


def parent_id(plan, row) -> int | None:
    """Return the id of the unit above a row, once every new unit has one."""
    parent = plan.parent(row)
    if parent is None:
        return None
    stored = stored_form(parent)
    return stored.id if stored else parent.pk


def set_governance(plan) -> None:
    """Open the period of each governance model that is new; the one before ends today."""
    today = timezone.localdate()
    rows = rows_of_new_governance(plan)
    ruled = [pk for pk in rows if pk in plan.models]
    running = GovernancePeriod.objects.filter(unit__in=ruled, until=None)
    running.filter(since__gte=today).delete()
    running.update(until=today)
    periods = []
    for pk, row in rows.items():
        since = governance_since(plan, pk, row, today)
        periods.append(GovernancePeriod(unit_id=pk, model=row.model, since=since))
    GovernancePeriod.objects.bulk_create(periods)


def rows_of_new_governance(plan) -> dict:
    """Return {unit id: row} of the rows that name another model than the one in force."""
    rows = {}
    for row in plan.new + plan.changed:
        pk = row.known.id if row.known else row.pk
        if row.model and row.model != plan.models.get(pk):
            rows[pk] = row
    return rows


def governance_since(plan, pk, row, today) -> date:
    """Return from when a model counts: a change from today, the first one from the beginning."""
    if pk in plan.models:
        return today
    known_since = row.known.opened_on if row.known else None
    return row.opened_on or known_since or SINCE_EVER


def write_audit(plan, result, *, by, source) -> None:
    """Write a line for the list and one for each unit that was changed.

    New units carry no old values to keep.
    """
    area = plan.under.path if plan.under else ""
    lines = [audit_entry(by=by, verb="载入单位", what=str(result), source=source, path=area)]
    for row in plan.changed:
        line = audit_entry(
            by=by,
            verb="变更单位",
            what=row.name,
            source=source,
            path=row.path or row.known.path,
            target=f"unit:{row.known.id}",
            changes=dict(change_texts(plan, row)),
        )
        lines.append(line)
    write_entries(*lines)


def change_texts(plan, row) -> Iterator[tuple[str, list[str]]]:
    """Yield the changes of a row in the words of the page: label, [old value, new value]."""
    for name, (old, new) in unit_changes(plan, row).items():
        if name == "parent":
            old = plan.known[old].name if old in plan.known else f"编号 {old}"
            new = plan.parent(row).name
        yield field_label(name), [field_value_text(name, old), field_value_text(name, new)]


def field_label(name: str) -> str:
    model = GovernancePeriod if name == "model" else Unit
    return model._meta.get_field(name).verbose_name


def field_value_text(name: str, value) -> str:
    """Return the value of a field as people read it."""
    if value in (None, ""):
        return ""
    if name == "level":
        return Level(value).label
    if name == "kind":
        return Kind(value).label
    return str(value)
