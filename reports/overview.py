"""What the overview of an area shows: figures, standards, units below, and what deserves a look."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Value

from communities.models import Level
from communities.tree import path_end
from reports import arrows
from reports.engine import judging
from reports.engine.compliance import PROGRESS_STATES, Verdict
from reports.engine.measures import measures_in
from reports.models import AreaMeasures, Measures, Tally
from surveys.extras import LABEL, YES_NO, own_measures
from surveys.models import Filing, Status

# (measure, measure it is a share of); in the order officials report them.
FIGURES = {
    "人口": [
        ("streets", ""),
        ("communities", ""),
        ("households", ""),
        ("residents", ""),
        ("grids", ""),
    ],
    "党建": [("party_branches", ""), ("party_groups", ""), ("party_members", "")],
    "人员": [
        ("staff_established", ""),
        ("staff_established_in_community", "staff_established"),
        ("staff_temporary", ""),
        ("staff_temporary_unpaid", "staff_temporary"),
    ],
    "用房": [
        ("premises", ""),
        ("premises_owned", "premises"),
        ("premises_rented_or_borrowed", "premises"),
        ("premises_50_and_over", "premises"),
        ("premises_below_50", "premises"),
        ("premises_below_20", "premises"),
        ("premises_area_unknown", "premises"),
        ("office_area", ""),
    ],
    "经费": [("funding_budgeted", ""), ("funding_received", "funding_budgeted")],
}
ALSO = ("plaque_only",)
# Where a community that has not answered makes the sum too small, the page says how many those are.
ASKED = ("households", "residents", "funding_budgeted", "funding_received")
LACKING = [f"no_{name}" for name in ASKED]
NAMES = [name for group in FIGURES.values() for name, _ in group] + list(ALSO)


@dataclass
class Part:
    """The sums of one unit below, or of the area itself."""

    filing: Filing | None = None
    sums: dict = field(default_factory=dict)
    missing: dict = field(default_factory=dict)
    states: dict = field(default_factory=lambda: dict.fromkeys(PROGRESS_STATES, 0))
    met: int = 0
    unmet: int = 0
    unknown: int = 0

    @property
    def reported(self):
        return self.states["submitted"] + self.states["approved"]

    @property
    def late(self):
        return self.states["expected"] - self.reported

    @property
    def judged(self):
        return self.met + self.unmet

    @property
    def rate(self):
        return self.met / self.judged if self.judged else None

    def count(self, tally):
        self.met, self.unmet, self.unknown = (
            self.met + tally.met,
            self.unmet + tally.unmet,
            self.unknown + tally.unknown,
        )

    def judge(self, judgments):
        for judgment in judgments:
            if judgment.verdict != Verdict.NOT_APPLICABLE:
                setattr(self, judgment.verdict.value, getattr(self, judgment.verdict.value) + 1)


def sums(filing, children, *, approved=False):
    """(the area, {child pk: Part}): figures from the stored roll-ups, progress counted by the unit below.

    With `approved` the figures are those of approved filings; progress is always that of all.
    """
    own = [measure.name for measure in own_measures(filing.round)]
    parts = {child.pk: Part(child, sums=dict.fromkeys([*NAMES, *own])) for child in children}
    area = Part(filing)
    for row in stored_figures(filing, children, own, approved=approved):
        part = parts.get(row["filing"], area)
        part.sums, part.missing = row, {name: row[f"no_{name}"] for name in (*ASKED, *own)}
    for row in states(filing, children):
        for name in PROGRESS_STATES:
            area.states[name] += row[name]
            if row["below"] in parts:
                parts[row["below"]].states[name] += row[name]
    return area, parts


def stored_figures(filing, children, own, *, approved):
    """The figures of the area and of each unit below in one query: a community's own, an upper unit's rolled up.

    `own` are names of what the round asks of its own.
    """
    names, lacking = [*NAMES, *own], [*LACKING, *(f"no_{name}" for name in own)]
    areas = AreaMeasures.objects.filter(
        filing__in=[filing.pk, *(child.pk for child in children)], approved=approved
    )
    rolled_up = areas.with_answers([*names, *lacking]).values("filing", *names, *lacking)
    communities = [child.pk for child in counted(children, approved=approved)]
    if not communities:
        return rolled_up
    none_lacking = {name: Value(0) for name in lacking}
    theirs = (
        Measures.objects.with_answers(names).filter(filing__in=communities).annotate(**none_lacking)
    )
    return rolled_up.union(theirs.values("filing", *names, *lacking), all=True)


def counted(children, *, approved):
    """The communities among the units below whose figures count."""
    passed = (child for child in children if child.status == Status.APPROVED or not approved)
    return [child for child in passed if child.level == Level.COMMUNITY]


def states(filing, children):
    """Rows of how many communities stand where, by the filing below the area they belong to.

    Each unit below is a range of the index, so the rows of a nation's communities are not read.
    """
    if all(child.level == Level.COMMUNITY for child in children):
        return [own_state(child) for child in children]
    counts = {child.pk: Counter() for child in children}
    for below, status, number in judging.fetched(*communities_by_status(filing, children)):
        counts[below][status] += number
    return [state_row(pk, found) for pk, found in counts.items()]


def communities_by_status(filing, children):
    """(SQL, parameters) of the communities of each filing below, by status.

    The ranges are given: PostgreSQL looked for the units below by reading the filings of all rounds.
    """
    ranges = [value for child in children for value in (child.pk, child.path, path_end(child.path))]
    text = (
        f"WITH below (id, first, after) AS (VALUES {', '.join(['(%s, %s, %s)'] * len(children))}) "
        "SELECT below.id, f.status, COUNT(*) "
        f"FROM below JOIN {connection.ops.quote_name(Filing._meta.db_table)} f ON f.path >= below.first "
        "AND f.path < below.after WHERE f.round_id = %s AND f.level = %s GROUP BY 1, 2"
    )
    return text, [*ranges, filing.round_id, Level.COMMUNITY.value]


def own_state(filing):
    """The same row for one community, told by its filing."""
    return state_row(filing.pk, Counter([filing.status]))


def state_row(below, counts):
    handed_in = {"submitted": counts[Status.SUBMITTED], "approved": counts[Status.APPROVED]}
    expected = sum(counts.values())
    return {
        "below": below,
        "expected": expected,
        "draft": expected - sum(handed_in.values()),
        **handed_in,
    }


def stored_tallies(filing, children, before=None, *, approved=False):
    """Three of one query: {standard pk: Tally} of the area, {child pk: [Tally]}, {code: Tally} of the area `before`.

    The round before was judged by the versions of its own day, so it is known by the code, or by the code that took its
    place. Call `tallies.refresh` first.
    """
    mine, below, last, ended = {}, {}, {}, {}
    pks = [filing.pk, *children, *([before.pk] if before else [])]
    stored = Tally.objects.filter(filing__in=pks, direct=False, approved=approved)
    for tally in stored.annotate(code=F("standard__code"), successor=F("standard__successor")):
        if tally.filing_id == filing.pk:
            mine[tally.standard_id] = tally
        elif before and tally.filing_id == before.pk:
            last[tally.code] = ended[tally.successor] = tally
        else:
            below.setdefault(tally.filing_id, []).append(tally)
    return mine, below, ended | last


class Row(NamedTuple):
    """One standard of an area: how its communities stand, and how they stood the round before (None: not known)."""

    standard: object
    tally: Tally
    before: Tally | None = None

    @property
    def rate_arrow(self):
        return arrows.of_rate(self.tally.rate, self.before and self.before.rate)

    @property
    def gap_arrow(self):
        """A gap counts what was missed; where nobody misses it, it is nothing."""
        gaps = [
            (tally.gap or 0) if tally and tally.judged else None
            for tally in (self.tally, self.before)
        ]
        return arrows.of_gap(*gaps, self.standard.gap_unit)


def best_and_worst(parts):
    """(best, worst) units below by pass rate, at most three each; nothing where there are too few to compare."""
    known = sorted((part for part in parts if part.judged), key=lambda part: -part.rate)
    number = min(3, len(known) // 2)
    return (known[:number], known[::-1][:number]) if number else ([], [])


def whole(standards):
    """Standards that are no part of another one shown, and that can be met or missed."""
    keys = {standard.pk for standard in standards}
    return [s for s in standards if s.parent_id not in keys and not s.observed_only]


@dataclass
class Figure:
    """One sum or mean with its share of a larger one, and how many communities did not answer."""

    name: str
    label: str
    unit: str
    value: float | None
    share: float | None = None
    missing: int = 0


def figures(area, *, approved=False):
    """[(group, [Figure])] of the area, in the order officials report them.

    How many streets there are is not something a street has approved.
    """
    left_out = {"streets", "townships"} if approved else set()
    own = own_measures(area.filing.round)
    groups = FIGURES | ({LABEL: [(measure.name, "") for measure in own]} if own else {})
    known = measures_in(area.filing.round)
    return [
        (group, [figure(area, known[name], of) for name, of in pairs if name not in left_out])
        for group, pairs in groups.items()
    ]


def figure(area, measure, of):
    value, whole = area.sums.get(measure.name), area.sums.get(of)
    share = value / whole if whole and value is not None else None
    unit = "个" if measure.unit == YES_NO else measure.unit
    return Figure(
        measure.name, measure.area_label, unit, value, share, area.missing.get(measure.name, 0)
    )
