"""Stored roll-ups: how the communities of each upper filing stand against each standard.

A save or a change of status only marks the street above it stale, in its own transaction; whoever commits or reads next
counts that street anew and carries the sums upward, so a page never shows an old one and saves never wait for a city's
row. Everything is stored twice: of all filings, and of the approved ones. A filing's own verdict is the same in both.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import InternalError, OperationalError, connection, transaction
from django.db.models import BigIntegerField, Case, F, Min, Q, When
from django.utils import timezone

from communities.bulk import in_chunks, insert_rows
from communities.models import Level
from communities.tree import lies_inside
from reports.engine import judging
from reports.engine.answers import roll_up_answers
from reports.engine.area_measures import roll_up_measures
from reports.engine.compliance import (
    Judgment,
    binding_standards,
    community_standards_of,
    judgments_by_code,
    standards_judged_at,
)
from reports.engine.judged_query import JudgedQuery
from reports.engine.measures import all_measures
from reports.engine.rules import rules_for
from reports.engine.sql_template import SqlTemplate
from reports.models import AreaMeasures, Stale, Tally
from surveys.models import Filing, Round, Status

IS_APPROVED = f"CASE WHEN filing.status = '{Status.APPROVED.value}' THEN 1 ELSE 0 END"
SUMS = ("met", "unmet", "unknown", "not_applicable", "actual", "required", "gap")
# What SQLite and PostgreSQL say where a replica or a locked file is asked to write.
READ_ONLY = ("readonly database", "read-only transaction", "query_only")
PER_STATEMENT = 150  # standards judged at once: PostgreSQL allows 1,664 result columns


def mark_stale(filings) -> None:
    """What stands above these filings must be rolled up again: a community's parent, an upper filing itself.

    The mark is an update where it stands already, so that a refresh waits for the save that made it.
    """
    above = Case(
        When(level__gte=Level.COMMUNITY, then=F("parent")),
        default=F("pk"),
        output_field=BigIntegerField(),
    )
    marked = filings.order_by().annotate(above=above).values_list("above").distinct()
    marks = SqlTemplate.of(marked)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    table = connection.ops.quote_name(Stale._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (filing_id, at) SELECT above, %s FROM ({marks.text}) AS marked "
            "WHERE above IS NOT NULL ORDER BY above "
            "ON CONFLICT (filing_id) DO UPDATE SET at = excluded.at",
            [now, *marks.parameters],
        )


def mark_all_stale(rounds=None) -> None:
    """After a change of the rule book: every roll-up of these rounds (all by default) follows from other rules."""
    filings = Filing.objects.all()
    if rounds is not None:
        filings = filings.filter(round__in=rounds)
    mark_stale(filings)


def refresh_roll_ups(*filings: Filing) -> datetime | None:
    """Bring the roll-ups of these filings and all below them up to date; costs one query where nothing changed.

    Returns None, or on a database that cannot be written the time since when they have been stale.
    """
    # Area by area: for several joined by OR, PostgreSQL may look through the filings of all rounds.
    first, *others = (Stale.objects.filter(stale_below(filing)).values("pk") for filing in filings)
    if not first.union(*others, all=True).exists():
        return None
    try:
        for filing in filings:
            refresh_area(filing)
    except (OperationalError, InternalError) as error:
        if not any(words in str(error) for words in READ_ONLY):
            raise
        return stale_since(filings)
    return None


def stale_since(filings) -> datetime:
    """The time of the oldest mark on what stands in these areas."""
    marks = Stale.objects.none()
    for filing in filings:
        marks = marks | Stale.objects.filter(stale_below(filing))
    return marks.aggregate(oldest=Min("at"))["oldest"]


def stale_below(filing: Filing) -> Q:
    """The condition on marks that they lie in the area of a filing, in its round."""
    return lies_inside([filing.path], "filing__path") & Q(filing__round=filing.round_id)


def refresh_area(filing: Filing) -> None:
    """Count the stale filings of one area anew, and carry their sums upward."""
    stale = Stale.objects.filter(stale_below(filing))
    with transaction.atomic():
        # One refresh of a round at a time: two that add up a city from streets of their own
        # would each miss the other's.
        Round.objects.select_for_update(no_key=True).get(pk=filing.round_id)
        parents = list(stale.values_list("filing", flat=True))
        if not parents:
            return
        for part in in_chunks(parents):
            Stale.objects.filter(filing__in=part).delete()
        for part in in_chunks(parents):
            store_direct_tallies(filing.round, part)
        carry_upward(filing.round, parents)


class TallySums(NamedTuple):
    """The sums of one rule over a group of judged filings, in the order of SUMS; as columns, or read."""

    met: object
    unmet: object
    unknown: object
    not_applicable: object
    actual: object
    required: object
    gap: object


def tally_sums(query: JudgedQuery, standard) -> TallySums:
    """The columns that add up how a group stands against one standard."""
    binds = f"{query.verdict(standard)} <> {judging.NOT_APPLICABLE}"
    return TallySums(
        query.count(standard, judging.MET),
        query.count(standard, judging.UNMET),
        query.count(standard, judging.UNKNOWN),
        query.count(standard, judging.NOT_APPLICABLE),
        f"SUM(CASE WHEN {binds} THEN {query.actual(standard)} END)",
        f"SUM(CASE WHEN {binds} THEN {query.bound(standard)} END)",
        f"SUM({query.if_verdict(standard, judging.UNMET, query.gap(standard))})",
    )


def store_direct_tallies(round: Round, parents: list[int]) -> None:
    """Judge the communities straight below each parent and store the sums: of all, and of the approved ones."""
    root = Filing.objects.get(round=round, parent=None)
    standards = community_standards_of(binding_standards(round, root))
    communities = Filing.objects.communities().filter(parent__in=parents)
    totals = TallyTotals()
    for chunk in standard_families(standards, PER_STATEMENT):
        query = JudgedQuery.of(communities, rules_for(chunk)).group_by("1", "2")
        sums = {standard.pk: tally_sums(query, standard) for standard in chunk}
        for row in query.rows(parent=query.PARENT, is_approved=IS_APPROVED, sums=sums):
            for standard, found in row.sums.items():
                totals.add((row.parent, standard, True, False), found)
                if row.is_approved:
                    totals.add((row.parent, standard, True, True), found)
    Tally.objects.filter(filing__in=parents, direct=True).delete()
    insert_rows(Tally, ["filing_id", "standard_id", "direct", "approved", *SUMS], totals.rows)


def standard_families(standards, size: int) -> Iterator[list]:
    """Yields standards in chunks of about `size` that keep composites together with their parts."""
    keys = {standard.pk for standard in standards}
    parts = defaultdict(list)
    for standard in standards:
        parts[standard.parent_id].append(standard)
    chunk = []
    for standard in standards:
        if standard.parent_id in keys:
            continue
        family = [standard, *parts[standard.pk]]
        if chunk and len(chunk) + len(family) > size:
            yield chunk
            chunk = []
        chunk = chunk + family
    if chunk:
        yield chunk


def carry_upward(round: Round, parents: list[int]) -> None:
    """Totals and area measures of the parents and of every filing above them, from the bottom."""
    depths = filings_upward(parents)
    for depth in sorted(depths, reverse=True):
        for part in in_chunks(depths[depth]):
            roll_up_measures(part)
            roll_up_answers(round, part)
            Tally.objects.filter(filing__in=part, direct=False).delete()
            store_area_tallies(part)


def filings_upward(filings) -> dict[int, list[int]]:
    """{depth in the tree: filings} of these filings and all above them."""
    depths, current, seen = defaultdict(list), set(filings), set()
    while current:
        seen |= current
        above = set()
        for part in in_chunks(current):
            rows = Filing.objects.filter(pk__in=part).values_list("pk", "parent", "path")
            for pk, parent, path in rows:
                depths[path.count("/")].append(pk)
                above.add(parent)
        current = above - seen - {None}
    return depths


def store_area_tallies(filings: list[int]) -> None:
    """Store the totals of upper filings: their direct tallies and their children's totals, summed by standard."""
    tally = connection.ops.quote_name(Tally._meta.db_table)
    filing = connection.ops.quote_name(Filing._meta.db_table)
    columns = ", ".join(SUMS)
    sums = ", ".join(f"SUM({name})" for name in SUMS)
    marks = ", ".join(["%s"] * len(filings))
    direct = (
        f"SELECT filing_id AS above, standard_id, approved, {columns} FROM {tally} "
        f"WHERE filing_id IN ({marks}) AND direct"
    )
    of_children = (
        f"SELECT f.parent_id, standard_id, approved, {columns} FROM {tally} t "
        f"JOIN {filing} f ON f.id = t.filing_id WHERE f.parent_id IN ({marks}) AND NOT direct"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {tally} (filing_id, standard_id, direct, approved, {columns}) "
            f"SELECT above, standard_id, FALSE, approved, {sums} "
            f"FROM ({direct} UNION ALL {of_children}) below GROUP BY above, standard_id, approved",
            [*filings, *filings],
        )


class TallyTotals:
    """Sums of groups added up by key, in the order of SUMS."""

    def __init__(self) -> None:
        self.found = {}

    def add(self, key: tuple, values) -> None:
        before = self.found.get(key)
        if before is None:
            self.found[key] = list(values)
            return
        pairs = zip(before, values, strict=True)
        self.found[key] = [plus_known(one, other) for one, other in pairs]

    @property
    def rows(self) -> list[tuple]:
        return [(*key, *values) for key, values in self.found.items()]


def plus_known(one: float | None, other: float | None) -> float | None:
    """A sum in which unknown adds nothing."""
    if one is None:
        return other
    if other is None:
        return one
    return one + other


def tallies_of(filing: Filing, standards, *, approved: bool = False) -> list[Tally]:
    """The stored roll-up of everything below `filing`, in the order of `standards`, as it was last refreshed.

    Of approved filings only with `approved`; where none is, there are no tallies.
    """
    stored = Tally.objects.filter(filing=filing, direct=False, approved=approved)
    by_standard = {tally.standard_id: tally for tally in stored}
    found = []
    for standard in standards:
        if tally := by_standard.get(standard.pk):
            tally.standard = standard
            found.append(tally)
    return found


def judge_area(filing: Filing, standards, *, approved: bool = False) -> dict[str, Judgment]:
    """{code: Judgment} of an upper filing, by its roll-up, against the standards judged on a unit of its level."""
    is_top = filing.parent_id is None
    chosen = []
    for standard in standards_judged_at(filing.level, standards):
        if standard.level == filing.level or (is_top and standard.level < filing.level):
            chosen.append(standard)
    if not chosen:
        return {}
    query = JudgedQuery.of_roll_up(filing, rules_for(chosen), approved=approved)
    found = dict(judgments_by_code(query, chosen))
    return found.get(filing.pk, {})


def stored_totals(filing: Filing, names=None, *, approved: bool = False) -> dict:
    """{measure name: value} over an upper filing and everything below it, as it was last refreshed.

    Sums leave unknown values out, and with `approved` everything that is not approved.
    """
    names = names or all_measures()
    stored = AreaMeasures.objects.filter(filing=filing, approved=approved)
    return stored.with_answers(names).values(*names).first() or dict.fromkeys(names)


def stored_missing(filing: Filing, names=None, *, approved: bool = False) -> dict[str, int]:
    """{measure name: number of (approved) communities below that do not have it}, as it was last refreshed."""
    names = list(names or all_measures())
    stored = AreaMeasures.objects.filter(filing=filing, approved=approved)
    lacking = [f"no_{name}" for name in names]
    found = stored.with_answers(lacking).values_list(*lacking).first()
    return dict(zip(names, found or [0] * len(names), strict=True))
