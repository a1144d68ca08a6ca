"""Communities × standards.

Which rows, in which order, the gap of each, and how it stood the round before.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.core.paginator import Paginator

from reports import arrows
from reports.engine import judging
from reports.engine.area import Area
from reports.engine.compliance import judge_filings, with_parts
from reports.engine.judged_query import JudgedQuery
from reports.engine.rules import rules_for
from reports.matrix.columns import MatrixColumns
from reports.matrix.forms import BoundKind, MatrixFilter, VerdictChoice
from surveys.models import Filing

PER_PAGE = 50
PER_READ = 500


class CommunityRow(NamedTuple):
    """One community: its verdicts by code, and how each changed since the round before."""

    filing: Filing
    verdicts: dict
    arrows: dict


@dataclass
class CommunityMatrix:
    """The matrix of the communities of an area, as the filter asks for it.

    `before` are the standards of the round before, none where there was none in sight.
    """

    area: Area
    columns: MatrixColumns
    form: MatrixFilter
    before: list
    has_before: bool

    @cached_property
    def communities(self):
        """The communities the filter leaves, before any judging."""
        return self.form.narrow(self.area.communities)

    @cached_property
    def found(self):
        """What can be cut into pages.

        Filings in the order of their codes, or pks where verdicts choose or order.
        """
        by = self.columns.by
        if self.chooses_by_verdict:
            return self.judged_pks()
        if not by and not self.columns.by_total:
            rows = self.communities.select_related("parent")
            return rows.order_by("parent__code", "code", "path")
        if by and by.pk in self.foot and not self.form.narrows_rows:
            return RankedCommunities(self, by)
        return self.judged_pks()

    def judged_pks(self):
        """Pks of the communities whose verdicts are asked for, in the order asked for."""
        chosen = list(self.columns.shown)
        if self.columns.by:
            chosen.append(self.columns.by)
        query = JudgedQuery.of(self.communities, rules_for(self.columns.with_parts(chosen)))
        query = query.where(*self.conditions(query)).order_by(*self.order(query))
        return [row.filing for row in query.rows(filing=query.FILING)]

    @cached_property
    def foot(self):
        """{pk of a standard: its Tally} of the whole area."""
        return {tally.standard_id: tally for tally in self.area.tallies(self.columns.shown)}

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
        """One page, with its rows as `lines`."""
        page = Paginator(self.found, PER_PAGE).get_page(number)
        page.lines = self.rows(page.object_list)
        return page

    def all_rows(self):
        """All rows, read some hundreds at a time."""
        found = self.found[:]
        for start in range(0, len(found), PER_READ):
            yield from self.rows(found[start : start + PER_READ])

    def rows(self, chosen):
        """[CommunityRow] of a stretch of `found`."""
        filings = list(chosen)
        if filings and not isinstance(filings[0], Filing):
            read = Filing.objects.select_related("parent").in_bulk(filings)
            filings = [read[pk] for pk in filings]
        verdicts = judge_filings(filings, self.columns.with_parts(self.columns.shown))
        previous = self.judged_before(filings)
        rows = []
        for filing in filings:
            now = verdicts.get(filing.pk, {})
            then = previous.get(filing.previous_id, {})
            rows.append(CommunityRow(filing, now, self.arrows_between(now, then)))
        return rows

    def arrows_between(self, now, then):
        """{code: Arrow} of what became better or worse."""
        found = {}
        for standard in self.columns.shown:
            code = standard.code
            if arrow := arrows.verdict_arrow(standard, now.get(code), then.get(code)):
                found[code] = arrow
        return found

    def judged_before(self, filings):
        """{pk of the round before: {code of this round's standard: Judgment by the version of its
        own day}}.
        """
        shown = self.columns.with_parts(self.columns.shown)
        versions = arrows.earlier_versions(shown, self.before)
        if not versions or not self.has_before:
            return {}
        last = [Filing(pk=filing.previous_id) for filing in filings if filing.previous_id]
        judged = judge_filings(last, with_parts(versions.values(), self.before))
        found = {}
        for pk, judgments in judged.items():
            found[pk] = {}
            for code, version in versions.items():
                if version.code in judgments:
                    found[pk][code] = judgments[version.code]
        return found


@dataclass
class RankedCommunities:
    """The pks of all communities of the area, worst first.

    A slice is cut by the database, for a nation's are many.
    """

    matrix: CommunityMatrix
    by: object

    def __len__(self):
        tally = self.matrix.foot[self.by.pk]
        return tally.judged + tally.unknown + tally.not_applicable

    def __getitem__(self, part):
        query = self.matrix.area.judged(self.matrix.columns.with_parts([self.by]))
        query = query.order_by(query.worst_first(self.by), query.FILING)
        if part.stop:
            start = part.start or 0
            query = query.limit(part.stop - start, start)
        return [row.filing for row in query.rows(filing=query.FILING)]


def verdict_condition(query, standards, verdict):
    """The condition that a community stands against the standards as the filter asks."""
    if verdict == VerdictChoice.UNMET:
        return query.any_has(standards, judging.UNMET)
    if verdict == VerdictChoice.UNKNOWN:
        return query.any_has(standards, judging.UNKNOWN)
    if verdict == VerdictChoice.NOT_APPLICABLE:
        return query.all_have(standards, judging.NOT_APPLICABLE)
    met = query.any_has(standards, judging.MET)
    spoiled = query.any_has(standards, judging.UNMET, judging.UNKNOWN)
    return f"{met} AND NOT ({spoiled})"


def bound_conditions(query, standard, form):
    """Conditions on the value of one standard, or on its share of what is required.

    Only judged communities have one.
    """
    least, most = form.value("least"), form.value("most")
    if least == "" and most == "":
        return []
    by_share = form.value("per") == BoundKind.SHARE
    value = query.share(standard) if by_share else query.actual(standard)
    conditions = [query.is_judged(standard)]
    if least != "":
        conditions.append(f"{value} >= {least!r}")
    if most != "":
        conditions.append(f"{value} < {most!r}")
    return conditions
