"""The evaluator: many standards over many filings as one SQL statement.

Formulas compile to query expressions over Measures; around them stand layers of plain SQL, the same on both databases:
facts of each standard (actual, lower, upper, applies), its verdict and gap, and composites from their children.
The text is kept per set of rules, for building some 300 expressions anew would cost more than running them.
"""

from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Case, F, FilteredRelation, FloatField, Q, Value, When
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from communities.models import Level
from communities.tree import path_end
from reports.engine.formulas.sql import Answer, IsAsked
from reports.models import AreaMeasures, Measures
from reports.models.standard import formula
from surveys.extras import CODE
from surveys.models import Filing, Status

MET, UNMET, UNKNOWN, NOT_APPLICABLE = range(4)
# Sums of cents and shares are doubles; a billionth must not decide over a community.
TOLERANCE = 0.000001
NOTHING = "CAST(NULL AS double precision)"  # PostgreSQL takes a bare NULL for text


class Rule(NamedTuple):
    """What the evaluator needs of a standard; hashable, so the compiled statement can be kept.

    `paths` are tree paths it is limited to within the round (empty: all of it); `children` the keys of its parts.
    """

    key: int
    actual: str
    lower: str
    upper: str
    applies_when: str
    kinds: tuple
    governance: str
    paths: tuple
    children: tuple

    @property
    def observed(self):
        """Reported only: it has a value and nothing to hold it against."""
        return bool(self.actual) and not (self.lower or self.upper)


def own(name):
    """How a formula's name is read for one filing: its own measure, or last round's."""
    before, _, bare = name.rpartition(":")
    path = "filing__previous__measures__" if before else ""
    return Answer(f"{path}extras", bare) if CODE.fullmatch(bare) else F(f"{path}{bare}")


def scope(rule):
    """Whom the rule binds, as a condition on the filing."""
    condition = Q()
    if rule.kinds:
        condition &= Q(kind__in=rule.kinds)
    if rule.governance:
        condition &= Q(governance=rule.governance)
    inside = Q()
    for path in rule.paths:
        inside |= Q(path__gte=path, path__lt=path_end(path))
    return condition & inside


def own_items(rule):
    """The items of single rounds that a rule judges, in order."""
    texts = filter(None, (rule.actual, rule.lower, rule.upper, rule.applies_when))
    return sorted({name for text in texts for name in formula(text).names if CODE.fullmatch(name)})


def facts(rule, resolve=own, *, scoped=True):
    """{alias: expression} of one rule: a(ctual), l(ower), u(pper), x (1 it applies, 0 not, null unknown)."""

    def compiled(text):
        return formula(text).compile(resolve) if text else Cast(Value(None), FloatField())

    applies = compiled(rule.applies_when) if rule.applies_when else Value(1.0)
    limits = scope(rule) if scoped else Q()
    if limits:
        applies = Case(When(limits, then=applies), default=Value(0.0), output_field=FloatField())
    # What a round does not ask cannot be missing in it.
    for code in own_items(rule):
        applies = Case(
            When(IsAsked("extras", code), then=applies),
            default=Value(0.0),
            output_field=FloatField(),
        )
    texts = {"a": rule.actual, "l": rule.lower, "u": rule.upper}
    return {f"{part}{rule.key}": compiled(text) for part, text in texts.items()} | {
        f"x{rule.key}": applies
    }


def verdict_sql(rule):
    """Verdict and gap of a plain rule, in terms of its facts."""
    k = rule.key
    if rule.observed:
        return f"{NOT_APPLICABLE} AS v{k}, {NOTHING} AS g{k}"
    if not rule.actual:
        return f"CASE WHEN q.x{k} = 0 THEN {NOT_APPLICABLE} ELSE {UNKNOWN} END AS v{k}, {NOTHING} AS g{k}"
    blank = [
        f"q.{part}{k} IS NULL" for part, text in (("l", rule.lower), ("u", rule.upper)) if text
    ]
    fails = [f"q.a{k} < q.l{k} - {TOLERANCE}"] if rule.lower else []
    fails += [f"q.a{k} > q.u{k} + {TOLERANCE}"] if rule.upper else []
    unknown = " OR ".join([f"q.x{k} IS NULL", f"q.a{k} IS NULL", *blank])
    distances = [f"q.l{k} - q.a{k}"] if rule.lower else []
    distances += [f"q.a{k} - q.u{k}"] if rule.upper else []
    gap = " ".join(
        f"WHEN {fail} THEN {distance}" for fail, distance in zip(fails, distances, strict=True)
    )
    return (
        f"CASE WHEN q.x{k} = 0 THEN {NOT_APPLICABLE} WHEN {unknown} THEN {UNKNOWN} "
        f"WHEN {' OR '.join(fails)} THEN {UNMET} ELSE {MET} END AS v{k}, "
        f"CASE WHEN q.x{k} = 0 OR {unknown} THEN NULL {gap} ELSE 0 END AS g{k}"
    )


def composite_sql(rule):
    """A composite from its children: met when all are, unmet when one is, else unknown."""
    k, children = rule.key, [f"r.v{child}" for child in rule.children]
    met, unmet, binding = (
        " + ".join(f"CASE WHEN {child} {test} THEN 1.0 ELSE 0.0 END" for child in children)
        for test in (f"= {MET}", f"= {UNMET}", f"<> {NOT_APPLICABLE}")
    )
    any_unmet = " OR ".join(f"{child} = {UNMET}" for child in children)
    any_unknown = " OR ".join(f"{child} = {UNKNOWN}" for child in children)
    all_out = " AND ".join(f"{child} = {NOT_APPLICABLE}" for child in children)
    verdict = (
        f"CASE WHEN r.x{k} = 0 OR ({all_out}) THEN {NOT_APPLICABLE} WHEN {any_unmet} THEN {UNMET} "
        f"WHEN {any_unknown} OR r.x{k} IS NULL THEN {UNKNOWN} ELSE {MET} END"
    )
    gap = f"CASE WHEN r.x{k} = 0 THEN NULL WHEN {any_unmet} THEN {unmet} WHEN {any_unknown} THEN NULL ELSE 0 END"
    return f"{met} AS a{k}, {binding} AS l{k}, {NOTHING} AS u{k}, {verdict} AS v{k}, {gap} AS g{k}"


def layers(rules, first):
    """The judgement of `rules` over `first`: SQL that yields filing_id, parent_id, path and the facts of each rule."""
    plain = [rule for rule in rules if not rule.children]
    composite = [rule for rule in rules if rule.children]
    applies = [f"x{rule.key}" for rule in rules]
    second = [f"q.{part}{rule.key}" for rule in plain for part in "alu"]
    second += [f"q.{name}" for name in applies] + [verdict_sql(rule) for rule in plain]
    third = [f"r.{part}{rule.key}" for rule in plain for part in "aluvg"]
    third += [f"r.{name}" for name in applies] + [composite_sql(rule) for rule in composite]
    inner = f"SELECT q.filing_id, q.parent_id, q.path, {', '.join(second)} FROM ({first}) q"
    return f"SELECT r.filing_id, r.parent_id, r.path, {', '.join(third)} FROM ({inner}) r"


@lru_cache(maxsize=64)
def statement(rules, vendor):
    """(SQL, parameters) that judges every filing with measures; wrap it to choose some.

    `vendor` keeps the texts for two databases apart.
    """
    return judged(rules, Measures.objects.all())


def judged(rules, measures):
    """(SQL, parameters) that judges some rows of Measures."""
    expressions = {}
    for rule in rules:
        expressions |= facts(rule)
    rows = (
        measures.order_by()
        .annotate(**expressions)
        .values_list("filing_id", "parent_id", "path", *expressions)
    )
    sql, parameters = rows.query.sql_with_params()
    return layers(rules, sql), parameters


# Stand for round and area in a kept text; no round has this id, no path these ends.
ROUND, FROM, TO = -987_654_321, "/from/", "/to/"


@lru_cache(maxsize=64)
def inside_statement(rules, approved, vendor):
    """(SQL, parameters with ROUND, FROM and TO in them) that judges the communities of an area.

    The area is found by the index of Measures itself: a nation is judged several times faster than by a list of filings.
    """
    area = Measures.objects.filter(round=ROUND, path__gte=FROM, path__lt=TO, level=Level.COMMUNITY)
    return judged(rules, area.filter(filing__status=Status.APPROVED) if approved else area)


def of_area(name):
    """How a formula's name is read for an upper unit: its roll-up, unknown while one community has not said it."""
    before, _, bare = name.rpartition(":")
    path = "before__" if before else ""
    if CODE.fullmatch(bare):
        known = Exact(Answer(f"{path}extras", f"no_{bare}"), Value(0.0))
        return Case(When(known, then=Answer(f"{path}extras", bare)), output_field=FloatField())
    return Case(When(**{f"{path}no_{bare}": 0}, then=F(f"{path}{bare}")), output_field=FloatField())


@lru_cache(maxsize=64)
def area_statement(rules, approved, vendor):
    """(SQL, parameters) that judges the roll-up of every upper filing; `vendor` keeps two databases apart.

    With `approved` it is the roll-up of approved filings, this round's and the one before.
    """
    expressions = {}
    for rule in rules:
        expressions |= facts(rule, of_area, scoped=False)
    same_scope = FilteredRelation(
        "filing__previous__areas", condition=Q(filing__previous__areas__approved=approved)
    )
    rows = AreaMeasures.objects.filter(approved=approved).order_by().annotate(before=same_scope)
    rows = rows.annotate(**expressions).values_list("filing_id", *expressions)
    sql, parameters = rows.query.sql_with_params()
    return layers(rules, f"SELECT f.*, NULL AS parent_id, NULL AS path FROM ({sql}) f"), parameters


def select_area(rules, filing, *, approved=False):
    """The one row of facts and verdicts of an upper filing, judged on the roll-up of everything below it."""
    sql, parameters = area_statement(tuple(rules), approved, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns(rules)} FROM ({sql}) j WHERE j.filing_id = %s",
            [*parameters, filing.pk],
        )
        return cursor.fetchone()


def columns(rules):
    """The result columns: filing, then verdict, actual, lower, upper, gap of each rule."""
    return ", ".join(
        ["j.filing_id", *(f"j.{part}{rule.key}" for rule in rules for part in "valug")]
    )


def select(rules, filings, wanted, tail=""):
    """Rows of `wanted` for the filings (a queryset), judged by `rules`; `tail` is GROUP BY, ORDER BY and the like.

    What they judge is `j`, the filing itself `filing`.
    """
    return fetched(*selection(rules, filings, wanted, tail))


def select_inside(rules, filing, wanted, tail="", *, approved=False):
    """Rows of `wanted` for all communities of an upper filing, or its approved ones; what they judge is `j`."""
    return fetched(*selection_inside(rules, filing, wanted, tail, approved=approved))


def selection_inside(rules, filing, wanted, tail="", *, approved=False):
    """(SQL, parameters) of `select_inside`, to stand within a larger statement."""
    sql, parameters = inside_statement(tuple(rules), approved, connection.vendor)
    given = {ROUND: filing.round_id, FROM: filing.path, TO: path_end(filing.path)}
    return f"SELECT {wanted} FROM ({sql}) j WHERE 1 = 1 {tail}", [
        given.get(value, value) for value in parameters
    ]


def inside_parameters(parameters, filing):
    """The parameters of `inside_statement` with the round and area of a filing in their places."""
    given = {ROUND: filing.round_id, FROM: filing.path, TO: path_end(filing.path)}
    return [given.get(value, value) for value in parameters]


def fetched(text, parameters):
    """The rows of a statement made around a `selection`."""
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return cursor.fetchall()


def selection(rules, filings, wanted, tail=""):
    """(SQL, parameters) of `select`, to stand within a larger statement."""
    sql, parameters = statement(tuple(rules), connection.vendor)
    chosen, given = filings.order_by().values("pk").query.sql_with_params()
    table = connection.ops.quote_name(Filing._meta.db_table)
    text = (
        f"SELECT {wanted} FROM ({sql}) j JOIN {table} filing ON filing.id = j.filing_id "
        f"WHERE j.filing_id IN ({chosen}) {tail}"
    )
    return text, [*parameters, *given]
