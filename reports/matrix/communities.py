"""Communities × standards: which rows, in which order, the gap of each, and how it stood the round before."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.core.paginator import Paginator

from reports import arrows
from reports.engine import judging
from reports.engine.compliance import judge_filings, with_parts
from reports.engine.judged_query import JudgedQuery
from reports.engine.rules import rules_for
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
        columns, all_shown = self.columns, not self.chooses_by_verdict
        if all_shown and not columns.by and not columns.by_total:
            return self.communities.select_related("parent").order_by(
                "parent__code", "code", "path"
            )
        if all_shown and columns.by and columns.by.pk in self.foot and not self.form.narrows_rows:
            return Ranked(self, columns.by)
        family = columns.family([*columns.shown, *([columns.by] if columns.by else [])])
        query = JudgedQuery.of(self.communities, rules_for(family))
        query = query.where(*self.conditions(query)).order_by(*self.order(query))
        return [row.filing for row in query.rows(filing=query.FILING)]

    @cached_property
    def foot(self):
        """{pk of a standard: its Tally} of the whole area."""
        found = tallies_of(self.area, self.columns.shown, approved=self.scope.approved)
        return {tally.standard_id: tally for tally in found}

    @property
    def chooses_by_verdict(self):
        """Whether the filter asks for verdicts, or for values within the bounds of one standard."""
        if self.form.value("verdict"):
            return True
        has_bounds = self.form.value("least") != "" or self.form.value("most") != ""
        return bool(self.columns.single) and has_bounds

    def conditions(self, query):
        """SQL on the verdicts: those asked for, and values within the bounds of one standard."""
        conditions = []
        if verdict := self.form.value("verdict"):
            conditions.append(verdict_condition(query, self.columns.shown, verdict))
        if self.columns.single:
            conditions += bound_conditions(query, self.columns.single, self.form)
        return conditions

    def order(self, query):
        if self.columns.by_total:
            missed = query.number_with(self.columns.shown, judging.UNMET)
            return f"{missed} DESC", query.FILING
        if self.columns.by:
            return query.worst_first(self.columns.by), query.FILING
        return query.code_of_unit_above(), query.of_filing("code"), query.of_filing("path")

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
        family = self.matrix.columns.family([self.by])
        query = JudgedQuery.inside(
            self.matrix.area, rules_for(family), approved=self.matrix.scope.approved
        )
        query = query.order_by(query.worst_first(self.by), query.FILING)
        if part.stop:
            start = part.start or 0
            query = query.limit(part.stop - start, start)
        return [row.filing for row in query.rows(filing=query.FILING)]


def verdict_condition(query, standards, verdict):
    """The condition that a community stands against the standards as the filter asks."""
    if verdict == Said.UNMET:
        return query.any_has(standards, judging.UNMET)
    if verdict == Said.UNKNOWN:
        return query.any_has(standards, judging.UNKNOWN)
    if verdict == Said.NOT_APPLICABLE:
        return query.all_have(standards, judging.NOT_APPLICABLE)
    met = query.any_has(standards, judging.MET)
    spoiled = query.any_has(standards, judging.UNMET, judging.UNKNOWN)
    return f"{met} AND NOT ({spoiled})"


def bound_conditions(query, standard, form):
    """Conditions on the value of one standard, or on its share of what is required; only judged communities have one."""
    least, most = form.value("least"), form.value("most")
    if least == "" and most == "":
        return []
    by_share = form.value("per") == Per.SHARE
    value = query.share(standard) if by_share else query.actual(standard)
    conditions = [query.is_judged(standard)]
    if least != "":
        conditions.append(f"{value} >= {least!r}")
    if most != "":
        conditions.append(f"{value} < {most!r}")
    return conditions
