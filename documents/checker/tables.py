"""The cells of a draft's tables: held against the figures by the heads of row and column, and added up."""

import re
from itertools import groupby

from documents.checker.finding import DraftFinding, DraftFindingKind
from documents.checker.known import same_value
from documents.checker.numbers import SHARE, UNITS, DraftNumber, draft_numbers
from documents.wording import exact_text

TOTAL = re.compile(r"^\s*(合计|总计|全市|总数|小计)\s*$")
HEAD_UNIT = re.compile(r"[（(]\s*(万?)([^（）()]{1,3})[）)]")


def cell_number(passage):
    """The one number of a cell, in the unit its column's head names; None for a cell of words."""
    found = draft_numbers(passage.text)
    if len(found) != 1 or len(found[0].text) < len(passage.text.strip()):
        return None
    number, head = found[0], HEAD_UNIT.search(passage.column_head)
    if number.unit or not head or head[2] not in UNITS:
        return number
    times = 10_000 if head[1] else 1
    return DraftNumber(
        number.text,
        number.start,
        number.end,
        number.value * times,
        number.slack * times,
        UNITS[head[2]],
    )


def facts_about_cell(passage, known):
    """The facts a cell may be about: of the unit or standard its row names, else of the whole area."""
    row, head = passage.row_head.strip(), HEAD_UNIT.sub("", passage.column_head)
    if row in known.scopes:
        facts = [fact for fact in known.facts if fact.scope == row]
    elif TOTAL.match(row):
        facts = [fact for fact in known.facts if not fact.scope and "：" not in fact.figure.key]
    else:
        return [fact for fact in known.facts if fact.figure.key.startswith(f"{row}：")]
    return [
        fact
        for fact in facts
        if any(name in head or head in name for name in fact.names if len(name) > 1)
    ]


def table_findings(passages, known):
    """What is wrong in the tables of a draft."""
    for _, rows in groupby((p for p in passages if p.table), key=lambda p: p.table):
        cells = [(p, number) for p in rows if p.row and p.column and (number := cell_number(p))]
        wrong = {}
        for passage, number in cells:
            facts = [
                fact
                for fact in facts_about_cell(passage, known)
                if fact.value is not None and may_be_alike(fact, number)
            ]
            named = TOTAL.match(passage.row_head) or passage.row_head.strip() in known.scopes
            if named and facts and not any(same_value(fact.value, number) for fact in facts):
                said = exact_text(facts[0].value, facts[0].figure.unit)
                wrong[passage] = differing_cell(passage, number, facts[0], said)
        for passage, number, total in wrong_sums(cells):
            reason = f"这一列各行相加是 {total:,.10g}，与合计不符"
            wrong.setdefault(
                passage,
                DraftFinding(
                    DraftFindingKind.ARITHMETIC,
                    passage.place,
                    passage.row_head,
                    number.text,
                    reason,
                ),
            )
        yield from wrong.values()


def differing_cell(passage, number, fact, said):
    reason, text = (
        f"系统中“{fact.figure.label}”是 {said}",
        f"{passage.row_head} · {passage.column_head}",
    )
    return DraftFinding(
        DraftFindingKind.DIFFERS, passage.place, text, number.text, reason, said, fact.figure.href
    )


def may_be_alike(fact, number):
    return not number.unit or fact.unit == number.unit


def wrong_sums(cells):
    """(the cell of the total, its number, what the rows add up to) of each column that does not add up."""
    by_column = {}
    for passage, number in cells:
        by_column.setdefault(passage.column, []).append((passage, number))
    for column in by_column.values():
        totals = [(p, n) for p, n in column if TOTAL.match(p.row_head)]
        rows = [n for p, n in column if not TOTAL.match(p.row_head)]
        whole = len({p.row for p, _ in cells}) == len(column)
        if len(totals) == 1 and len(rows) > 1 and whole and totals[0][1].unit != SHARE:
            passage, number = totals[0]
            added = sum(row.value for row in rows)
            if abs(added - number.value) > number.slack * (len(rows) + 1):
                yield passage, number, added
