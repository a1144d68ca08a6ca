"""Stored roll-ups: how the communities of each upper filing stand against each standard.

A save or a change of status only marks the street above it stale, in its own transaction; whoever commits or reads next
counts that street anew and carries the sums upward, so a page never shows an old one and saves never wait for a city's
row. Everything is stored twice: of all filings, and of the approved ones. A filing's own verdict is the same in both.
"""

from itertools import islice

from django.db import InternalError, OperationalError, connection, transaction
from django.db.models import BigIntegerField, Case, F, Min, Q, When
from django.utils import timezone

from communities.bulk import in_chunks, insert_rows
from communities.models import Level
from communities.tree import lies_inside
from reports.engine import judging
from reports.engine.answers import roll_up_answers
from reports.engine.areas import roll_up
from reports.engine.compliance import (
    binding_standards,
    judgments_by_code,
    rules_for,
    standards_judged_at,
)
from reports.engine.measures import all_measures
from reports.models import AreaMeasures, Stale, Tally
from surveys.models import Filing, Round, Status

IS_APPROVED = f"CASE WHEN filing.status = '{Status.APPROVED.value}' THEN 1 ELSE 0 END"
SUMS = ("met", "unmet", "unknown", "not_applicable", "actual", "required", "gap")
# What SQLite and PostgreSQL say where a replica or a locked file is asked to write.
READ_ONLY = ("readonly database", "read-only transaction", "query_only")
PER_STATEMENT = 150  # standards judged at once: PostgreSQL allows 1,664 result columns


def mark_stale(filings):
    """What stands above these filings must be rolled up again: a community's parent, an upper filing itself.

    The mark is an update where it stands already, so that a refresh waits for the save that made it.
    """
    above = Case(
        When(level__gte=Level.COMMUNITY, then=F("parent")),
        default=F("pk"),
        output_field=BigIntegerField(),
    )
    sql, parameters = (
        filings.order_by()
        .annotate(above=above)
        .values_list("above")
        .distinct()
        .query.sql_with_params()
    )
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {connection.ops.quote_name(Stale._meta.db_table)} (filing_id, at) "
            f"SELECT above, %s FROM ({sql}) AS marked "
            "WHERE above IS NOT NULL ORDER BY above ON CONFLICT (filing_id) DO UPDATE SET at = excluded.at",
            [now, *parameters],
        )


def mark_all_stale(rounds=None):
    """After a change of the rule book: every roll-up of these rounds (all by default) follows from other rules."""
    filings = Filing.objects.all() if rounds is None else Filing.objects.filter(round__in=rounds)
    mark_stale(filings)


def refresh_roll_ups(*filings):
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


def stale_since(filings):
    """The time of the oldest mark on what stands in these areas."""
    marks = Stale.objects.none()
    for filing in filings:
        marks = marks | Stale.objects.filter(stale_below(filing))
    return marks.aggregate(oldest=Min("at"))["oldest"]


def stale_below(filing):
    return lies_inside([filing.path], "filing__path") & Q(filing__round=filing.round_id)


def refresh_area(filing):
    stale = Stale.objects.filter(stale_below(filing))
    with transaction.atomic():
        # One refresh of a round at a time: two that add up a city from streets of their own would each miss the other's.
        Round.objects.select_for_update(no_key=True).get(pk=filing.round_id)
        parents = list(stale.values_list("filing", flat=True))
        if not parents:
            return
        for part in in_chunks(parents):
            Stale.objects.filter(filing__in=part).delete()
        for part in in_chunks(parents):
            store_direct_tallies(filing.round, part)
        carry_upward(filing.round, parents)


def tally_columns(key):
    """The sums of one rule over a group of judged filings, in the order of SUMS."""
    counts = [f"SUM(CASE WHEN j.v{key} = {number} THEN 1 ELSE 0 END)" for number in range(4)]
    bound = f"j.v{key} <> {judging.NOT_APPLICABLE}"
    required = f"COALESCE(j.l{key}, j.u{key})"
    return [
        *counts,
        f"SUM(CASE WHEN {bound} THEN j.a{key} END)",
        f"SUM(CASE WHEN {bound} THEN {required} END)",
        f"SUM(CASE WHEN j.v{key} = {judging.UNMET} THEN j.g{key} END)",
    ]


def store_direct_tallies(round, parents):
    """Judge the communities straight below each parent and store the sums: of all, and of the approved ones."""
    root = Filing.objects.get(round=round, parent=None)
    standards = standards_judged_at(Level.COMMUNITY, binding_standards(round, root))
    communities = Filing.objects.communities().filter(parent__in=parents)
    totals = Totals()
    for chunk in standard_families(standards, PER_STATEMENT):
        given = rules_for(chunk)
        columns = ", ".join(column for rule in given for column in tally_columns(rule.key))
        wanted = f"j.parent_id, {IS_APPROVED}, {columns}"
        for parent, is_approved, *sums in judging.select(
            given, communities, wanted, "GROUP BY 1, 2"
        ):
            values = iter(sums)
            for rule in given:
                own = list(islice(values, len(SUMS)))
                totals.add((parent, rule.key, True, False), own)
                if is_approved:
                    totals.add((parent, rule.key, True, True), own)
    Tally.objects.filter(filing__in=parents, direct=True).delete()
    insert_rows(Tally, ["filing_id", "standard_id", "direct", "approved", *SUMS], totals.rows)


def standard_families(standards, size):
    """Standards in chunks that keep composites together with their parts."""
    chunk, wholes = (
        [],
        [s for s in standards if not any(s.parent_id == other.pk for other in standards)],
    )
    for whole in wholes:
        family = [whole, *(s for s in standards if s.parent_id == whole.pk)]
        if chunk and len(chunk) + len(family) > size:
            yield chunk
            chunk = []
        chunk = chunk + family
    if chunk:
        yield chunk


def carry_upward(round, parents):
    """Totals and area measures of the parents and of every filing above them, from the bottom."""
    depths = filings_upward(parents)
    for depth in sorted(depths, reverse=True):
        for part in in_chunks(depths[depth]):
            roll_up(part)
            roll_up_answers(round, part)
            Tally.objects.filter(filing__in=part, direct=False).delete()
            store_area_tallies(part)


def filings_upward(filings):
    """{depth in the tree: filings} of these filings and all above them."""
    depths, current, seen = {}, set(filings), set()
    while current:
        seen |= current
        rows = [
            row
            for part in in_chunks(current)
            for row in Filing.objects.filter(pk__in=part).values_list("pk", "parent", "path")
        ]
        for pk, _, path in rows:
            depths.setdefault(path.count("/"), []).append(pk)
        current = {parent for _, parent, _ in rows if parent} - seen
    return depths


def store_area_tallies(filings):
    """Store the totals of upper filings: their direct tallies and their children's totals, summed by standard."""
    quote, columns = connection.ops.quote_name, ", ".join(SUMS)
    marks, sums = ", ".join(["%s"] * len(filings)), ", ".join(f"SUM({name})" for name in SUMS)
    tally, filing = quote(Tally._meta.db_table), quote(Filing._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {tally} (filing_id, standard_id, direct, approved, {columns}) "
            f"SELECT above, standard_id, FALSE, approved, {sums} FROM ("
            f"SELECT filing_id AS above, standard_id, approved, {columns} FROM {tally} "
            f"WHERE filing_id IN ({marks}) AND direct UNION ALL "
            f"SELECT f.parent_id, standard_id, approved, {columns} FROM {tally} t JOIN {filing} f ON f.id = t.filing_id "
            f"WHERE f.parent_id IN ({marks}) AND NOT direct) below GROUP BY above, standard_id, approved",
            [*filings, *filings],
        )


class Totals:
    """Sums by key, in the order of SUMS."""

    def __init__(self):
        self.found = {}

    def add(self, key, values):
        before = self.found.get(key)
        self.found[key] = (
            [plus_known(*pair) for pair in zip(before, values, strict=True)] if before else values
        )

    @property
    def rows(self):
        return [(*key, *values) for key, values in self.found.items()]


def plus_known(one, other):
    """A sum in which unknown adds nothing."""
    return other if one is None else one if other is None else one + other


def tallies_of(filing, standards, *, approved=False):
    """The stored roll-up of everything below `filing`, in the order of `standards`, as it was last refreshed.

    Of approved filings only with `approved`; where none is, there are no tallies.
    """
    names = {standard.pk: standard for standard in standards}
    stored = Tally.objects.filter(filing=filing, direct=False, approved=approved)
    found = {tally.standard_id: tally for tally in stored}
    made = [found[pk] for pk in names if pk in found]
    for tally in made:
        tally.standard = names[tally.standard_id]
    return made


def judge_area(filing, standards, *, approved=False):
    """{code: Judgment} of an upper filing against the standards judged on a unit of its level; call `refresh` first."""
    top = filing.parent_id is None
    chosen = [
        s
        for s in standards_judged_at(filing.level, standards)
        if s.level == filing.level or (top and s.level < filing.level)
    ]
    row = judging.select_area(rules_for(chosen), filing, approved=approved) if chosen else None
    return judgments_by_code(row, chosen) if row else {}


def stored_totals(filing, names=None, *, approved=False):
    """{measure name: value} over an upper filing and everything below it; call `refresh` first.

    Sums leave unknown values out, and with `approved` everything that is not approved.
    """
    names = names or all_measures()
    stored = AreaMeasures.objects.filter(filing=filing, approved=approved)
    return stored.with_answers(names).values(*names).first() or dict.fromkeys(names)


def stored_missing(filing, names=None, *, approved=False):
    """{measure name: number of (approved) communities below that do not have it}; call `refresh` first."""
    names = list(names or all_measures())
    stored = AreaMeasures.objects.filter(filing=filing, approved=approved)
    lacking = [f"no_{name}" for name in names]
    found = stored.with_answers(lacking).values_list(*lacking).first()
    return dict(zip(names, found or [0] * len(names), strict=True))
