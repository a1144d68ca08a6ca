"""What is asked about values that may stand: wrong sums, and values far from last time's."""

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
    for doubt in found:
        doubt.reason = reason_given(stored, row, doubt.field)
    return found


def failed_checks(stored, record):
    """Yield a doubt for each check that these values fail."""
    values = record | stored.against
    for check in stored.section.checks:
        if check.holds(values) is False:
            yield CellDoubt(check.field, check.sentence_with_values(stored.section, values))


def reason_given(stored, row, name):
    """What was said about the value that stands in the cell now; "" where nothing was."""
    text = stored.text(row, name)
    if not text:
        return ""
    reason = ""
    for remark in stored.at(stored.rows[row], name):
        if remark.kind != Remark.Kind.QUESTION and remark.value == text:
            reason = remark.text
    return reason


def unusual_values(stored, record):
    """Yield a doubt for each number that is unlike last time's, or else unlike its neighbours'."""
    last = stored.last(record)
    for name in stored.names:
        now = record.get(name)
        if now is None or not is_number(stored.section.field(name)):
            continue
        before = last.get(name)
        if before is None:
            sentence = sentence_against_neighbours(stored, name, now)
        else:
            sentence = sentence_against_last(stored, name, before, now)
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
    direction = "多" if share > 0 else "少"
    return f"上期 {before:,} {unit}，本期{direction} {abs(share) * 100:.0f}%，请核对"


def sentence_against_neighbours(stored, name, now):
    """`同一街道其他 6 个社区在 120 到 900 户之间，请核对`, or "".

    "" where the value is like its neighbours' or these are few.
    """
    near = [value for record in stored.beside if (value := record.get(name))]
    if len(near) < settings.UNUSUAL_NEIGHBOURS or not now:
        return ""
    low, high = min(near), max(near)
    if distance_outside(now, low, high) < settings.UNUSUAL_LEAST:
        return ""
    unit = stored.section.field(name).unit
    span = f"{format_figure(low)} 到 {format_figure(high)} {unit}之间"
    return f"同一街道其他 {len(near)} 个社区在 {span}，请核对"


def distance_outside(value, low, high):
    """How far a value lies outside a range, where it is several times off; else 0."""
    times = settings.UNUSUAL_TIMES
    if value > high * times:
        return value - high
    if value * times < low:
        return low - value
    return 0
