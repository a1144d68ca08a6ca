"""What the overview of an area shows: figures, standards, units below, and what deserves a look."""

from dataclasses import dataclass, field

from django.db.models import Case, Count, Value, When

from communities.models import Level
from communities.tree import inside
from reports.compliance import STATES, Verdict
from reports.measures import all_measures
from reports.models import AreaMeasures, Measures, Tally
from surveys.models import Filing, Status

# (measure, measure it is a share of); in the order officials report them.
FIGURES = {
    "人口": [("streets", ""), ("communities", ""), ("households", ""), ("residents", ""), ("grids", "")],
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
    states: dict = field(default_factory=lambda: dict.fromkeys(STATES, 0))
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
    """(the area, {child pk: Part}): figures from the stored roll-ups, progress counted by the unit below."""
    parts = {child.pk: Part(child, sums=dict.fromkeys(NAMES)) for child in children}
    area = Part(filing)
    stored = AreaMeasures.objects.filter(filing__in=[filing.pk, *parts], approved=approved)
    for row in stored.values("filing", *NAMES, *LACKING):
        part = parts.get(row["filing"], area)
        part.sums, part.missing = row, {name: row[f"no_{name}"] for name in ASKED}
    communities = [child.pk for child in children if child.level == Level.COMMUNITY]
    for row in Measures.objects.filter(filing__in=communities).values("filing", *NAMES) if communities else ():
        parts[row["filing"]].sums = row
    for row in states(filing, children):
        for name in STATES:
            area.states[name] += row[name]
            if row["below"] in parts:
                parts[row["below"]].states[name] += row[name]
    return area, parts


def states(filing, children):
    """Rows of how many communities stand where, by the filing below the area they belong to."""
    if all(child.level == Level.COMMUNITY for child in children):
        return [own_state(child) for child in children]
    below = Case(*(When(inside([child.path]), then=Value(child.pk)) for child in children), default=Value(0))
    counts = {name: Count("pk", filter=state) for name, state in STATES.items()}
    communities = Filing.objects.within(filing).filter(round=filing.round_id).communities().order_by()
    return communities.annotate(below=below).values("below").annotate(**counts)


def own_state(filing):
    """The same row for one community, told by its filing."""
    handed_in = {"submitted": Status.SUBMITTED, "approved": Status.APPROVED}.items()
    row = {name: int(filing.status == status) for name, status in handed_in}
    return {"below": filing.pk, "expected": 1, "draft": 1 - sum(row.values()), **row}


def stored_tallies(filing, children, *, approved=False):
    """({standard pk: Tally} of the area, {child pk: [Tally]}) in one query; call `tallies.refresh` first."""
    mine, below = {}, {}
    for tally in Tally.objects.filter(filing__in=[filing.pk, *children], direct=False, approved=approved):
        if tally.filing_id == filing.pk:
            mine[tally.standard_id] = tally
        else:
            below.setdefault(tally.filing_id, []).append(tally)
    return mine, below


def fresh_tallies(standards, judgments):
    """{standard pk: Tally}, unsaved, of communities judged just now: what a street shows needs no stored roll-up."""
    return {standard.pk: fresh_tally(standard, judgments) for standard in standards}


def fresh_tally(standard, judgments):
    found = [mine[standard.code] for mine in judgments.values() if standard.code in mine]
    counts = {verdict.value: sum(j.verdict == verdict for j in found) for verdict in Verdict}
    gap = sum(j.gap or 0 for j in found if j.verdict == Verdict.UNMET)
    return Tally(standard=standard, direct=False, gap=gap, **counts)


def whole(standards):
    """Standards that are no part of another one shown, and that can be met or missed."""
    keys = {standard.pk for standard in standards}
    return [s for s in standards if s.parent_id not in keys and not s.observed_only]


@dataclass
class Figure:
    """One sum with its share of a larger one, and how many communities did not answer."""

    name: str
    label: str
    unit: str
    value: float | None
    share: float | None = None
    missing: int = 0


def figures(area):
    """[(group, [Figure])] of the area, in the order officials report them."""
    return [(group, [figure(area, *pair) for pair in pairs]) for group, pairs in FIGURES.items()]


def figure(area, name, of):
    measure, value, whole = all_measures()[name], area.sums.get(name), area.sums.get(of)
    share = value / whole if whole and value is not None else None
    return Figure(name, measure.label, measure.unit, value, share, area.missing.get(name, 0))
