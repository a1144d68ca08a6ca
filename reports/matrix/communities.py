"""Communities × standards: which rows, in which order, the gap of each, and how it stood the round before."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db import connection

from reports import arrows
from reports.engine import judging
from reports.engine.compliance import judge_filings, rules_for, worst_first
from reports.engine.scope import Scope
from reports.engine.tallies import tallies_of
from reports.matrix.columns import Columns
from reports.matrix.forms import MatrixFilter, Per, Said
from surveys.models import Filing

PER_PAGE = 50
PER_READ = 500


class Line(NamedTuple):
    """One community: its verdicts by code, and how each changed since the round before."""

    filing: Filing
    verdicts: dict
    arrows: dict


@dataclass
class CommunityMatrix:
    """The matrix of the communities of an area, as the filter asks for it.

    `before` are the standards of the round before, `before_round` that round; none where there was none in sight.
    """

    filing: Filing
    columns: Columns
    form: MatrixFilter
    scope: Scope
    before: list = field(default_factory=list)
    before_round: int | None = None

    @property
    def area(self):
        return self.form.area

    @cached_property
    def communities(self):
        """The communities the filter leaves, before any judging."""
        rows = Filing.objects.within(self.area).filter(round=self.filing.round_id).communities()
        return self.scope.narrow(self.form.narrow(rows))

    @cached_property
    def found(self):
        """What can be cut into pages: filings in the order of their codes, or pks where verdicts choose or order."""
        tail, columns = self.condition(), self.columns
        if not tail and not columns.by and not columns.by_total:
            return self.communities.select_related("parent").order_by(
                "parent__code", "code", "path"
            )
        if not tail and columns.by and columns.by.pk in self.foot and not self.form.narrows_rows:
            return Ranked(self, columns.by)
        family = columns.family([*columns.shown, *([columns.by] if columns.by else [])])
        tail = f"{tail} ORDER BY {self.order()}"
        return [
            pk for (pk,) in judging.select(rules_for(family), self.communities, "j.filing_id", tail)
        ]

    @cached_property
    def foot(self):
        """{pk of a standard: its Tally} of the whole area."""
        found = tallies_of(self.area, self.columns.shown, approved=self.scope.approved)
        return {tally.standard_id: tally for tally in found}

    def condition(self):
        """SQL on the verdicts: those asked for, and values within the bounds of one standard."""
        parts = (
            [CONDITIONS[self.form.value("verdict")](self.columns.shown)]
            if self.form.value("verdict")
            else []
        )
        if self.columns.single:
            parts += bounds(self.columns.single, self.form)
        return " ".join(f"AND ({part})" for part in parts if part)

    def order(self):
        if self.columns.by_total:
            return f"{missed(self.columns.shown)} DESC, j.filing_id"
        if self.columns.by:
            return f"{worst_first(self.columns.by)}, j.filing_id"
        table = connection.ops.quote_name(Filing._meta.db_table)
        return f"(SELECT above.code FROM {table} above WHERE above.id = filing.parent_id), filing.code, filing.path"

    def page(self, number):
        """One page, with its lines."""
        page = Paginator(self.found, PER_PAGE).get_page(number)
        page.lines = self.lines(page.object_list)
        return page

    def every(self):
        """All lines, read some hundreds at a time."""
        found = self.found[:]
        for start in range(0, len(found), PER_READ):
            yield from self.lines(found[start : start + PER_READ])

    def lines(self, chosen):
        filings = list(chosen)
        if filings and not isinstance(filings[0], Filing):
            read = Filing.objects.select_related("parent").in_bulk(filings)
            filings = [read[pk] for pk in filings]
        verdicts = judge_filings(filings, self.columns.family(self.columns.shown))
        return [Line(f, v, t) for f, v, t in self.compared(filings, verdicts)]

    def compared(self, filings, verdicts):
        """(filing, its verdicts, what became better or worse of them)."""
        previous = self.judged_before(filings)
        for filing in filings:
            now, then = verdicts.get(filing.pk, {}), previous.get(filing.previous_id, {})
            changes = {
                s.code: arrows.of_verdict(s, now.get(s.code), then.get(s.code))
                for s in self.columns.shown
            }
            yield filing, now, {code: arrow for code, arrow in changes.items() if arrow}

    def judged_before(self, filings):
        """{pk of the round before: {code of this round's standard: Judgment by the version of its own day}}."""
        last = (
            [Filing(pk=f.previous_id) for f in filings if f.previous_id]
            if self.before_round
            else []
        )
        follows = arrows.followed(self.columns.family(self.columns.shown), self.before)
        found = judge_filings(last, with_parts(follows.values(), self.before)) if follows else {}
        return {
            pk: {code: mine[s.code] for code, s in follows.items() if s.code in mine}
            for pk, mine in found.items()
        }


@dataclass
class Ranked:
    """The pks of all communities of the area, worst first; a slice is cut by the database, for a nation's are many."""

    matrix: CommunityMatrix
    by: object

    def __len__(self):
        tally = self.matrix.foot[self.by.pk]
        return tally.judged + tally.unknown + tally.not_applicable

    def __getitem__(self, part):
        cut = (
            f" LIMIT {part.stop - (part.start or 0)} OFFSET {part.start or 0}" if part.stop else ""
        )
        tail = f"ORDER BY {worst_first(self.by)}, j.filing_id{cut}"
        given = rules_for(self.matrix.columns.family([self.by]))
        scope = {"approved": self.matrix.scope.approved}
        return [
            pk
            for (pk,) in judging.select_inside(
                given, self.matrix.area, "j.filing_id", tail, **scope
            )
        ]


def with_parts(chosen, standards):
    keys = {standard.pk for standard in chosen}
    return [s for s in standards if s.pk in keys or s.parent_id in keys]


def any_of(standards, verdict):
    return " OR ".join(f"j.v{s.pk} = {verdict}" for s in standards) or "1 = 0"


def missed(standards):
    """How many of the standards a community misses, as SQL."""
    return (
        " + ".join(f"CASE WHEN j.v{s.pk} = {judging.UNMET} THEN 1 ELSE 0 END" for s in standards)
        or "0"
    )


def all_met(standards):
    spoiled = [any_of(standards, verdict) for verdict in (judging.UNMET, judging.UNKNOWN)]
    return f"({any_of(standards, judging.MET)}) AND NOT ({' OR '.join(spoiled)})"


CONDITIONS = {
    Said.UNMET: lambda standards: any_of(standards, judging.UNMET),
    Said.UNKNOWN: lambda standards: any_of(standards, judging.UNKNOWN),
    Said.MET: all_met,
    Said.NOT_APPLICABLE: lambda standards: (
        " AND ".join(f"j.v{s.pk} = {judging.NOT_APPLICABLE}" for s in standards) or "1 = 0"
    ),
}


def bounds(standard, form):
    """Conditions on the value of one standard, or on its share of what is required; only judged communities have one."""
    least, most = form.value("least"), form.value("most")
    if least == "" and most == "":
        return []
    value = share_sql(standard.pk) if form.value("per") == Per.SHARE else f"j.a{standard.pk}"
    judged = f"j.v{standard.pk} IN ({judging.MET}, {judging.UNMET})"
    return [
        judged,
        *([f"{value} >= {least!r}"] if least != "" else []),
        *([f"{value} < {most!r}"] if most != "" else []),
    ]


def share_sql(key):
    """The value of a standard as a percentage of what is required of this community."""
    required = f"COALESCE(j.l{key}, j.u{key})"
    return f"(CASE WHEN {required} <> 0 THEN 100.0 * j.a{key} / {required} END)"
