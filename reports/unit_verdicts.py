"""The verdicts of one community in the order in which they are read."""

from reports.engine.area import Area
from reports.engine.compliance import Verdict

READING_ORDER = [Verdict.UNMET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE]


def verdicts_of_community(filing):
    """[(standard, Judgment)] of a community, by the standards that bind it now."""
    area = Area(filing)
    judgments = area.judge([filing]).get(filing.pk, {})
    return verdicts_in_reading_order(area.standards, judgments)


def verdicts_in_reading_order(standards, judgments):
    """[(standard, Judgment)].

    What is missed first, parts after their wholes, what does not bind left out.
    """
    of_wholes = {standard.pk: judgments.get(standard.code) for standard in standards}

    def urgency(standard):
        leading = of_wholes.get(standard.parent_id) or judgments[standard.code]
        return READING_ORDER.index(leading.verdict)

    said = []
    for standard in standards:
        judgment = judgments.get(standard.code)
        if judgment and says_something(standard, judgment):
            said.append(standard)
    return [(standard, judgments[standard.code]) for standard in sorted(said, key=urgency)]


def says_something(standard, judgment):
    """Whether a verdict is worth showing: the standard binds, or there is a value to observe."""
    if judgment.verdict != Verdict.NOT_APPLICABLE:
        return True
    return standard.observed_only and judgment.actual is not None


def count_verdicts(verdicts):
    """{verdict as the templates call it: how many there are}."""
    counts = {verdict.value: 0 for verdict in Verdict}
    for _, judgment in verdicts:
        counts[judgment.verdict.value] += 1
    return counts
