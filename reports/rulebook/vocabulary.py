"""The measures a formula may use, by the section they are counted from."""

from functools import cache

from reports.engine.formulas.parser import FUNCTION_WORDS
from reports.engine.measures import STRUCTURE
from surveys.extras import LABEL, answer_measures
from surveys.models import Extra, Round
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
    """[(label of the section, its measures by their labels)]"""
    own = [
        (section.label, [m for source in section.measures for m in source.measures])
        for section in all_sections()
    ]
    groups = [*((label, found) for label, found in own if found), ("单位", STRUCTURE.measures)]
    return [(label, [(measure.label, measure) for measure in found]) for label, found in groups]


def vocabulary(user, word=""):
    """[(section, [(what a formula writes, measure)])] whose label or name has the word in it; everything without one."""
    word = word.strip().lower()
    found = [
        (label, [pair for pair in own if word in pair[1].label or word in pair[1].name])
        for label, own in [*sections(), *items_of(user)]
    ]
    return [(label, own) for label, own in found if own]


def items_of(user):
    """What the rounds this person manages ask of their own, the newest round first; an item asked again stands once.

    They go by their code: two rounds may call two things by one label.
    """
    found, known = {}, set()
    items = (
        Extra.objects.asked()
        .filter(round__in=Round.objects.editable_by(user))
        .select_related("round")
    )
    for each in items.order_by("-round__reference_date", "position"):
        if each.code not in known:
            known.add(each.code)
            found.setdefault(f"{LABEL}：{each.round.title}", []).extend(
                (m.name, m) for m in answer_measures(each)
            )
    return list(found.items())


def functions():
    """[(Chinese word, English name, example)] of what formulas can do beyond arithmetic."""
    words = {}
    for word, name in FUNCTION_WORDS.items():
        words.setdefault(name, word)
    return [(words[name], name, example) for name, example in EXAMPLES.items()]
