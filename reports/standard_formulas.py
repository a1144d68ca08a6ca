"""What the formulas of a standard say, and which measures they read."""

from reports.engine.formulas import FormulaError
from reports.engine.measures import all_measures
from reports.models.standard import FORMULAS, parsed_formula
from surveys.extras import answer_measures

FORMULA_LABELS = {
    "actual": "实际值",
    "lower": "不低于",
    "upper": "不高于",
    "applies_when": "适用条件",
}


def formula_rows(standard):
    """Yields (label, in words, as expression) of each formula the standard has."""
    for name in FORMULAS:
        if text := getattr(standard, name):
            yield FORMULA_LABELS[name], formula_words(standard, name), text


def formula_words(standard, name):
    """A formula in words; as written where a measure it used is gone, for a page must still show
    it.
    """
    try:
        return standard.words(name)
    except FormulaError:
        return getattr(standard, name)


def measures_read_by(standard, round):
    """The measures its formulas read, so that one can get to the rows.

    With those of the round's own items, if any.
    """
    names = names_in_formulas(standard)
    known = list(all_measures().values())
    for item in standard.own_items:
        if round and item.round_id == round.pk and not item.retired_at:
            known += answer_measures(item)
    return [measure for measure in known if measure.name in names]


def names_in_formulas(standard):
    """Names of measures in its formulas; one that cannot be read names none."""
    names = set()
    for name in FORMULAS:
        text = getattr(standard, name)
        if not text:
            continue
        try:
            names |= parsed_formula(text).names
        except FormulaError:
            continue
    return names
