"""Numbers as people write them: `２００１`, `5,364`, `3361人`, `2.0万元`, `约16.5`, `无`. Read,
or asked about.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from surveys.reading.questions import CellQuestion
from surveys.reading.words import CROSSES, NO_NUMBER, TICKS, word_set

MULTIPLIERS = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
ACRE = Decimal(2000) / 3  # 亩, in m²
AREA = {
    **dict.fromkeys(["m2", "平米", "平方米", "平方", "平", "方"], Decimal(1)),
    **dict.fromkeys(["公顷", "ha"], Decimal(10_000)),
    **dict.fromkeys(["km2", "平方公里", "平方千米"], Decimal(1_000_000)),
    "亩": ACRE,
}
MONEY = dict.fromkeys(["元", "块", "块钱", "圆", "元整", "元人民币"], Decimal(1))
MINUTES = {"分钟": Decimal(1), "分": Decimal(1), "min": Decimal(1), "小时": Decimal(60)}
PEOPLE = dict.fromkeys(["人", "名", "位", "口"], Decimal(1))
HOMES = dict.fromkeys(["户", "家"], Decimal(1))
THINGS = dict.fromkeys("个处支块部台组套间条次座栋张只件面队家", Decimal(1))
# What each unit of a field may be written in, and how many of the field's own units one of them is.
UNITS = {
    "元": MONEY,
    "m²": AREA,
    "km²": {name: factor / 1_000_000 for name, factor in AREA.items()},
    "分钟": MINUTES,
    "人": PEOPLE,
    "户": HOMES,
}
NUMBER = re.compile(
    r"(?:约|大约|大概|共计|共|计|¥|人民币)?"
    r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)"
    r"(十万|百万|千万|亿|万|千|百|十)?(\D*)",
    re.ASCII,
)


def squeeze_text(raw):
    """Compatible forms made one (full-width digits, ㎡) and all blanks gone."""
    text = unicodedata.normalize("NFKC", raw)
    text = "".join(text.split())
    return text.replace("\u200b", "").replace("\ufeff", "")


def words_of_units(text):
    """m2 and km2 contain a digit, so they are spelt out before the number is cut off."""
    text = re.sub(r"(?i)(?<!k)m2|m\^2", "平方米", text)
    return re.sub(r"(?i)k(?:m2|平方米)", "平方公里", text)


@lru_cache(1_000)
def unit_factor(words, unit, label):
    """How many of the field's units one of `words` is; None where it is another kind of unit."""
    text = words.removesuffix("左右").removesuffix("整").removesuffix("。")
    base, *periods = re.split(r"[/每]", text)
    if not set(periods) <= allowed_periods(label):
        return None
    if base == "":
        return Decimal(1)
    factors = UNITS.get(unit, THINGS)
    return factors.get(base.lower(), factors.get(base))


def allowed_periods(label):
    """元/月 is read where the field is monthly, 元/年 where it is not."""
    period = "年"
    if "月" in label:
        period = "月"
    return {"人", "户", period}


def parse_quantity(raw, unit, label, scale=Decimal(1)):
    """The number in a text, in the field's unit.
    A unit written in the cell outweighs the header's `scale`.
    """
    text = words_of_units(squeeze_text(raw))
    found = NUMBER.fullmatch(text)
    if not found:
        raise CellQuestion(f"不是一个确切的数：{raw.strip()[:40]}")
    digits, multiplier, words = found.groups()
    each = unit_factor(words, unit, label)
    if each is None:
        raise CellQuestion(f"看不懂的单位：{words[:20]}")
    number = Decimal(digits.replace(",", "")) * MULTIPLIERS[multiplier or ""] * each
    has_own_unit = multiplier or words.removesuffix("左右")
    if has_own_unit:
        return number
    return number * scale


def word_number(text, counts_things):
    """Zero and one as words and ticks; None for other text."""
    if text in NO_NUMBER:
        return 0
    if counts_things and text in CROSSES:
        return 0
    if counts_things and text in TICKS:
        return 1
    return None


def header_scale(words, unit, label=""):
    """What one of the header's units is in the field's unit: 万元 over a field in 元 is 10,000.
    None if no unit.
    """
    text = words_of_units(squeeze_text(words))
    found = re.fullmatch(r"(十万|百万|千万|亿|万|千|百|十)?([^\d/每]+)((?:[/每].+)?)", text)
    if not found:
        return None
    multiplier, base, periods = found.groups()
    each = unit_factor(base + periods, unit, label)
    return None if each is None else each * MULTIPLIERS[multiplier or ""]


NO_MEASURES = word_set("% 年 岁 年月 是否 单位 文字 日期")
MEASURED = ("元", "m²", "km²", "分钟", "人", "户", "个")


@lru_cache(1_000)
def is_measure(word):
    """Whether a word is a unit of money, area, time, people, homes or things."""
    text = squeeze_text(word).strip("()")
    base = re.split(r"[/每]", text)[0]
    if len(base) > 6:
        return False
    return any(header_scale(base, unit) is not None for unit in MEASURED)


def is_unit_word(word):
    return squeeze_text(word).strip("()") in NO_MEASURES or is_measure(word)
