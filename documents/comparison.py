"""This round beside the one before: measures that changed, standards that fewer communities meet."""

from dataclasses import replace

from documents import links
from documents.catalogue import measure_keys
from documents.facts import STRUCTURE
from documents.wording import change_text
from reports.engine.measures import all_measures

COMPARED = """
    communities households residents party_branches party_members staff_in_community staff_temporary service_centres
    premises office_area funding_budgeted funding_received
""".split()
LEAST = 0.05  # percentage points; less is rounding


def compare_with_previous(context):
    """[{指标, 上期, 本期, 变化 …}] of the main measures known in both rounds."""
    before, facts = context.facts.before, context.facts
    rows = []
    for name in COMPARED:
        now = facts.structure[name] if name in STRUCTURE else facts.totals[name]
        if now is not None and before.get(name) is not None:
            rows.append(comparison_row(context, name))
    return rows


def comparison_lists(rows):
    """The comparison as templates know it: all of it, and what can be compared and became less or more."""
    alike = [row for row in rows if row["可比"]]
    return {
        "同比": rows,
        "减少的指标": [row for row in alike if row["减少"]],
        "增加的指标": [row for row in alike if row["增加"]],
    }


def comparison_row(context, name):
    """One measure in both rounds, its change, and whether the two can be compared."""
    measure, key = all_measures()[name], measure_keys()[name]
    now, then = context.figures[key], context.facts.before[name]
    lacking = 0 if name in STRUCTURE else context.facts.missing_before[name]
    last = figure_variant(now, f"{key}·上期", f"{measure.label}（上期）", then, lacking)
    href = links.measure_href(context.facts.previous.pk, name)
    last = context.add(replace(last, href=href))
    label, value = f"{measure.label}（比上期）", now.value - then
    difference = figure_variant(now, f"{key}·变化", label, value, now.missing)
    context.add(difference)
    alike = lacking == now.missing
    words = difference.marked(change_text(difference.value, measure.unit))
    return {
        "指标": measure.label,
        "上期": last,
        "本期": now,
        "变化": words if alike else "缺数不同，不作比较",
        "变句": f"{measure.label}{words}",
        "可比": alike,
        "减少": difference.value < 0,
        "增加": difference.value > 0,
    }


def figure_variant(figure, key, label, value, missing):
    """The same measure with another value: of the round before, or the difference to it."""
    definition = f"{figure.definition.rstrip('。')}（{label}）。"
    return replace(
        figure, key=key, label=label, value=value, definition=definition, missing=missing
    )


def worsened_rows(context):
    """[{名称, 上期达标率, 达标率}] of standards met by fewer of the communities than a round ago."""
    worse = [reported for reported in context.standings if reported.worse > LEAST]
    worse.sort(key=lambda reported: -reported.worse)
    return [context.rows[reported.standard.pk] for reported in worse]
