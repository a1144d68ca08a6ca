"""The head of a table as rows of cells, neighbours under one heading joined."""

from itertools import groupby
from typing import NamedTuple

from surveys.export.table import TableColumn


class HeadingCell(NamedTuple):
    """One cell of the head: where it begins and how far it goes;
    `column` is None for a heading over several.
    """

    label: str
    at: int
    down: int
    across: int
    column: TableColumn | None


def heading_rows(columns):
    """[[HeadingCell, …] of each row of the head];
    the label of every column stands in or reaches to the last.
    """
    depth = 1 + max(len(column.groups) for column in columns)
    return [list(heading_row(columns, level, depth)) for level in range(depth)]


def heading_row(columns, level, depth):
    """The cells that begin in one row of the head."""

    def joined(pair):
        at, column = pair
        if level < len(column.groups):
            return column.groups[: level + 1]
        return (*column.groups, at)

    for _, neighbours in groupby(enumerate(columns), joined):
        members = list(neighbours)
        at, column = members[0]
        if level < len(column.groups):
            yield HeadingCell(column.groups[level], at, 1, len(members), None)
        elif level == len(column.groups):
            yield HeadingCell(column.label, at, depth - level, 1, column)
