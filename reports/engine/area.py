"""An area in a round, in a scope: the one way to its communities, standards, figures and verdicts.

Stored figures are brought up to date before the first of them is read, so no page can show an old one or forget to ask.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from communities.models import Level
from reports.engine import compliance, tallies
from reports.engine.compliance import Judgment
from reports.engine.judged_query import JudgedQuery
from reports.engine.measures import measures_in
from reports.engine.scope import EVERYTHING, Scope
from reports.models import AreaMeasures, Measures, Standard, Tally
from surveys.models import Filing, Round, Status
from surveys.models.filing import FilingQuerySet


@dataclass(frozen=True)
class KnownValues:
    """Measures of an area: the value of each (None: nobody has said it), and how many communities lack it."""

    values: dict
    missing: dict

    def __getitem__(self, name: str) -> float | None:
        return self.values[name]


@dataclass
class Area:
    """What stands below one filing in its round; with `scope.approved` only what is approved counts.

    `reader` is who looks: then `previous` is there only where they may see it. `standards` bind the area or a part of it.
    """

    filing: Filing
    scope: Scope = EVERYTHING
    reader: object = None
    is_fresh: bool = field(default=False, repr=False)
    as_of: datetime | None = field(default=None, repr=False)

    @property
    def approved(self) -> bool:
        return self.scope.approved

    @property
    def round(self) -> Round:
        return self.filing.round

    @property
    def is_community(self) -> bool:
        return self.filing.level >= Level.COMMUNITY

    # Filings.

    @property
    def filings(self) -> FilingQuerySet:
        """All filings of the round in the area, its own among them, whatever the scope."""
        return Filing.objects.within(self.filing).filter(round=self.filing.round_id)

    @property
    def communities(self) -> FilingQuerySet:
        """The filings of its communities that count in the scope."""
        return self.scope.narrow(self.filings.communities())

    def counted(self, filings) -> list[Filing]:
        """Those of a list of filings that are communities and count in the scope."""
        found = []
        for filing in filings:
            passed = filing.status == Status.APPROVED or not self.approved
            if passed and filing.level >= Level.COMMUNITY:
                found.append(filing)
        return found

    @cached_property
    def previous(self) -> "Area | None":
        """The same unit in the round before, in the same scope; None where there is none the reader may see.

        Whatever compares with last time asks this one place.
        """
        before = self.filing.previous
        if before is None or not self.may_see(before.path):
            return None
        return Area(before, self.scope, self.reader)

    def may_see(self, path: str) -> bool:
        if self.reader is None:
            return True
        return any(path.startswith(area) for area in self.reader.paths())

    # Standards.

    @cached_property
    def standards(self) -> list[Standard]:
        """Judged standards in force on the round's day that bind the area or a part of it, parts after wholes."""
        return compliance.binding_standards(self.round, self.filing)

    @property
    def community_standards(self) -> list[Standard]:
        """Those judged on communities."""
        return compliance.community_standards_of(self.standards)

    @property
    def without_parts(self) -> list[Standard]:
        """Community standards that are no part of another one and can be met or missed."""
        return compliance.without_parts(self.community_standards)

    def with_parts(self, chosen) -> list[Standard]:
        """The chosen community standards with the parts they are judged by."""
        return compliance.with_parts(chosen, self.community_standards)

    # Stored figures.

    def freshen(self) -> None:
        """Bring the roll-ups up to date, with those of the round before where that is at hand; once.

        On a database that cannot be written `as_of` is the time since when they have not been.
        """
        if self.is_fresh:
            return
        together = [self]
        if "previous" in self.filing._state.fields_cache and self.previous:
            together.append(self.previous)
        as_of = tallies.refresh_roll_ups(*(area.filing for area in together))
        for area in together:
            area.is_fresh, area.as_of = True, as_of

    def values(self, names=None) -> KnownValues:
        """Measures of the area (all of the round's by default): sums and means, and how many communities lack each.

        Of a community its own values. Sums leave unknown values out, and in the scope of approved filings all others.
        """
        names = list(names or measures_in(self.round))
        if self.is_community:
            return self.own_values(names)
        self.freshen()
        lacking = [f"no_{name}" for name in names]
        stored = AreaMeasures.objects.filter(filing=self.filing, approved=self.approved)
        row = stored.with_answers([*names, *lacking]).values(*names, *lacking).first()
        if row is None:
            return KnownValues(dict.fromkeys(names), dict.fromkeys(names, 0))
        values, missing = {}, {}
        for name in names:
            values[name] = row[name]
            missing[name] = row[f"no_{name}"]
        return KnownValues(values, missing)

    def own_values(self, names: list[str]) -> KnownValues:
        counted = Measures.objects.filter(filing=self.filing)
        if self.approved:
            counted = counted.filter(filing__status=Status.APPROVED)
        row = counted.with_answers(names).values(*names).first() or dict.fromkeys(names)
        missing = {}
        for name in names:
            missing[name] = int(row[name] is None)
        return KnownValues(row, missing)

    def tallies(self, standards=None) -> list[Tally]:
        """How its communities stand against each standard, in the order of `standards` (community ones by default)."""
        self.freshen()
        chosen = self.community_standards if standards is None else standards
        return tallies.tallies_of(self.filing, chosen, approved=self.approved)

    # Verdicts, judged now.

    @cached_property
    def judgments(self) -> dict[str, Judgment]:
        """{code: Judgment} of the area itself, against the standards judged on a unit of its level."""
        if self.is_community:
            return self.judge([self.filing]).get(self.filing.pk, {})
        self.freshen()
        return tallies.judge_area(self.filing, self.standards, approved=self.approved)

    def judge(self, filings, standards=None) -> dict[int, dict[str, Judgment]]:
        """{filing pk: {code: Judgment}} of these community filings of the area, in one query."""
        chosen = self.community_standards if standards is None else standards
        return compliance.judge_filings(filings, chosen)

    def judged(self, standards=None) -> JudgedQuery:
        """All its communities that count, judged by these standards (with their parts), for columns asked by name."""
        chosen = self.community_standards if standards is None else standards
        rules = compliance.rules_for(chosen)
        return JudgedQuery.inside(self.filing, rules, approved=self.approved)


def freshen_areas(areas) -> None:
    """Bring the roll-ups of several areas up to date by one look, where any is stale."""
    upper = [area for area in areas if not area.is_community and not area.is_fresh]
    if not upper:
        return
    as_of = tallies.refresh_roll_ups(*(area.filing for area in upper))
    for area in upper:
        area.is_fresh, area.as_of = True, as_of
