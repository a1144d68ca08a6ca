"""This round beside the one before: measures that changed, standards that fewer communities meet."""

from reports.documents.catalogue import measure_keys
from reports.documents.wording import change
from reports.measures import all_measures

COMPARED = """
    communities households residents party_branches party_members staff_in_community staff_temporary service_centres
    premises office_area funding_budgeted funding_received
""".split()
FEWER_IS_WORSE = {
    *"party_branches staff_in_community service_centres premises office_area funding_budgeted funding_received".split()
}
LEAST = 0.05  # percentage points; less is rounding


def comparison(context):
    """[{名称, 上期, 本期, 变化}] of the main measures known in both rounds; empty where there is no round before."""
    before = context.facts.before
    known = [name for name in COMPARED if before.get(name) is not None and context.facts.totals[name] is not None]
    return [compared(context, name) for name in known]


def compared(context, name):
    measure, key = all_measures()[name], measure_keys()[name]
    now, then = context.figures[key], context.facts.before[name]
    link, source = now.href, {"counted": now.counted, "source": now.source}
    last = context.add(replaced(now, f"{key}·上期", f"{measure.label}（上期）", then, source))
    difference = context.add(replaced(now, f"{key}·变化", f"{measure.label}（比上期）", now.value - then, source))
    return {
        "指标": measure.label,
        "上期": last,
        "本期": now,
        "变化": difference.marked(change(difference.value, measure.unit)),
        "减少": difference.value < 0,
        "不利": name in FEWER_IS_WORSE and difference.value < 0,
        "网址": link,
    }


def replaced(figure, key, label, value, source):
    """The same measure with another value: of the round before, or the difference to it."""
    definition = f"{figure.definition.rstrip('。')}（{label}）。"
    return type(figure)(key, label, value, figure.unit, definition, figure.query, figure.href, **source)


def worsened(context):
    """[{名称, 上期达标率, 达标率}] of standards that a smaller share of the communities meets than a round ago."""
    worse = sorted((s for s in context.standings if s.worse > LEAST), key=lambda s: -s.worse)
    return [context.rows[s.standard.pk] for s in worse]
