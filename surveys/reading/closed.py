"""Rows for filings that were submitted or approved: passed over where they change nothing, asked about where they do."""

from surveys.models import Status
from surveys.reading.result import Finding, FindingKind, Incoming
from surveys.reading.workbook import cell_address

STATES = {Status.SUBMITTED: "已报送", Status.APPROVED: "已审定"}


def set_apart(reading, register, naming):
    """Take the rows of closed filings out of the reading; `naming` is {sheet: the column that names its unit}."""
    closed = {node.id: node for node in register.nodes if not node.open}
    if not closed:
        return
    reading.findings = [
        f for f in reading.findings if f.filing not in closed or f.kind == FindingKind.ROW
    ]
    for incoming in reading.incoming.values():
        locked = take_out(incoming, closed)
        if locked.rows:
            reading.findings += [
                closed_filing_finding(closed[id], place, naming)
                for id, place in changed_places(locked, reading.ours)
            ]


def take_out(incoming, closed):
    """The rows of closed filings, which the incoming ones lose."""
    locked, open = (
        Incoming(incoming.section, incoming.names),
        Incoming(incoming.section, incoming.names),
    )
    for row, place in zip(incoming.rows, incoming.places, strict=True):
        part = locked if row[0] in closed else open
        part.rows.append(row)
        part.places.append(place)
    incoming.rows, incoming.places = open.rows, open.places
    return locked


def changed_places(incoming, ours):
    """(filing, place) of the rows that say otherwise than what is stored."""
    from surveys.difference import compare_section  # it reads our results

    found = compare_section(incoming, clear_blanks=ours)
    return [(each.filing, each.place) for each in (*found.new, *found.changed)]


def closed_filing_finding(node, place, naming):
    sheet, row = place
    return Finding(
        FindingKind.ROW,
        f"{node.short}的填报表{STATES.get(node.status, '已锁定')}，不能修改",
        "请先退回该表，或不导入这一行。",
        sheet=sheet,
        cell=cell_address(row - 1, naming[sheet]),
        value=node.short,
        filing=node.id,
    )
