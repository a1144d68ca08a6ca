"""What a form sends: the cells that differ from what its page showed, rows to delete, answers to questions."""

import json
from dataclasses import dataclass, field

from surveys.entry.cells import NEW_ROW, cell_name


@dataclass
class TypedForm:
    """`cells` {(row, field): text} as typed; `was` {(row, field): text} as the page showed them before.

    `deleted` are rows; `reasons` {(row, field): why a value in question is right}.
    """

    cells: dict = field(default_factory=dict)
    was: dict = field(default_factory=dict)
    deleted: tuple = ()
    reasons: dict = field(default_factory=dict)

    @property
    def rows(self):
        """{row: {field: text}} in the order typed."""
        found = {}
        for (row, name), text in self.cells.items():
            found.setdefault(row, {})[name] = text
        return found


def typed_from_post(section, post):
    """The form as sent, with nothing in it but this section's own fields."""
    names = {column.name for column in section.own_columns}
    deleted = tuple(row for row in post.getlist("delete") if is_row_name(row))
    theirs = {split_cell_name(name, names) for name in post.getlist("theirs")}
    was = {
        cell: text
        for name, text in cells_shown_before(post).items()
        if (cell := split_cell_name(name, names))
    }
    cells = {
        cell: text[:400] for name, text in post.items() if (cell := split_cell_name(name, names))
    }
    changed = {
        cell: text
        for cell, text in cells.items()
        if text.strip() != was.get(cell, "") and cell not in theirs and cell[0] not in deleted
    }
    return TypedForm(changed, was, deleted, typed_reasons(post, names))


def cells_shown_before(post):
    """{cell name: text} of the page as it was sent out; {} where somebody tampered with it."""
    try:
        found = json.loads(post.get("was") or "{}")
    except ValueError:
        return {}
    return {name: str(text) for name, text in found.items()} if isinstance(found, dict) else {}


def typed_reasons(post, names):
    """{cell: reason}: a tick says the value is right, a sentence says why."""
    found = {
        cell: "已核对，属实"
        for name in post.getlist("ok")
        if (cell := split_cell_name(name, names))
    }
    for name, text in post.items():
        cell = (
            split_cell_name(name.removeprefix("why."), names) if name.startswith("why.") else None
        )
        if cell and text.strip():
            found[cell] = text.strip()[:400]
    return found


def split_cell_name(name, names):
    """(row, field) of a cell's name, or None for other names of the form."""
    row, _, field_name = name.partition(".")
    return (row, field_name) if field_name in names and is_row_name(row) else None


def is_row_name(row):
    return row == "one" or row.removeprefix(NEW_ROW).isdecimal()


def named(cells):
    """{(row, field): x} as a page names the cells."""
    return {cell_name(*cell): value for cell, value in cells.items()}
