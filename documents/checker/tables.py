"""The cells of a draft's tables: held against the figures by their heads, and added up."""

import re
from collections import defaultdict
from dataclasses import replace
from itertools import groupby

from documents.checker.finding import DraftFinding, DraftFindingKind
from documents.checker.known import same_value
from documents.checker.numbers import SHARE, UNITS, draft_numbers
from documents.wording import exact_text

TOTAL = re.compile(r"^\s*(合计|总计|全市|总数|小计)\s*$")
HEAD_UNIT = re.compile(r"[（(]\s*(万?)([^（）()]{1,3})[）)]")


def cell_number(passage):
    """The one number of a cell, in the unit of its column's head; None for a cell of words."""
    found = draft_numbers(passage.text)
    if len(found) != 1 or len(found[0].text) < len(passage.text.strip()):
        return None
    number, head = found[0], HEAD_UNIT.search(passage.column_head)
    if number.unit or not head:
        return number
    ten_thousands, word = head.groups()
    if word not in UNITS:
        return number
    times = 10_000 if ten_thousands else 1
    value, slack = number.value * times, number.slack * times
    return replace(number, value=value, slack=slack, unit=UNITS[word])


def facts_about_cell(passage, known):
    """The facts a cell may be about: of the unit or standard its row names, else of the area."""
    row, head = passage.row_head.strip(), HEAD_UNIT.sub("", passage.column_head)
    if row in known.scopes:
        facts = [fact for fact in known.facts if fact.scope == row]
    elif TOTAL.match(row):
        facts = [fact for fact in known.facts if not fact.scope and "：" not in fact.figure.key]
    else:
        return [fact for fact in known.facts if fact.figure.key.startswith(f"{row}：")]
    return [fact for fact in facts if is_named_by(fact, head)]


def is_named_by(fact, head):
    """Whether the head of a column names a fact."""
    names = [name for name in fact.names if len(name) > 1]
    return any(name in head or head in name for name in names)


def table_findings(passages, known):
    """What is wrong in the tables of a draft."""
    in_tables = [passage for passage in passages if passage.table]
    for _, rows in groupby(in_tables, key=lambda passage: passage.table):
        yield from findings_of_table(rows, known)


def findings_of_table(passages, known):
    """What is wrong in one table: cells that differ from the system, and sums that do not add up."""
    cells = []
    for passage in passages:
        if not passage.row or not passage.column:
            continue
        number = cell_number(passage)
        if number:
            cells.append((passage, number))
    wrong = {}
    for passage, number in cells:
        fact = differing_fact(passage, number, known)
        if fact:
            wrong[passage] = differing_cell(passage, number, fact)
    for passage, number, total in wrong_sums(cells):
        if passage not in wrong:
            reason = f"这一列各行相加是 {total:,.10g}，与合计不符"
            kind = DraftFindingKind.ARITHMETIC
            wrong[passage] = DraftFinding(
                kind, passage.place, passage.row_head, number.text, reason
            )
    return wrong.values()


def differing_fact(passage, number, known):
    """The fact that a cell should say and does not; None where it does, or nothing is known."""
    facts = []
    for fact in facts_about_cell(passage, known):
        if fact.value is not None and may_be_alike(fact, number):
            facts.append(fact)
    named = TOTAL.match(passage.row_head) or passage.row_head.strip() in known.scopes
    if not named or not facts:
        return None
    for fact in facts:
        if same_value(fact.value, number):
            return None
    return facts[0]


def differing_cell(passage, number, fact):
    """The finding about a cell that does not say what the system has."""
    right = exact_text(fact.value, fact.figure.unit)
    reason = f"系统中“{fact.figure.label}”是 {right}"
    return DraftFinding(
        DraftFindingKind.DIFFERS,
        passage.place,
        f"{passage.row_head} · {passage.column_head}",
        number.text,
        reason,
        right,
        fact.figure.href,
    )


def may_be_alike(fact, number):
    """Whether a number may be of a fact's unit."""
    return not number.unit or fact.unit == number.unit


def wrong_sums(cells):
    """(cell of the total, its number, sum of the rows) of each column that does not add up.

    Only columns are added up that have a number in every row and one row of totals.
    """
    by_column = defaultdict(list)
    for passage, number in cells:
        by_column[passage.column].append((passage, number))
    numbered_rows = set()
    for passage, _ in cells:
        numbered_rows.add(passage.row)
    for column in by_column.values():
        totals, rows = [], []
        for passage, number in column:
            if TOTAL.match(passage.row_head):
                totals.append((passage, number))
            else:
                rows.append(number)
        if len(totals) != 1 or len(rows) < 2 or len(column) != len(numbered_rows):
            continue
        passage, number = totals[0]
        added = sum(row.value for row in rows)
        if number.unit != SHARE and abs(added - number.value) > number.slack * (len(rows) + 1):
            yield passage, number, added
