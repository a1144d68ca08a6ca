"""What a page is told after a save: what stands now, what could not be stored and why, what is asked."""

from django.utils import timezone

from surveys.entry.cells import cell_name
from surveys.entry.doubts import find_doubts
from surveys.entry.progress import count_section


def save_answer(made, stored, *, version, theirs=None, at=None):
    """The answer to one save as plain data; cells are named as on the page, new rows by the page's own names.

    `stored` {cell: text}, `errors` {cell: sentence}, `conflicts` {cell: {"theirs", "by", "at"}}, `asks` {row: [...]}
    of the rows touched, `rows` {new row: id}, `deleted` rows, `filled` and `asked` of the section; where others saved
    since the page was shown, `all` {cell: text} as it stands now.
    """
    counts = count_section(stored.section, stored.rows.values(), stored.remarks)
    return {
        "version": version,
        "at": clock_text(at) if at else "",
        "stored": {cell_name(*cell): stored.text(*cell) for cell in stored_cells(made)},
        "errors": {
            cell_name(*cell): refusal_sentence(reason, expected)
            for cell, (reason, expected) in made.errors.items()
        },
        "conflicts": {
            cell_name(*cell): {"theirs": text, **saved_by_and_at(theirs)}
            for cell, text in made.conflicts.items()
        },
        "asks": {row: doubts_as_data(stored, row) for row in touched_rows(made)},
        "rows": {row: record["pk"] for row, record in made.created.items()},
        "deleted": [*made.deleted],
        "filled": counts.filled,
        "asked": counts.asked,
        **({"all": all_cells(stored)} if theirs else {}),
    }


def all_cells(stored):
    """{cell: text} of the whole section, for a page that is behind."""
    names = [column.name for column in stored.section.own_columns]
    rows = {
        row: str(record["pk"]) if not stored.section.single else row
        for row, record in stored.rows.items()
    }
    return {
        cell_name(called, name): stored.text(row, name)
        for row, called in rows.items()
        for name in names
    }


def stored_cells(made):
    """Cells taken, and those of new records that were filled in by themselves."""
    inferred = [
        (row, name) for row, record in made.created.items() for name in record if name != "pk"
    ]
    return [cell for cell in dict.fromkeys([*made.taken, *inferred]) if cell not in made.errors]


def touched_rows(made):
    """Rows whose questions may be others now."""
    rows = [*made.updated, *made.created, *(row for row, _ in [*made.taken, *made.typed.reasons])]
    return [row for row in dict.fromkeys(rows) if row in made.stored.rows]


def doubts_as_data(stored, row):
    """The questions about a row as plain data."""
    found = find_doubts(stored, row)
    return [
        {"cell": cell_name(row, ask.field), "sentence": ask.sentence, "reason": ask.reason}
        for ask in found
    ]


def refusal_sentence(reason, expected):
    """Why, and what would be right; the bounds are in their own sentence already."""
    if not expected or expected in reason:
        return reason
    return f"{reason.rstrip('。')}。{expected}"


def saved_by_and_at(theirs):
    """Who saved since the page was shown, and when."""
    return (
        {"by": theirs["saved_by__name"] or "系统", "at": clock_text(theirs["saved_at"])}
        if theirs
        else {"by": "", "at": ""}
    )


def clock_text(moment):
    return timezone.localtime(moment).strftime("%H:%M") if moment else ""
