"""Verdicts, and values in the unit of a standard, as people say them."""

from reports.engine.compliance import Verdict
from reports.measure_columns import STAGE, YES_NO
from surveys.number_text import format_number, format_quantity
from surveys.words import Stage

SHARE = "%"
VERDICT_CSS = {
    Verdict.MET: "met",
    Verdict.UNMET: "unmet",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_APPLICABLE: "na",
}
VERDICT_SIGNS = {
    Verdict.MET: "✓",
    Verdict.UNMET: "✗",
    Verdict.UNKNOWN: "缺数",
    Verdict.NOT_APPLICABLE: "—",
}


def format_value(value, unit):
    """A value in a standard's unit as people say it: 82 m², 已挂牌, 是, 35.2%."""
    if value is None:
        return "未填"
    if unit == STAGE and value in range(len(Stage.labels)):
        return Stage.labels[int(value)]
    if unit == YES_NO:
        return "是" if value else "否"
    if unit == SHARE:
        return f"{format_number(value, 1)}%"
    return format_quantity(value, unit)


def required_text(standard, judgment):
    """What the standard asks of this unit.

    不少于 300 m², 1,000–3,000 户, 正常运转; "" where that is unknown.
    """
    lower, upper, unit = judgment.lower, judgment.upper, standard.unit
    if lower is None and upper is None:
        return ""
    if unit in (STAGE, YES_NO):
        bound = upper if lower is None else lower
        return format_value(bound, unit)
    if lower == upper:
        return format_value(lower, unit)
    if lower is None:
        return f"不超过 {format_value(upper, unit)}"
    if upper is None:
        return f"不少于 {format_value(lower, unit)}"
    return f"{format_number(lower)}–{format_value(upper, unit)}"


def exceeds_limit(judgment):
    """Whether an unmet verdict is one of too much."""
    if judgment.upper is None or judgment.actual is None:
        return False
    return judgment.actual > judgment.upper


def short_gap(standard, judgment):
    """What stands in a cell of the matrix: −218, +267, 已挂牌, ✗."""
    actual, verdict = judgment.actual, judgment.verdict
    is_observed = actual is not None and judgment.required is None
    if verdict == Verdict.NOT_APPLICABLE and is_observed:
        return format_value(actual, standard.unit)
    if verdict != Verdict.UNMET:
        return VERDICT_SIGNS[verdict]
    if standard.unit == STAGE and actual is not None:
        return format_value(actual, STAGE)
    if standard.unit == YES_NO or judgment.gap is None:
        return VERDICT_SIGNS[Verdict.UNMET]
    sign = "+" if exceeds_limit(judgment) else "−"
    return f"{sign}{rounded_gap(judgment.gap, standard.digits)}"


def rounded_gap(gap, digits):
    """A gap to the digits the standard is read by; never down to nothing."""
    text = format_number(gap, digits)
    if text == "0":
        return format_number(gap, 2)
    return text


def verdict_sentence(standard, judgment):
    """The verdict as a sentence: 实际 82 m²，标准不少于 300 m²，差 218 m²."""
    asked = required_text(standard, judgment)
    if judgment.verdict == Verdict.NOT_APPLICABLE:
        if standard.observed_only:
            return observed_sentence(standard, judgment)
        return f"不适用于本{standard.get_level_display()}"
    if judgment.verdict == Verdict.UNKNOWN:
        return f"标准{asked}，缺少所需数据" if asked else "缺少所需数据"
    sentence = f"实际 {format_value(judgment.actual, standard.unit)}，标准{asked}"
    if judgment.verdict == Verdict.UNMET:
        return f"{sentence}，{gap_text(standard, judgment)}"
    return sentence


def observed_sentence(standard, judgment):
    """What is said of a standard that is watched and not judged."""
    if judgment.actual is None:
        return "缺少所需数据，只作观察"
    return f"实际 {format_value(judgment.actual, standard.unit)}，只作观察，不判定"


def verdict_sentence_of(standard, judgments):
    """The sentence for one standard out of a filing's judgments."""
    judgment = judgments.get(standard.code)
    if judgment is None:
        return "没有填报"
    return verdict_sentence(standard, judgment)


def gap_text(standard, judgment):
    """What is missing: 差 218 m², 超 267 户; 未达到 where no number says it."""
    if judgment.gap is None or standard.unit in (STAGE, YES_NO):
        return "未达到"
    gap = format_quantity(judgment.gap, standard.gap_unit)
    if exceeds_limit(judgment):
        return f"超 {gap}"
    return f"差 {gap}{unknown_parts_text(standard, judgment)}"


def unknown_parts_text(standard, judgment):
    """How many parts of a composite could not be judged: they are neither met nor in its gap."""
    rest = judgment.lower - judgment.actual - judgment.gap
    if rest <= 0.5:
        return ""
    return f"，另 {format_quantity(rest, standard.gap_unit)}缺数"
