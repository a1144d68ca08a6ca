"""The answer to a save: what stands now, what could not be stored and why, what is asked."""

from django.utils import timezone

from surveys.entry.cells import cell_name
from surveys.entry.doubts import find_doubts
from surveys.entry.progress import count_section


def save_answer(made, stored, *, version, theirs=None, at=None):
    """The answer to one save as plain data.

    Cells are named as on the page, new rows by the page's own names:

    - `stored` {cell: text}, `errors` {cell: sentence}
    - `conflicts` {cell: {"theirs", "by", "at"}}
    - `asks` {row: [...]} of the rows touched
    - `rows` {new row: id}, `deleted` rows
    - `filled` and `asked` of the section
    - `all` {cell: text} as it stands now, where others saved since the page was shown
    """
    counts = count_section(stored.section, stored.rows.values(), stored.remarks)
    texts = {}
    for cell in stored_cells(made):
        texts[cell_name(*cell)] = stored.text(*cell)
    asks = {}
    for row in touched_rows(made):
        asks[row] = doubts_as_data(stored, row)
    pks = {}
    for row, record in made.created.items():
        pks[row] = record["pk"]
    answer = {
        "version": version,
        "at": clock_text(at),
        "stored": texts,
        "errors": errors_as_data(made),
        "conflicts": conflicts_as_data(made, theirs),
        "asks": asks,
        "rows": pks,
        "deleted": [*made.deleted],
        "filled": counts.filled,
        "asked": counts.asked,
    }
    if theirs:
        answer["all"] = all_cells(stored)
    return answer


def errors_as_data(made):
    """{cell: why it could not be stored, and what would be right}"""
    found = {}
    for cell, (reason, expected) in made.errors.items():
        found[cell_name(*cell)] = refusal_sentence(reason, expected)
    return found


def conflicts_as_data(made, theirs):
    """{cell: what the other person wrote, who and when}"""
    saved = saved_by_and_at(theirs)
    found = {}
    for cell, text in made.conflicts.items():
        found[cell_name(*cell)] = {"theirs": text} | saved
    return found


def all_cells(stored):
    """{cell: text} of the whole section, for a page that is behind."""
    names = [column.name for column in stored.section.own_columns]
    cells = {}
    for row, record in stored.rows.items():
        called = row if stored.section.single else str(record["pk"])
        for name in names:
            cells[cell_name(called, name)] = stored.text(row, name)
    return cells


def stored_cells(made):
    """Cells taken, and those of new records that were filled in by themselves."""
    cells = dict.fromkeys(made.taken)
    for row, record in made.created.items():
        for name in record:
            if name != "pk":
                cells[row, name] = None
    return [cell for cell in cells if cell not in made.errors]


def touched_rows(made):
    """Rows whose questions may be others now."""
    rows = [*made.updated, *made.created]
    rows += [row for row, _ in made.taken]
    rows += [row for row, _ in made.typed.reasons]
    return [row for row in dict.fromkeys(rows) if row in made.stored.rows]


def doubts_as_data(stored, row):
    """The questions about a row as plain data."""
    found = []
    for doubt in find_doubts(stored, row):
        cell = cell_name(row, doubt.field)
        found.append({"cell": cell, "sentence": doubt.sentence, "reason": doubt.reason})
    return found


def refusal_sentence(reason, expected):
    """Why, and what would be right; the bounds are in their own sentence already."""
    if not expected or expected in reason:
        return reason
    return f"{reason.rstrip('。')}。{expected}"


def saved_by_and_at(theirs):
    """Who saved since the page was shown, and when; blank where nobody did."""
    if not theirs:
        return {"by": "", "at": ""}
    return {"by": theirs["saved_by__name"] or "系统", "at": clock_text(theirs["saved_at"])}


def clock_text(moment):
    if moment:
        return timezone.localtime(moment).strftime("%H:%M")
    return ""
