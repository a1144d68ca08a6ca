"""The measures a formula may use, by the section they are counted from."""

from functools import cache

from reports.formulas.parser import FUNCTION_WORDS
from reports.measures import STRUCTURE
from surveys.sections import all_sections

EXAMPLES = {
    "min": "取最小（300，0.3 × 总户数）",
    "max": "取最大（300，0.3 × 总户数）",
    "abs": "绝对值（男性人口 − 女性人口）",
    "ceil": "进整（总户数 ÷ 300）",
    "coalesce": "首个有值（租住人口，0）",
    "case": "分档（总户数 ≤ 1000，5，总户数 ≤ 3000，7，9）",
    "known": "已填报（总户数）",
    "last_year": "上期（总户数）",
}


@cache
def sections():
    """[(label of the section, its measures)]"""
    own = [(section.label, [m for source in section.measures for m in source.measures]) for section in all_sections()]
    return [*((label, found) for label, found in own if found), ("单位", list(STRUCTURE.measures))]


def vocabulary(word=""):
    """[(section, measures)] whose label or name has the word in it; everything without one."""
    word = word.strip().lower()
    found = [(label, [m for m in own if word in m.label or word in m.name]) for label, own in sections()]
    return [(label, own) for label, own in found if own]


def functions():
    """[(Chinese word, English name, example)] of what formulas can do beyond arithmetic."""
    words = {}
    for word, name in FUNCTION_WORDS.items():
        words.setdefault(name, word)
    return [(words[name], name, example) for name, example in EXAMPLES.items()]
