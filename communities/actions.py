"""What happens to the tree as a whole: a list of units is loaded, a subtree moves to another parent."""

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

    def __str__(self):
        return f"新增 {self.new:,}，变更 {self.changed:,}，未变 {self.unchanged:,}"


@transaction.atomic
def load_units(*, rows, by=None, dry_run=False, under=None, source=AuditSource.COMMAND):
    """Bring the tree into line with a list of units; all of it or, where a line is wrong, nothing.

    `rows` yields {field: text} as `files.read_units` does. `under` limits the list to one subtree and takes in its
    rows that name no parent. Units the list does not mention stay as they are.
    """
    plan = plan_units(rows, under=under)
    if plan.errors:
        return LoadResult(errors=plan.errors)
    result = LoadResult(len(plan.new), len(plan.changed), plan.unchanged)
    if not dry_run and (plan.new or plan.changed):
        apply_plan(plan)
        write_audit(plan, result, by=by, source=source)
    return result


@transaction.atomic
def move_unit(*, unit, parent, by, source=AuditSource.PAGE):
    """Put `unit` with all below it under `parent`. Raises ValidationError where it cannot stand there."""
    old, unit.parent = unit.parent, parent
    unit.check_place()
    unit.save()
    write_entries(
        audit_entry(
            by=by,
            verb="调整上级",
            what=unit.name,
            source=source,
            path=unit.path,
            target=f"unit:{unit.pk}",
            changes={"上级": [str(old or ""), str(parent or "")]},
        )
    )


def apply_plan(plan):
    """Write the plan, upper levels first: a path needs the final path above it."""
    # Names may be swapped within one list; parked under their id they never collide on the way.
    bulk.update_rows(Unit, ["name"], [(f"#{row.known.id}", row.known.id) for row in plan.changed])
    for row, pk in zip(plan.new, bulk.reserve_ids(Unit, len(plan.new)), strict=True):
        row.pk = pk
    moved = [row for row in plan.changed if "parent" in unit_changes(plan, row)]
    for level in Level:
        move_subtrees(plan, [row for row in moved if row.level == level])
        insert_units(plan, [row for row in plan.new if row.level == level], fresh=bool(moved))
    bulk.update_rows(
        Unit, WRITTEN, [(*column_values(plan, row), row.known.id) for row in plan.changed]
    )
    set_governance(plan)


def move_subtrees(plan, rows):
    for row in rows:
        path = Unit.objects.values_list("path", flat=True).get(pk=row.known.id)
        row.path = child_path(path_of(plan.parent(row), fresh=True), row.known.id)
        Unit.objects.rebase(path, row.path)


def insert_units(plan, rows, *, fresh):
    """Insert one level; `fresh` says that subtrees moved, so the paths known from the start may be old."""
    parents = {plan.above(row): plan.parent(row) for row in rows}
    paths = {mark: path_of(parent, fresh=fresh) for mark, parent in parents.items()}
    for row in rows:
        row.path = child_path(paths[plan.above(row)], row.pk)
    bulk.insert_rows(
        Unit,
        ["id", *WRITTEN, "path"],
        [(row.pk, *column_values(plan, row), row.path) for row in rows],
    )


def path_of(unit, *, fresh):
    """The path a row's or stored unit's children start with; "" above a root."""
    known = stored_form(unit)
    if known and fresh:
        return Unit.objects.values_list("path", flat=True).get(pk=known.id)
    return known.path if known else unit.path if unit else ""


def column_values(plan, row):
    """What the columns WRITTEN will hold."""
    old, parent = row.known, plan.parent(row)
    above = stored_form(parent)
    return (
        row.code or (old and old.code),
        row.name,
        int(row.level),
        str(row.kind_for(old)),
        above.id if above else parent and parent.pk,
        row.opened_on or (old and old.opened_on),
        row.closed_on or (old and old.closed_on),
    )


def set_governance(plan):
    """Open the period of each governance model that is new; the one before ends today."""
    today = timezone.localdate()
    rows = {
        row.known.id if row.known else row.pk: row for row in plan.new + plan.changed if row.model
    }
    rows = {pk: row for pk, row in rows.items() if row.model != plan.models.get(pk)}
    running = GovernancePeriod.objects.filter(
        unit__in=[pk for pk in rows if pk in plan.models], until=None
    )
    running.filter(since__gte=today).delete()
    running.update(until=today)
    GovernancePeriod.objects.bulk_create(
        GovernancePeriod(unit_id=pk, model=row.model, since=governance_since(plan, pk, row, today))
        for pk, row in rows.items()
    )


def governance_since(plan, pk, row, today):
    """A change counts from today, the first model from the unit's beginning."""
    if pk in plan.models:
        return today
    return row.opened_on or (row.known and row.known.opened_on) or SINCE_EVER


def write_audit(plan, result, *, by, source):
    """One line for the list, one for each unit that was changed; new units carry no old values to keep."""
    area = plan.under.path if plan.under else ""
    lines = [audit_entry(by=by, verb="载入单位", what=str(result), source=source, path=area)]
    for row in plan.changed:
        lines.append(
            audit_entry(
                by=by,
                verb="变更单位",
                what=row.name,
                source=source,
                path=row.path or row.known.path,
                target=f"unit:{row.known.id}",
                changes=dict(change_texts(plan, row)),
            )
        )
    write_entries(*lines)


def change_texts(plan, row):
    """The changes of a row in the words of the page: label, then old and new value."""
    for name, (old, new) in unit_changes(plan, row).items():
        if name == "parent":
            old = plan.known[old].name if old in plan.known else f"编号 {old}"
            new = plan.parent(row).name
        yield field_label(name), [field_value_text(name, old), field_value_text(name, new)]


def field_label(name):
    model = GovernancePeriod if name == "model" else Unit
    return model._meta.get_field(name).verbose_name


def field_value_text(name, value):
    """A value as people read it."""
    if value in (None, ""):
        return ""
    if name == "level":
        return Level(value).label
    if name == "kind":
        return Kind(value).label
    return str(value)
