"""The head of a table as rows of cells, neighbours under one heading joined."""

from itertools import groupby
from typing import NamedTuple

from surveys.export.table import TableColumn


class HeadingCell(NamedTuple):
    """One cell of the head: where it begins and how far it goes; `column` is None for a heading over several."""

    label: str
    at: int
    down: int
    across: int
    column: TableColumn | None


def heading_rows(columns):
    """[[Head, …] of each row of the head], the labels of the columns in or reaching down to the last."""
    depth = 1 + max(len(column.groups) for column in columns)
    return [list(heading_row(columns, level, depth)) for level in range(depth)]


def heading_row(columns, level, depth):
    def joined(pair):
        at, column = pair
        groups = column.groups
        return groups[: level + 1] if level < len(groups) else (*groups, at)

    for _, members in groupby(enumerate(columns), joined):
        members = list(members)
        at, column = members[0]
        if level < len(column.groups):
            yield HeadingCell(column.groups[level], at, 1, len(members), None)
        elif level == len(column.groups):
            yield HeadingCell(column.label, at, depth - level, 1, column)
