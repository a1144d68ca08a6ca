"""Dates as people write them, kept to the precision written: `2004`, `2004-08` or `2004-08-15`,
never a day made up.
"""

import re
import unicodedata
from datetime import date, timedelta

from surveys.reading.questions import CellQuestion
from surveys.reading.words import UNKNOWN_DATES

EXPECTED = "写成 2004、2004-08 或 2004-08-15。"
PARTS = re.compile(
    r"(\d{4}|\d{2})(?:[.\-/年](?:(\d{1,2})(?:[.\-/月](?:(\d{1,2})日?)?)?)?)?", re.ASCII
)
CLOCK = re.compile(r"[T ]?\d{1,2}:\d\d(:\d\d(\.\d+)?)?$")
SEPARATORS = str.maketrans("。—–", ".--")
FIRST_SERIAL, LAST_SERIAL = 7_000, 60_000  # Excel's day numbers from 1919 to 2064
EPOCH = date(1899, 12, 30)
FIRST_OF_JANUARY = (1, 1)


def read_date(raw, year):
    """The partial date in a cell; `year` is the round's, the pivot of two-digit years."""
    if isinstance(raw, tuple):
        return existing_date(*raw[0].split("-"), year=year)
    if isinstance(raw, str):
        return read_text(raw, year)
    return read_number(float(raw), year)


def read_text(raw, year):
    text = unicodedata.normalize("NFKC", raw).strip().translate(SEPARATORS)
    if text in UNKNOWN_DATES or not text:
        return ""
    text = "".join(CLOCK.sub("", text).split())
    if text.isascii() and text.isdigit():
        return read_digits(text, year)
    found = PARTS.fullmatch(text)
    if not found:
        raise CellQuestion(f"不是日期：{raw.strip()[:40]}", EXPECTED)
    parts = [part for part in found.groups() if part]
    return existing_date(*parts, year=year)


def read_number(value, year):
    """A number: 2004, 200408, 20040815, a day number of Excel, or 2004.08 typed as a decimal."""
    if value.is_integer():
        if FIRST_SERIAL <= value <= LAST_SERIAL:
            day = EPOCH + timedelta(days=int(value))
            return existing_date(*day.isoformat().split("-"), year=year)
        return read_digits(str(int(value)), year)
    text = repr(value)
    if text.endswith(".1"):
        raise CellQuestion(f"{text} 可能是 1 月，也可能是 10 月", EXPECTED)
    return read_text(text, year)


def read_digits(text, year):
    """Digits without separators: a year, year and month, or a full date;
    six digits may begin with a short year.
    """
    if len(text) == 4:
        return existing_date(text, year=year)
    if len(text) == 8:
        return existing_date(text[:4], text[4:6], text[6:], year=year)
    if len(text) == 6:
        has_century = text[:2] in ("18", "19", "20")
        if has_century and 1 <= int(text[4:]) <= 12:
            return existing_date(text[:4], text[4:], year=year)
        return existing_date(text[:2], text[2:4], text[4:], year=year)
    raise CellQuestion(f"不是日期：{text[:20]}", EXPECTED)


def existing_date(first, month=None, day=None, *, year):
    """Join the parts of a date that exists and is not in the future."""
    whole = int(first) if len(first) == 4 else full_year(int(first), year)
    given = [int(part) for part in (month, day) if part is not None]
    try:
        date(whole, *given, *FIRST_OF_JANUARY[len(given) :])
    except ValueError:
        raise CellQuestion("没有这一天", EXPECTED) from None
    if not 1800 <= whole <= year + 1:
        raise CellQuestion(f"年份 {whole} 不在 1800 到 {year + 1} 之间", EXPECTED)
    return "-".join([f"{whole:04}", *(f"{part:02}" for part in given)])


def full_year(short, year):
    """59 -> 1959, 04 -> 2004: the latest year that is not after the round's."""
    return 2000 + short if short <= year % 100 else 1900 + short
