"""What is asked about values that may stand: parts that do not add up, and values far from last time's."""

from dataclasses import dataclass

from django.conf import settings

from surveys.entry.cells import is_number
from surveys.models import Remark


@dataclass
class Ask:
    """One question at a cell; `reason` is what was answered, "" while it is open."""

    field: str
    sentence: str
    reason: str = ""


def asks(stored, row):
    """The questions about one record, answered ones among them."""
    record = stored.rows[row]
    found = [Ask(check.field, check.sentence) for check in stored.section.checks if check.holds(record) is False]
    found += unusual(stored, record)
    for ask in found:
        ask.reason = reason(stored, row, ask.field)
    return found


def reason(stored, row, name):
    """What was said about the value that stands in the cell now."""
    text = stored.text(row, name)
    said = [r for r in stored.at(stored.rows[row], name) if r.kind != Remark.Kind.QUESTION and r.value == text]
    return said[-1].text if said and text else ""


def unusual(stored, record):
    """Numbers that are off last time's by more than the set share."""
    last = stored.last(record)
    for name in stored.names:
        field = stored.section.field(name)
        if last and is_number(field) and (sentence := compared(stored, name, last.get(name), record.get(name))):
            yield Ask(name, sentence)


def compared(stored, name, before, now):
    """`上期 1,200 户，本期多 45%，请核对`, or "" where nothing is unusual."""
    if not before or now is None:
        return ""
    share = (now - before) / before
    if abs(share) <= settings.UNUSUAL_SHARE or abs(now - before) < settings.UNUSUAL_LEAST:
        return ""
    unit = stored.section.field(name).unit
    return f"上期 {before:,} {unit}，本期{'多' if share > 0 else '少'} {abs(share) * 100:.0f}%，请核对"
