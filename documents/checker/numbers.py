"""The numbers in an official's text: digits, 万 and 亿, units, percentages, Chinese numerals; no dates, no ordinals."""

import re
from dataclasses import dataclass

SCALES = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
AREA, SHARE, MONEY, PEOPLE, HOUSEHOLDS, THINGS = "m²", "%", "元", "人", "户", "个"
UNITS = {
    **dict.fromkeys(["平方米", "平米", "㎡", "m²"], AREA),
    **dict.fromkeys(["%", "％"], SHARE),
    **dict.fromkeys(["人", "名", "位"], PEOPLE),
    **dict.fromkeys("个 处 支 所 家 项 块 件 部 台 组 套 次 间 条".split(), THINGS),
    "元": MONEY,
    "户": HOUSEHOLDS,
    "岁": "岁",
}
UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
NUMBER = re.compile(
    rf"(?<![A-Za-z\d.])(?P<percent>百分之)?(?P<digits>{DIGITS})\s*(?P<scale>[百千万亿]?)\s*(?P<unit>{UNIT})?(?![A-Za-z])"
)
NUMERAL = re.compile(rf"(?P<numeral>[一二三四五六七八九十百千两]{{1,7}})(?P<unit>{UNIT})")
# What looks like a number and is none: days, times, ordinals, document numbers, numbers of headings and of lists.
NO_NUMBER = re.compile(
    r"(?:19|20)\d\d\s*年?[—\-至]+(?:19|20)?\d\d年?|\d{4}\s*年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月(?:\d{1,2}日)?|\d{1,2}日"
    r"|\d{1,2}[:：]\d{2}|第\s*[\d一二三四五六七八九十百]+|〔\d{4}〕\s*\d*号?|\d+号|^\s*[（(]?\d+[）)．.、]|\d+\s*年|[\d一二三四五六七八九十]+岁(?:以上|以下)|[\d]{5,}(?=[-—]\d)"
)
MASK = re.compile(
    rf"(?<![A-Za-z])[xX×＊*○]{{1,4}}(?=[万千百]?(?:{UNIT}|多))|_{{2,}}(?=\s*[万千百]?(?:{UNIT}))"
)
CHINESE = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)} | {"两": 2}

POWERS = {"十": 10, "百": 100, "千": 1000}
HALF_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


@dataclass(frozen=True)
class DraftNumber:
    """One number of a text: `value` in its unit class, `slack` half of the last digit written, where it stands."""

    text: str
    start: int
    end: int
    value: float
    slack: float
    unit: str


def half_width(text):
    """Full-width digits, commas and points as half-width ones, one for one, so that places stay."""
    return text.translate(HALF_WIDTH)


def draft_numbers(text):
    """The numbers of a text in their order."""
    text = half_width(text)
    taken = [match.span() for match in NO_NUMBER.finditer(text)]
    found = []
    for pattern, read in ((NUMBER, number_of_digits), (NUMERAL, number_of_numeral)):
        for match in pattern.finditer(text):
            number = read(match) if is_free(match, taken) else None
            if number:
                found.append(number)
    return sorted(found, key=lambda number: number.start)


def is_free(match, taken):
    """Whether a match touches none of the spans that are no numbers."""
    return all(match.end() <= start or match.start() >= end for start, end in taken)


def number_of_digits(match):
    """The number of a match of NUMBER: 1,046人, 164.95万元, 百分之三."""
    digits = match["digits"].replace(",", "")
    scale = SCALES[match["scale"] or ""]
    _, _, decimals = digits.partition(".")
    slack = scale / 10 ** len(decimals) / 2
    unit = SHARE if match["percent"] else UNITS.get(match["unit"] or "", "")
    text, value = match[0].strip(), float(digits) * scale
    return DraftNumber(text, match.start(), match.end(), value, slack, unit)


def number_of_numeral(match):
    """The number of 二十九个; None for 一个 and 两项, which are a manner of speaking."""
    value = numeral_value(match["numeral"])
    if value < 3:
        return None
    unit = UNITS[match["unit"]]
    return DraftNumber(match[0], match.start(), match.end(), float(value), 0.5, unit)


def numeral_value(text):
    """The value of a Chinese numeral below ten thousand."""
    total, digit = 0, 0
    for char in text:
        if char in CHINESE:
            digit = CHINESE[char]
        else:
            total += (digit or 1) * POWERS[char]
            digit = 0
    return total + digit


def unfilled_places(text):
    """The places left to be filled in: xx户, ×万元."""
    return [match[0] for match in MASK.finditer(text)]
