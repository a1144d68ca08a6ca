"""What a form sends: cells that differ from what its page showed, rows to delete, answers."""

import json
from dataclasses import dataclass, field

from surveys.entry.cells import NEW_ROW


@dataclass
class TypedForm:
    """`cells` {(row, field): text} as typed; `was` {(row, field):
    text} as the page showed them before.

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
    theirs = set()
    for name in post.getlist("theirs"):
        theirs.add(split_cell_name(name, names))
    was = cells_among(cells_shown_before(post), names)
    changed = {}
    for cell, text in cells_among(post, names).items():
        is_left = cell in theirs or cell[0] in deleted
        if not is_left and text[:400].strip() != was.get(cell, ""):
            changed[cell] = text[:400]
    return TypedForm(changed, was, deleted, typed_reasons(post, names))


def cells_among(texts, names):
    """{(row, field): text} of what is named as a cell; other names are left out."""
    found = {}
    for name, text in texts.items():
        cell = split_cell_name(name, names)
        if cell:
            found[cell] = text
    return found


def cells_shown_before(post):
    """{cell name: text} of the page as it was sent out; {} where somebody tampered with it."""
    try:
        found = json.loads(post.get("was") or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: str(text) for name, text in found.items()}


def typed_reasons(post, names):
    """{cell: reason}: a tick says the value is right, a sentence says why."""
    found = {}
    for name in post.getlist("ok"):
        if cell := split_cell_name(name, names):
            found[cell] = "已核对，属实"
    for name, text in post.items():
        prefix, _, cell_text = name.partition(".")
        cell = split_cell_name(cell_text, names) if prefix == "why" else None
        if cell and text.strip():
            found[cell] = text.strip()[:400]
    return found


def split_cell_name(name, names):
    """(row, field) of a cell's name, or None for other names of the form."""
    row, _, field_name = name.partition(".")
    if field_name in names and is_row_name(row):
        return row, field_name
    return None


def is_row_name(row):
    return row == "one" or row.removeprefix(NEW_ROW).isdecimal()
