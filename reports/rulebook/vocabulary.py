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
def measures_by_section():
    """[(label of the section, [(label, measure)])]"""
    groups = []
    for section in all_sections():
        measures = [measure for source in section.measures for measure in source.measures]
        if measures:
            groups.append((section.label, by_label(measures)))
    groups.append(("单位", by_label(STRUCTURE.measures)))
    return groups


def by_label(measures):
    """[(label, measure)]: a formula writes these measures by their labels."""
    return [(measure.label, measure) for measure in measures]


def formula_vocabulary(user, word=""):
    """[(section, [(what a formula writes, measure)])] whose label or name has the word in it.

    Everything without a word.
    """
    word = word.strip().lower()
    found = []
    for section, pairs in [*measures_by_section(), *own_items_by_round(user)]:
        matching = [
            (written, measure)
            for written, measure in pairs
            if word in measure.label or word in measure.name
        ]
        if matching:
            found.append((section, matching))
    return found


def own_items_by_round(user):
    """[(round, [(code, measure)])] of what the rounds this person manages ask of their own.

    The newest round comes first, and an item asked again stands once. They go by their code: two
    rounds may call two things by one label.
    """
    by_round, known = {}, set()
    managed = Round.objects.editable_by(user)
    items = Extra.objects.asked().filter(round__in=managed).select_related("round")
    for item in items.order_by("-round__reference_date", "position"):
        if item.code in known:
            continue
        known.add(item.code)
        pairs = by_round.setdefault(f"{LABEL}：{item.round.title}", [])
        pairs += [(measure.name, measure) for measure in answer_measures(item)]
    return list(by_round.items())


def formula_functions():
    """[(Chinese word, English name, example)] of what formulas can do beyond arithmetic."""
    words = {}
    for word, name in FUNCTION_WORDS.items():
        words.setdefault(name, word)
    return [(words[name], name, example) for name, example in EXAMPLES.items()]
