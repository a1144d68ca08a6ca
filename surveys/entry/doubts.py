"""What is asked about values that may stand: parts that do not add up, and values far from last time's."""

from dataclasses import dataclass

from django.conf import settings

from surveys.entry.cells import is_number
from surveys.models import Remark
from surveys.sections import format_figure


@dataclass
class CellDoubt:
    """One question at a cell; `reason` is what was answered, "" while it is open."""

    field: str
    sentence: str
    reason: str = ""


def find_doubts(stored, row):
    """The questions about one record, answered ones among them."""
    record = stored.rows[row]
    found = [*failed_checks(stored, record), *unusual_values(stored, record)]
    for ask in found:
        ask.reason = reason_given(stored, row, ask.field)
    return found


def failed_checks(stored, record):
    """The checks that these values fail."""
    values = record | stored.against
    for check in stored.section.checks:
        if check.holds(values) is False:
            yield CellDoubt(check.field, check.said(stored.section, values))


def reason_given(stored, row, name):
    """What was said about the value that stands in the cell now."""
    text = stored.text(row, name)
    said = [
        r
        for r in stored.at(stored.rows[row], name)
        if r.kind != Remark.Kind.QUESTION and r.value == text
    ]
    return said[-1].text if said and text else ""


def unusual_values(stored, record):
    """Numbers that are off last time's by more than the set share; where there was none, off the street's range."""
    last = stored.last(record)
    for name in stored.names:
        now = record.get(name)
        if now is None or not is_number(stored.section.field(name)):
            continue
        before = last.get(name)
        sentence = (
            sentence_against_neighbours(stored, name, now)
            if before is None
            else sentence_against_last(stored, name, before, now)
        )
        if sentence:
            yield CellDoubt(name, sentence)


def sentence_against_last(stored, name, before, now):
    """`上期 1,200 户，本期多 45%，请核对`, or "" where nothing is unusual."""
    if not before:
        return ""
    share = (now - before) / before
    if abs(share) <= settings.UNUSUAL_SHARE or abs(now - before) < settings.UNUSUAL_LEAST:
        return ""
    unit = stored.section.field(name).unit
    return (
        f"上期 {before:,} {unit}，本期{'多' if share > 0 else '少'} {abs(share) * 100:.0f}%，请核对"
    )


def sentence_against_neighbours(stored, name, now):
    """`本街道其他 6 个社区在 120 到 900 户之间，请核对`, or "" where the value is like its neighbours' or they are few."""
    near = [value for record in stored.beside if (value := record.get(name))]
    if len(near) < settings.UNUSUAL_NEIGHBOURS or not now:
        return ""
    low, high, times = min(near), max(near), settings.UNUSUAL_TIMES
    off = now - high if now > high * times else low - now if now * times < low else 0
    if off < settings.UNUSUAL_LEAST:
        return ""
    unit = stored.section.field(name).unit
    return f"同一街道其他 {len(near)} 个社区在 {format_figure(low)} 到 {format_figure(high)} {unit}之间，请核对"
