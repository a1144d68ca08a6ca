"""From what stands in a cell to a value of the model: one converter per kind of answer,
column by column.

A converter reads one raw cell and returns the value or raises CellQuestion. Columns repeat
themselves, so each distinct content is read once.
"""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

from surveys import fields
from surveys.reading import dates, quantities, words
from surveys.reading.questions import CellQuestion

NO_FORMULA_VALUE = "公式没有结果"
CENT = Decimal("0.01")


def read_column(values, read_cell, blank):
    """All values of a column, and the questions as (index, CellQuestion);
    a cell in question is blank.
    """
    known = {raw: read_raw_cell(read_cell, raw) for raw in set(values)}
    known[""] = blank
    if not any(type(value) is CellQuestion for value in known.values()):
        return [known[raw] for raw in values], []
    read = [known[raw] for raw in values]
    questions = [(at, value) for at, value in enumerate(read) if type(value) is CellQuestion]
    for at, _ in questions:
        read[at] = blank
    return read, questions


def read_raw_cell(read_cell, raw):
    """The value in a cell, None where it is empty, or the CellQuestion about it."""
    if raw == "":
        return None
    try:
        if type(raw) is str:
            refuse_error(raw)
        return read_cell(raw)
    except CellQuestion as question:
        return question.with_traceback(None)


def refuse_error(raw):
    """Raise CellQuestion for a cell whose formula has an error or no result."""
    expected = "填写数值，不要留公式或错误值。"
    if raw == NO_FORMULA_VALUE:
        raise CellQuestion(raw, expected)
    if raw in words.EXCEL_ERRORS:
        raise CellQuestion(f"单元格是错误值 {raw}", expected)


def blank_of(field):
    """What an empty cell means: unknown."""
    if field is None or field.null:
        return None
    return () if field.many_to_many else ""


def cell_converter(column, field, *, year, scale=Decimal(1)):
    """The function that reads one cell of this column."""
    if column.derived == "percent":
        return read_percent
    if column.derived:
        return count_reader("个", column.name, {}, scale)
    known = {word_key(word): value for word, value in column.words.items()}
    if isinstance(field, fields.CountField):
        read_count = count_reader(field.unit, str(field.verbose_name), known, scale)
        return within_bounds(field, read_count)
    if isinstance(field, fields.AmountField):
        return within_bounds(field, amount_reader(field, known, scale))
    if isinstance(field, fields.PartialDateField):
        return lambda raw: dates.read_date(raw, year)
    if isinstance(field, fields.YesNoField):
        return read_yes_no
    if field.choices:
        return word_reader(field, known)
    return text_reader(field)


def within_bounds(field, read_cell):
    """A converter whose value lies within the field's bounds;
    others are asked about with their sentence.
    """
    lowest, highest, sentence = field.lowest, field.highest, field.bounds_sentence

    def read(raw):
        value = read_cell(raw)
        if value is not None and not lowest <= value <= highest:
            reason = "不可能是这个数" if value < 0 else "超出合理范围"
            raise CellQuestion(reason, sentence)
        return value

    return read


def number_of(raw, unit, label, known, scale):
    """The exact number in a cell, or None where a word says there is none to give."""
    if type(raw) is float or type(raw) is int:
        if not isfinite(raw) or abs(raw) >= 1e15:
            raise CellQuestion(f"不是有效的数：{raw}")
        return Decimal(repr(raw)) * scale
    if type(raw) is tuple:
        raise CellQuestion(f"这里是日期 {raw[0]}，不是数")
    key = word_key(raw)
    if key in known:
        value = known[key]
    else:
        value = quantities.word_number(key, unit not in quantities.UNITS)
        if value is None:
            return quantities.parse_quantity(raw, unit, label, scale)
    return None if value is None else Decimal(value)


def count_reader(unit, label, known, scale):
    expected = f"填整数，单位：{unit}。"

    def read(raw):
        if type(raw) is float and raw.is_integer() and scale == 1 and abs(raw) < 1e15:
            return int(raw)
        try:
            value = number_of(raw, unit, label, known, scale)
        except CellQuestion as question:
            raise CellQuestion(question.reason, expected) from None
        if value is not None and value != value.to_integral_value():
            raise CellQuestion(f"{label}应是整数", expected)
        return None if value is None else int(value)

    return read


def amount_reader(field, known, scale):
    unit, label = field.unit, str(field.verbose_name)
    expected = f"填一个数，单位：{unit}，最多两位小数。"

    def read(raw):
        try:
            value = number_of(raw, unit, label, known, scale)
        except CellQuestion as question:
            raise CellQuestion(question.reason, expected) from None
        return None if value is None else round_to_cents(value, label, expected)

    return read


def round_to_cents(value, label, expected):
    """Two decimals; where rounding would change the value by more than a percent, asked about."""
    if abs(value) >= 10**15:
        raise CellQuestion(f"{label}过大", expected)
    rounded = value.quantize(CENT, ROUND_HALF_UP)
    if abs(rounded - value) * 100 > abs(value):
        raise CellQuestion(f"{label}的小数位过多", expected)
    return rounded


def read_percent(raw):
    """A share in percent: `8.0%`, 8.0, and 0.075 as the cell of a percent format holds it."""
    expected = "写成 7.5%。"
    if type(raw) is tuple:
        raise CellQuestion(f"这里是日期 {raw[0]}，不是百分数", expected)
    if type(raw) is str:
        text = quantities.squeeze_text(raw)
        if text in words.NO_NUMBER:
            return None
        found = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(%?)", text)
        if not found:
            raise CellQuestion(f"不是百分数：{raw.strip()[:40]}", expected)
        number, sign = found.groups()
        value = float(number)
    else:
        value, sign = float(raw), ""
    if not isfinite(value):
        raise CellQuestion(f"不是百分数：{raw}", expected)
    if not sign and abs(value) <= 1:
        value *= 100
    return round(value, 6)


def read_yes_no(raw):
    word = ""
    if type(raw) is str:
        word = word_key(raw).lower()
    elif type(raw) is float and raw in (0, 1):
        word = str(int(raw))
    if word in words.YES:
        return True
    if word in words.NO:
        return False
    raise CellQuestion(f"不是“是”或“否”：{raw_cell_text(raw)}", "填 是 或 否。")


def word_key(raw):
    """A word without blanks, width and closing punctuation."""
    if type(raw) is str:
        return quantities.squeeze_text(raw).strip("。;；,，、.")
    return raw_cell_text(raw)


NEGATIONS = tuple("非不未无没")


def word_reader(field, extra):
    """One of the field's words, by its label, a declared synonym,
    or the one word the text contains.
    """
    labels = {value: str(label) for value, label in field.choices}
    known = {word_key(label): value for value, label in labels.items()}
    known.update(extra)
    expected = f"填：{'、'.join(labels.values())}。"

    def read(raw):
        key = word_key(raw)
        if key in known:
            return known[key] or blank_of(field)
        if key in words.DASHES:
            return blank_of(field)
        value = contained_word(key, known)
        if value is None:
            reason = f"不在“{field.verbose_name}”的选项里：{raw_cell_text(raw)}"
            raise CellQuestion(reason, expected)
        return value

    return read


def contained_word(text, known):
    """The value of the only word that `text` contains (租赁民房 -> 租赁);
    None where several or a negation do.
    """
    every = [word for word in known if len(word) >= 2 and word in text]
    found = [word for word in every if not any(word != other and word in other for other in every)]
    if any(is_negated(word, text) for word in found):
        return None
    values = {known[word] for word in found}
    return values.pop() if len(values) == 1 else None


def is_negated(word, text):
    """Whether a negation stands before the word: 非自有."""
    at = text.find(word)
    return at > 0 and text[at - 1] in NEGATIONS


INVISIBLE = dict.fromkeys([0x200B, 0x2060, 0xFEFF, 0x00AD], None)
BETWEEN_IDEOGRAPHS = re.compile(
    r"(?<=[^\x00-\u2fff\u3000-\u303f])[\s\u3000]+(?=[^\x00-\u2fff\u3000-\u303f])"
)
FORBIDDEN = frozenset(["Cc", "Cs"])
UNWANTED = frozenset("\ufffd\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def text_reader(field):
    longest, label = field.max_length, str(field.verbose_name)

    def read(raw):
        if type(raw) is float and abs(raw) >= 1e15:
            raise CellQuestion("数字太长，Excel 已丢了末几位", "设成文本格式后重新输入。")
        text = clean_text(raw_cell_text(raw))
        if len(text) > longest:
            reason = f"{label}有 {len(text)} 个字，超过 {longest} 个"
            raise CellQuestion(reason, f"写在 {longest} 个字以内。")
        return "" if text in words.NOTHING else text

    return read


def clean_text(text):
    """A text without outer and doubled blanks and invisible characters;
    rare characters stay as they are.

    Raises CellQuestion for control characters.
    """
    if text.isalnum():
        return text
    text = text.translate(INVISIBLE)
    text = " ".join(text.split())
    for char in text:
        category = unicodedata.category(char)
        if category in FORBIDDEN or char in UNWANTED:
            raise CellQuestion(f"含有不能用的字符 U+{ord(char):04X}", "请重新输入这一格。")
    return BETWEEN_IDEOGRAPHS.sub("", text)


def raw_cell_text(raw):
    """A raw cell as its reader sees it."""
    if type(raw) is tuple:
        return raw[0]
    if type(raw) is float and raw.is_integer() and abs(raw) < 1e16:
        return str(int(raw))
    return str(raw)
