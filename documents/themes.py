"""The subjects a report speaks about, and what is wrong in each: drawn from verdicts, worst first."""

from documents.reported_standards import ReportedStandard
from reports.models.standard import Topic

THEMES = {
    "组织": (Topic.ORGANISATION, Topic.PARTY, Topic.POLICE, Topic.GRID),
    "用房": (Topic.PREMISES, Topic.EQUIPMENT),
    "人员": (Topic.STAFF, Topic.PAY),
    "经费": (Topic.FUNDING,),
    "规模": (Topic.SCALE,),
    "其他": (Topic.SERVICE, Topic.ENVIRONMENT, Topic.WORKFLOW, Topic.CODES),
}
NAMED = 4  # standards a paragraph names one by one; more are a table's business


def standards_of_theme(name, standings):
    """The reported standards of one subject."""
    return [reported for reported in standings if reported.standard.topic in THEMES[name]]


def worst_first(standings):
    """The standards that are missed: the city's own first, then the lowest rate, the most missed."""
    missed = [reported for reported in standings if reported.tally.unmet]

    def rank(reported):
        standard = reported.standard
        is_not_own = not standard.region_code
        return is_not_own, reported.rate, -reported.tally.unmet, standard.position

    return sorted(missed, key=rank)


def leading_standard(standings: list[ReportedStandard], gap_unit, *, least=False):
    """Of the rules measured in one unit, the city's own that asks most: a sentence is about it.

    With `least` the one that asks least: beside what every community must have stands what a model
    one should. None where there is no such rule.
    """
    found = []
    for reported in standings:
        if reported.standard.gap_unit == gap_unit and reported.tally.required:
            found.append(reported)
    own = [reported for reported in found if reported.standard.region_code]
    choose = min if least else max
    return choose(own or found, key=lambda reported: reported.tally.required, default=None)


def theme_lists(name, standings, rows):
    """One subject as templates see it: standards judged, missed, and those that cannot be judged."""
    mine = standards_of_theme(name, standings)
    missed = [rows[reported.standard.pk] for reported in worst_first(mine)]
    lacking, equipment = [], []
    for row in missed:
        if row["需补"]:
            lacking.append(row)
            if row["类别"] == Topic.EQUIPMENT.label:
                equipment.append(row)
    every, idle = [], []
    for reported in mine:
        row = rows[reported.standard.pk]
        every.append(row)
        if not reported.judged:
            idle.append(row)
    return {
        "标准": every,
        "未达标": missed,
        "主要": missed[:NAMED],
        "其余": missed[NAMED:],
        "需补": lacking,
        "设备需补": equipment,
        "不能评价": idle,
    }
