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
    return [s for s in standings if s.standard.topic in THEMES[name]]


def worst_first(standings):
    """The city's own rules first, then the lowest rate, then the most communities that miss it."""
    missed = [s for s in standings if s.tally.unmet]
    return sorted(
        missed,
        key=lambda s: (not s.standard.region_code, s.rate, -s.tally.unmet, s.standard.position),
    )


def leading_standard(standings: list[ReportedStandard], gap_unit, *, least=False):
    """Of the rules measured in one unit, the city's own that asks most: the one a sentence is about.

    With `least` the one that asks least: beside what every community must have stands what a model one should.
    """
    found = [s for s in standings if s.standard.gap_unit == gap_unit and s.tally.required]
    own = [s for s in found if s.standard.region_code] or found
    return (min if least else max)(own, key=lambda s: s.tally.required, default=None)


def theme_lists(name, standings, rows):
    """One subject as templates see it: how many standards were judged, which are missed, which cannot be judged."""
    mine = standards_of_theme(name, standings)
    missed = [rows[s.standard.pk] for s in worst_first(mine)]
    return {
        "标准": [rows[s.standard.pk] for s in mine],
        "未达标": missed,
        "主要": missed[:NAMED],
        "其余": missed[NAMED:],
        "需补": [row for row in missed if row["需补"]],
        "设备需补": [row for row in missed if row["需补"] and row["类别"] == Topic.EQUIPMENT.label],
        "不能评价": [rows[s.standard.pk] for s in mine if not s.judged],
    }
