"""The history of a filing, of one record or of one cell, and of an upload: told from the trail."""

from dataclasses import dataclass
from itertools import islice

from accounts.models import AuditEntry

PER_PAGE = 50


@dataclass
class HistoryLine:
    """One line of the trail and the cells it is about here: (cell, old, new)."""

    entry: AuditEntry
    cells: list


def history_page(target, cell="", before=None):
    """(lines of one page, the id to go on before or None) about a target, the newest first.

    `target` is `filing:12` or `upload:3`. `cell` is the name the trail gives a cell
    (`基本情况·总人口`) or a record (`工作人员·王芳`): only what touched it.
    """
    entries = AuditEntry.objects.filter(target=target)
    if before:
        entries = entries.filter(pk__lt=before)
    lines = list(islice(history_lines(entries.iterator(200), cell), PER_PAGE + 1))
    page = lines[:PER_PAGE]
    if len(lines) > PER_PAGE:
        return page, page[-1].entry.pk
    return page, None


def history_lines(entries, cell):
    """Yield the lines of these entries; with a `cell` only those that touched it."""
    for entry in entries:
        cells = cells_of_entry(entry)
        if cell:
            cells = [each for each in cells if touches_cell(each[0], cell)]
        if cells or not cell:
            yield HistoryLine(entry, cells)


def cells_of_entry(entry):
    """[(cell, old, new)] in the order of the cells' names, for PostgreSQL keeps none.

    A change is a pair of old and new value; the rest is not for reading.
    """
    cells = []
    for name, pair in sorted(entry.changes.items()):
        if isinstance(pair, list) and len(pair) == 2:
            cells.append((name, *pair))
    return cells


def touches_cell(name, cell):
    """Whether a change of `name` touched `cell`: the cell, a part of it, or its whole record."""
    is_part = name.startswith(f"{cell}·")
    is_whole = cell.startswith(f"{name}·")
    return name == cell or is_part or is_whole
