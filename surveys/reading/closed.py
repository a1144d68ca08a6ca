"""Rows for filings that were submitted or approved: passed over where they change nothing,
asked about where they do.
"""

from surveys.models import Status
from surveys.reading.result import Finding, FindingKind, Incoming
from surveys.reading.workbook import cell_address

STATES = {Status.SUBMITTED: "已报送", Status.APPROVED: "已审定"}


def set_apart(reading, register, naming):
    """Take the rows of closed filings out of the reading; `naming` is {sheet:
    the column that names its unit}.
    """
    closed = {entry.id: entry for entry in register.entries if not entry.open}
    if not closed:
        return
    kept = []
    for finding in reading.findings:
        if finding.filing not in closed or finding.kind == FindingKind.ROW:
            kept.append(finding)
    reading.findings = kept
    for incoming in reading.incoming.values():
        locked = take_out(incoming, closed)
        if not locked.rows:
            continue
        for filing, place in changed_places(locked, reading.ours):
            reading.findings.append(closed_filing_finding(closed[filing], place, naming))


def take_out(incoming, closed):
    """The rows of closed filings, which the incoming ones lose."""
    locked = Incoming(incoming.section, incoming.names)
    rest = Incoming(incoming.section, incoming.names)
    for row, place in zip(incoming.rows, incoming.places, strict=True):
        part = locked if row[0] in closed else rest
        part.rows.append(row)
        part.places.append(place)
    incoming.rows, incoming.places = rest.rows, rest.places
    return locked


def changed_places(incoming, ours):
    """(filing, place) of the rows that contradict what is stored."""
    from surveys.difference import compare_section  # it reads our results

    difference = compare_section(incoming, clear_blanks=ours)
    records = (*difference.new, *difference.changed)
    return [(record.filing, record.place) for record in records]


def closed_filing_finding(entry, place, naming):
    sheet, row = place
    state = STATES.get(entry.status, "已锁定")
    return Finding(
        FindingKind.ROW,
        f"{entry.short}的填报表{state}，不能修改",
        "请先退回该表，或不导入这一行。",
        sheet=sheet,
        cell=cell_address(row - 1, naming[sheet]),
        value=entry.short,
        filing=entry.id,
    )
