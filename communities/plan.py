"""What loading a list of units would do: which are new, which change, and every reason not to."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from communities import bulk
from communities.models import GovernancePeriod, Level, Unit, full_code, place_problem
from communities.rows import read_row
from communities.tree import path_end

MAX_ERRORS = 1_000


class KnownUnit(NamedTuple):
    """A stored unit, as plain columns."""

    id: int
    code: str | None
    name: str
    level: int
    kind: str
    parent_id: int | None
    path: str
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class RowError:
    """A line that cannot be taken, and why."""

    line: int
    text: str

    def __str__(self):
        return f"第 {self.line} 行：{self.text}"


@dataclass
class TreePlan:
    """The rows sorted out against the tree as it is; `under` limits them to one subtree."""

    under: Unit | None = None
    rows: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    failed: set = field(default_factory=set)  # codes of lines that could not be read
    by_code: dict = field(default_factory=dict)  # the rows
    known: dict = field(default_factory=dict)  # the stored units, by code (text) and by id (number)
    models: dict = field(
        default_factory=dict
    )  # model in force, by the id of units whose row names one
    new: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    unchanged: int = 0

    def refuse(self, row, text):
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(RowError(row.line, text))

    def parent(self, row):
        """Return the row or stored unit above.

        It is as the file says; where the file says nothing, as it is stored, or `under`.
        """
        if row.parent_code:
            return self.by_code.get(row.parent_code) or self.known.get(row.parent_code)
        if row.known:
            return self.known.get(row.known.parent_id)
        return self.known.get(self.under.pk) if self.under else None

    def above(self, row):
        """Return a mark of the unit above: its id where it is stored, else its line, negative."""
        parent = self.parent(row)
        if parent is None:
            return None
        stored = stored_form(parent)
        return stored.id if stored else -parent.line


def stored_form(unit):
    """Return the stored unit behind a row of the file, or itself; None for a new one."""
    if unit is None or isinstance(unit, KnownUnit):
        return unit
    return unit.known


def plan_units(rows, *, under=None):
    """Read the rows and compare them with the database; the plan carries all errors at once."""
    plan = TreePlan(under=under)
    read_rows(plan, rows)
    match_rows(plan)
    top = min((row.level for row in plan.rows), default=None)
    for row in plan.rows:
        check_parent(plan, row, top)
    if not plan.errors:
        compare_rows(plan)
        check_names(plan)
        check_children(plan)
    plan.errors.sort(key=lambda error: error.line)
    return plan


def read_rows(plan, rows):
    """Turn cells into rows; the second line of one code is refused."""
    for number, cells in enumerate(rows, start=2):
        line = cells.get("line", number)
        row, problems = read_row(cells, line)
        if problems and len(plan.errors) < MAX_ERRORS:
            plan.errors += [RowError(line, problem) for problem in problems]
        if row is None:
            plan.failed.add(full_code(cells.get("code", "")))
            continue
        if row.code:
            first = plan.by_code.setdefault(row.code, row)
            if first is not row:
                plan.refuse(
                    row,
                    f"区划代码 {row.code} 在第 {first.line} 行已写给{first.label}，"
                    "每个代码只写一次。",
                )
        plan.rows.append(row)


def match_rows(plan):
    """Find the stored unit of each row.

    It is found by code, or by name under one parent where either has no code.
    """
    codes = set(plan.by_code)
    codes.update(row.parent_code for row in plan.rows if row.parent_code)
    remember_units(plan, stored_units("code__in", codes))
    for row in plan.rows:
        row.known = plan.known.get(row.code)
    remember_units(plan, stored_units("id__in", unnamed_parents(plan)))
    match_names(plan)
    remember_models(plan)


def unnamed_parents(plan):
    """Return the ids of the stored parents that count where a row names none."""
    parents = set()
    for row in plan.rows:
        if row.known and not row.parent_code:
            parents.add(row.known.parent_id)
    parents.discard(None)
    if plan.under:
        parents.add(plan.under.pk)
    return parents


def remember_models(plan):
    ruled = [row.known.id for row in plan.rows if row.model and row.known]
    for some in bulk.in_chunks(ruled):
        periods = GovernancePeriod.objects.filter(unit__in=some, until=None)
        plan.models |= periods.values_list("unit", "model")


def stored_units(lookup, values, **also):
    """Yield stored units by a lookup over however many values, as plain records."""
    for some in bulk.in_chunks(values):
        units = Unit.objects.filter(**{lookup: some}, **also).order_by()
        for columns in units.values_list(*KnownUnit._fields):
            yield KnownUnit(*columns)


def remember_units(plan, units):
    for unit in units:
        plan.known[unit.id] = unit
        if unit.code:
            plan.known[unit.code] = unit


def match_names(plan):
    """Match units without a code by their name: grids, communities newer than the last list."""
    taken = {row.known.id for row in plan.rows if row.known}
    unmatched = [(row, plan.above(row)) for row in plan.rows if not row.known]
    parents = {above for _, above in unmatched if is_stored(above)}
    units = stored_units("parent__in", parents, closed_on=None)
    named = {(unit.parent_id, unit.name): unit for unit in units}
    for row, above in unmatched:
        found = named.get((above, row.name))
        if found is None or found.id in taken:
            continue
        if row.code and found.code:
            continue
        plan.known[found.id] = found
        row.known = found


def is_stored(mark):
    """Return whether a mark of `TreePlan.above` is the id of a stored unit."""
    return mark is not None and mark > 0


def check_parent(plan, row, top):
    """Refuse a parent that does not exist, ranks no higher, or lies where this file may not write.

    `top` is the file's highest level.
    """
    parent = plan.parent(row)
    if row.parent_code in plan.failed:
        return  # its own line says why
    if row.parent_code and not parent:
        plan.refuse(
            row, f"上级代码 {row.parent_code} 在文件和系统里都没有；请先写上级单位，或改正代码。"
        )
    elif plan.under and not within_limits(plan, row, parent):
        plan.refuse(row, f"{row.label}不在“{plan.under}”范围内，这次只能载入它和它下面的单位。")
    elif not parent and not row.known and row.level > top:
        plan.refuse(row, "没有写上级代码；文件里有更高的层级，请写明它属于哪个单位。")
    elif parent and (problem := place_problem(row.level, parent.level)):
        plan.refuse(row, f"上级是“{parent.name}”，{problem}")
    elif not parent and (problem := place_problem(row.level, None)):
        plan.refuse(row, problem)


def within_limits(plan, row, parent):
    """Return whether the row is `under` itself, staying where it is, or lies and stays below it."""
    if row.known and row.known.id == plan.under.pk:
        return plan.above(row) == row.known.parent_id
    return lies_in_area(plan.under, row.known) and lies_in_area(plan.under, parent)


def lies_in_area(area, unit):
    """Return whether a stored unit lies in the area.

    Rows of the file are judged by their own parents.
    """
    if not isinstance(unit, KnownUnit):
        return True
    return area.path <= unit.path < path_end(area.path)


def compare_rows(plan):
    """Sort the rows into new, changed and unchanged ones."""
    for row in plan.rows:
        if row.known is None:
            plan.new.append(row)
        elif unit_changes(plan, row):
            plan.changed.append(row)
        else:
            plan.unchanged += 1


def unit_changes(plan, row):
    """Return {field: (old, new)} of a row whose unit is stored; blank cells change nothing."""
    old = row.known
    wanted = {"code": row.code, "opened_on": row.opened_on, "closed_on": row.closed_on}
    wanted = {name: value for name, value in wanted.items() if value}
    wanted |= {"name": row.name, "level": row.level, "kind": row.kind_for(old)}
    found = {}
    for name, new in wanted.items():
        stored = getattr(old, name)
        if new != stored:
            found[name] = stored, new
    if row.parent_code and plan.above(row) != old.parent_id:
        found["parent"] = old.parent_id, row.parent_code
    model = plan.models.get(old.id)
    if row.model and row.model != model:
        found["model"] = model, row.model
    return found


def check_names(plan):
    """Refuse two open units of one name below one parent.

    They may both stand in the file, or one may be stored and not mentioned in it.
    """
    taken = {}
    for row in plan.rows:
        if row.closed_on or (row.known and row.known.closed_on):
            continue
        first = taken.setdefault((plan.above(row), row.name), row)
        if first is not row:
            plan.refuse(
                row,
                f"{row.label}与第 {first.line} 行同名且同一上级；"
                "请改名，或给已撤销的一个写撤销日期。",
            )
    here = {row.known.id for row in plan.rows if row.known}
    parents = {plan.above(row) for row in plan.new + plan.changed}
    parents = {mark for mark in parents if is_stored(mark)}
    for unit in stored_units("parent__in", parents, closed_on=None):
        row = taken.get((unit.parent_id, unit.name))
        if row and unit.id not in here:
            plan.refuse(
                row,
                f"同一上级下已有“{unit.name}”，代码 {unit.code}；若它已撤销，请先写它的撤销日期。",
            )


def check_children(plan):
    """Refuse to sink a unit to a level that is not above the stored units below it."""
    sunk = {row.known.id: row for row in plan.changed if row.level > row.known.level}
    here = {row.known.id for row in plan.rows if row.known}
    for unit in stored_units("parent__in", sunk):
        row = sunk[unit.parent_id]
        if unit.id not in here and unit.level <= row.level:
            plan.refuse(
                row, f"下级“{unit.name}”是{Level(unit.level).label}，{row.label}的层级应更高。"
            )
