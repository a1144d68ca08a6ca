"""Numbers in an official's sentence: 43,046户, 164.95万元, 22.2%, 381.5平方米; unknown is 数据缺失, never nought."""

from decimal import ROUND_HALF_UP, Decimal

from surveys.number_text import WAN, format_number

UNKNOWN = "数据缺失"
UNITS = {"m²": "平方米", "km²": "平方公里", "级": "", "是否": ""}
SHARE = "%"
DIGITS = "零一二三四五六七八九"


def unit_text(unit):
    """A unit as it is written in a sentence."""
    return UNITS.get(unit, unit)


def quantity_text(value, unit, digits=2):
    """A value with its unit; money from ten thousand on in 万元 with two decimals, shares with one."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return value
    if unit == "元" and abs(value) >= WAN:
        return f"{format_number(value / WAN, 2)}万元"
    return f"{bare_number(value, unit, digits)}{unit_text(unit)}"


def bare_number(value, unit="", digits=2):
    """The number alone, for cells whose unit stands in the header."""
    if value is None:
        return UNKNOWN
    return value if isinstance(value, str) else format_number(value, 1 if unit == SHARE else digits)


def rounded_for_axis(value, places):
    """A number for an axis, rounded as the words are."""
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def quote_name(name):
    """A name that is a figure, in quotation marks; those inside it become single ones: “‘3+1’工作模式”."""
    return name.marked(f"“{name.words.replace('“', '‘').replace('”', '’')}”")


def in_wan(value, unit):
    """15.97万人: large numbers rounded to two decimals of 万."""
    if value is None or isinstance(value, str) or abs(value) < WAN:
        return quantity_text(value, unit)
    return f"{format_number(value / WAN, 2)}万{unit_text(unit)}"


def in_wan_bare(value, unit=""):
    """万元 in a table whose header says so."""
    return (
        bare_number(value)
        if value is None or isinstance(value, str)
        else format_number(value / WAN, 2)
    )


def change_text(value, unit):
    """增加3个, 减少12.5平方米, 持平."""
    if value is None:
        return UNKNOWN
    if not value:
        return "持平"
    return f"{'增加' if value > 0 else '减少'}{quantity_text(abs(value), unit)}"


def exact_text(value, unit, digits=2):
    """A value for the annex: to the yuan, rounding said in the unit's own manner."""
    if value is None or isinstance(value, str):
        return value or UNKNOWN
    return f"{bare_number(value, unit, digits)}{unit_text(unit)}"


def chinese_number(number):
    """1 to 99 as headings count: 一, 十二, 二十."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else DIGITS[tens] + "十")
    return head + (DIGITS[ones] if ones or not tens else "")
