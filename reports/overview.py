"""What the overview of an area shows: figures, standards, units below, and what deserves a look."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import F

from reports import arrows
from reports.engine.area_group import AreaGroup
from reports.engine.compliance import PROGRESS_STATES, Verdict
from reports.engine.measures import measures_in
from reports.engine.progress import progress_below
from reports.models import Tally
from surveys.extras import LABEL, YES_NO, own_measures
from surveys.models import Filing

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
NAMES = [name for pairs in FIGURES.values() for name, _ in pairs] + list(ALSO)


@dataclass
class UnitOverview:
    """The figures of one unit below, or of the area itself.

    Sums, progress, verdicts counted over all standards.
    """

    filing: Filing
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
        """Of all that was judged the share that is met; None where nothing was."""
        if not self.judged:
            return None
        return self.met / self.judged

    def add_tally(self, tally):
        self.met += tally.met
        self.unmet += tally.unmet
        self.unknown += tally.unknown

    def add_judgment(self, judgment):
        if judgment.verdict == Verdict.MET:
            self.met += 1
        elif judgment.verdict == Verdict.UNMET:
            self.unmet += 1
        elif judgment.verdict == Verdict.UNKNOWN:
            self.unknown += 1

    def add_progress(self, progress):
        for name, number in progress.items():
            self.states[name] += number


def unit_overviews(area, children):
    """(the UnitOverview of an Area, {pk of a filing below: its UnitOverview}), without their verdicts.

    Figures are those of the scope; progress is always that of all.
    """
    own = [measure.name for measure in own_measures(area.round)]
    names, asked = [*NAMES, *own], [*ASKED, *own]
    whole = UnitOverview(area.filing)
    units = {}
    for child in children:
        units[child.pk] = UnitOverview(child, dict.fromkeys(names))
    area.freshen()
    # What stands on a community's own page; this one adds up what is below.
    filings = list(children) if area.is_community else [area.filing, *children]
    group = AreaGroup(filings, area.scope, is_fresh=True)
    for pk, row in group.values(names).items():
        unit = units.get(pk, whole)
        unit.sums = row
        unit.missing = {name: row[f"no_{name}"] for name in asked}
    for pk, progress in progress_below(area.filing, children).items():
        whole.add_progress(progress)
        units[pk].add_progress(progress)
    return whole, units


class OverviewRow(NamedTuple):
    """One standard of an area.

    How its communities stand, and how they stood the round before (None: not known).
    """

    standard: object
    tally: Tally
    before: Tally | None = None

    @property
    def rate_arrow(self):
        before = self.before and self.before.rate
        return arrows.rate_arrow(self.tally.rate, before)

    @property
    def gap_arrow(self):
        """A gap counts what was missed; where nobody misses it, it is nothing."""
        now, before = known_gap(self.tally), known_gap(self.before)
        return arrows.gap_arrow(now, before, self.standard.gap_unit)


def known_gap(tally):
    """The gap of a tally, 0 where nobody misses the standard; None where nobody could be judged."""
    if tally is None or not tally.judged:
        return None
    return tally.gap or 0


class StoredTallies(NamedTuple):
    """Tallies of an area by the key of the standard, of the filings below, and of the area the round before.

    The round before was judged by the versions of its own day, so its tallies are known by the code of the standard,
    or by the code that took its place.
    """

    area: dict
    below: dict
    before: dict


def standard_rows(area, units):
    """OverviewRow of each standard of an Area; the verdicts of each unit below are counted into its UnitOverview.

    From the stored roll-ups; communities straight below are judged now.
    """
    shown = area.without_parts
    communities = area.counted(unit.filing for unit in units.values())
    for pk, judgments in area.judge(communities).items():
        for standard in shown:
            units[pk].add_judgment(judgments[standard.code])
    stored = stored_tallies(area, units)
    add_tallies(units, stored.below, {standard.pk for standard in shown})
    rows = []
    for standard in shown:
        if tally := stored.area.get(standard.pk):
            rows.append(OverviewRow(standard, tally, stored.before.get(standard.code)))
    return rows


def stored_tallies(area, children) -> StoredTallies:
    """The tallies of an Area, of the filings below it and of the area the round before, in one
    query.
    """
    area.freshen()
    filing, before = area.filing, area.previous
    pks = [filing.pk, *children]
    if before:
        pks.append(before.filing.pk)
    stored = Tally.objects.filter(filing__in=pks, direct=False, approved=area.approved)
    own, below, last, ended = {}, {}, {}, {}
    for tally in stored.annotate(code=F("standard__code"), successor=F("standard__successor")):
        if tally.filing_id == filing.pk:
            own[tally.standard_id] = tally
        elif before and tally.filing_id == before.filing.pk:
            last[tally.code] = tally
            ended[tally.successor] = tally
        else:
            below.setdefault(tally.filing_id, []).append(tally)
    return StoredTallies(own, below, ended | last)


def add_tallies(units, below, shown):
    """Count the tallies of the standards shown into the units they are of."""
    for pk, tallies in below.items():
        for tally in tallies:
            if tally.standard_id in shown:
                units[pk].add_tally(tally)


def rate_before(rows):
    """Of all that was judged the round before, the share that was met; None where nothing was."""
    last = [row.before for row in rows if row.before]
    judged = sum(tally.judged for tally in last)
    if not judged:
        return None
    return sum(tally.met for tally in last) / judged


def best_and_worst(units):
    """[(one of the best, one of the worst)] units below by pass rate, at most three.

    None where they are too few.
    """
    judged = [unit for unit in units if unit.judged]
    best = sorted(judged, key=lambda unit: -unit.rate)
    number = min(3, len(best) // 2)
    worst = best[::-1]
    return list(zip(best[:number], worst[:number], strict=True))


@dataclass
class KeyFigure:
    """One sum or mean with its share of a larger one, and how many communities did not answer."""

    name: str
    label: str
    unit: str
    value: float | None
    share: float | None = None
    missing: int = 0


def key_figure_groups(overview, *, approved=False):
    """[(group, [KeyFigure])] of an area's UnitOverview, in the order officials report them.

    How many streets there are is not something a street has approved.
    """
    hidden = {"streets", "townships"} if approved else set()
    round = overview.filing.round
    groups = dict(FIGURES)
    if own := own_measures(round):
        groups[LABEL] = [(measure.name, "") for measure in own]
    known = measures_in(round)
    found = []
    for group, pairs in groups.items():
        figures = []
        for name, of in pairs:
            if name not in hidden:
                figures.append(key_figure(overview, known[name], of))
        found.append((group, figures))
    return found


def key_figure(overview, measure, of):
    """The figure of a measure, with its share of the measure `of`."""
    value, larger = overview.sums.get(measure.name), overview.sums.get(of)
    share = None
    if larger and value is not None:
        share = value / larger
    unit = "个" if measure.unit == YES_NO else measure.unit
    missing = overview.missing.get(measure.name, 0)
    return KeyFigure(measure.name, measure.area_label, unit, value, share, missing)
