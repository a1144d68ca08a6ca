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
    """(lines of one page, the id to go on before or None) about `filing:12` or `upload:3`, the newest first.

    `cell` is the name the trail gives it (`基本情况·总人口`), or a record's (`工作人员·王芳`): only what touched it.
    """
    found = AuditEntry.objects.filter(target=target)
    if before:
        found = found.filter(pk__lt=before)
    told = (
        HistoryLine(
            entry, [c for c in cells_of_entry(entry) if not cell or touches_cell(c[0], cell)]
        )
        for entry in found.iterator(200)
    )
    page = list(islice((line for line in told if line.cells or not cell), PER_PAGE + 1))
    return page[:PER_PAGE], page[PER_PAGE - 1].entry.pk if len(page) > PER_PAGE else None


def cells_of_entry(entry):
    """In the order of their names, for PostgreSQL keeps none. Old and new value are a pair; the rest is not for reading."""
    return [
        (name, *pair)
        for name, pair in sorted(entry.changes.items())
        if isinstance(pair, list) and len(pair) == 2
    ]


def touches_cell(name, cell):
    """Whether a change of `name` touched `cell`: the same, a part of it, or the record it stands in as a whole."""
    return name == cell or name.startswith(f"{cell}·") or cell.startswith(f"{name}·")
