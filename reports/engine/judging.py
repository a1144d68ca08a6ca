"""The evaluator: many standards over many filings as one SQL statement.

Formulas compile to query expressions over Measures; around them stand layers of plain SQL, the same on both databases:
facts of each standard (actual, lower, upper, applies), its verdict and gap, and composites from their children.
docs/judging.md shows the statement of one rule, whole. Pages ask through `JudgedQuery`, never here.
"""

from functools import lru_cache

from django.db import connection
from django.db.models import FilteredRelation, Q

from communities.models import Level
from communities.tree import path_end
from reports.engine.rules import Rule, area_measure, fact_expressions
from reports.engine.sql_template import SqlTemplate
from reports.models import AreaMeasures, Measures
from surveys.models import Filing, Status

MET, UNMET, UNKNOWN, NOT_APPLICABLE = range(4)
# Sums of cents and shares are doubles; a billionth must not decide over a community.
TOLERANCE = 0.000001
NO_NUMBER = "CAST(NULL AS double precision)"  # PostgreSQL takes a bare NULL for text
# Stand for round and area in a kept text; no round has this id, no path these ends.
ROUND, FROM, TO = -987_654_321, "/from/", "/to/"


def verdict_sql(rule: Rule) -> str:
    """Verdict and gap of a plain rule, in terms of its facts."""
    key = rule.key
    if rule.observed:
        return f"{NOT_APPLICABLE} AS v{key}, {NO_NUMBER} AS g{key}"
    if not rule.actual:
        verdict = f"CASE WHEN q.x{key} = 0 THEN {NOT_APPLICABLE} ELSE {UNKNOWN} END"
        return f"{verdict} AS v{key}, {NO_NUMBER} AS g{key}"
    unknown = " OR ".join(unknown_conditions(rule))
    misses = bounds_missed(rule)
    any_missed = " OR ".join(misses)
    gap = " ".join(f"WHEN {missed} THEN {distance}" for missed, distance in misses.items())
    return (
        f"CASE WHEN q.x{key} = 0 THEN {NOT_APPLICABLE} WHEN {unknown} THEN {UNKNOWN} "
        f"WHEN {any_missed} THEN {UNMET} ELSE {MET} END AS v{key}, "
        f"CASE WHEN q.x{key} = 0 OR {unknown} THEN NULL {gap} ELSE 0 END AS g{key}"
    )


def unknown_conditions(rule: Rule) -> list[str]:
    """The facts without which nothing can be said."""
    key = rule.key
    conditions = [f"q.x{key} IS NULL", f"q.a{key} IS NULL"]
    if rule.lower:
        conditions.append(f"q.l{key} IS NULL")
    if rule.upper:
        conditions.append(f"q.u{key} IS NULL")
    return conditions


def bounds_missed(rule: Rule) -> dict[str, str]:
    """{condition that a bound is missed: by how much}"""
    key, misses = rule.key, {}
    if rule.lower:
        misses[f"q.a{key} < q.l{key} - {TOLERANCE}"] = f"q.l{key} - q.a{key}"
    if rule.upper:
        misses[f"q.a{key} > q.u{key} + {TOLERANCE}"] = f"q.a{key} - q.u{key}"
    return misses


def composite_sql(rule: Rule) -> str:
    """A composite from its children: met when all are, unmet when one is, else unknown.

    Its actual value is how many are met, what is required how many bind, its gap how many are missed.
    """
    key = rule.key
    children = [f"r.v{child}" for child in rule.children]
    met = number_of(children, f"= {MET}")
    missed = number_of(children, f"= {UNMET}")
    binding = number_of(children, f"<> {NOT_APPLICABLE}")
    any_unmet = " OR ".join(f"{child} = {UNMET}" for child in children)
    any_unknown = " OR ".join(f"{child} = {UNKNOWN}" for child in children)
    all_out = " AND ".join(f"{child} = {NOT_APPLICABLE}" for child in children)
    verdict = (
        f"CASE WHEN r.x{key} = 0 OR ({all_out}) THEN {NOT_APPLICABLE} "
        f"WHEN {any_unmet} THEN {UNMET} "
        f"WHEN {any_unknown} OR r.x{key} IS NULL THEN {UNKNOWN} ELSE {MET} END"
    )
    gap = (
        f"CASE WHEN r.x{key} = 0 THEN NULL WHEN {any_unmet} THEN {missed} "
        f"WHEN {any_unknown} THEN NULL ELSE 0 END"
    )
    return (
        f"{met} AS a{key}, {binding} AS l{key}, {NO_NUMBER} AS u{key}, "
        f"{verdict} AS v{key}, {gap} AS g{key}"
    )


def number_of(children: list[str], test: str) -> str:
    """How many children's verdicts pass a test."""
    return " + ".join(f"CASE WHEN {child} {test} THEN 1.0 ELSE 0.0 END" for child in children)


def layers_over(rules: tuple[Rule, ...], first: str) -> str:
    """SQL that judges `rules` over `first`: filing_id, parent_id, path and the facts of each rule.

    `first` yields the facts, the second layer adds verdicts of plain rules, the third composites from those.
    """
    plain = [rule for rule in rules if not rule.children]
    second, third = [], []
    for rule in plain:
        second += [f"q.{part}{rule.key}" for part in "alu"]
        third += [f"r.{part}{rule.key}" for part in "aluvg"]
    for rule in rules:
        second.append(f"q.x{rule.key}")
        third.append(f"r.x{rule.key}")
    second += [verdict_sql(rule) for rule in plain]
    third += [composite_sql(rule) for rule in rules if rule.children]
    judged = f"SELECT q.filing_id, q.parent_id, q.path, {', '.join(second)} FROM ({first}) q"
    return f"SELECT r.filing_id, r.parent_id, r.path, {', '.join(third)} FROM ({judged}) r"


def judging_of(rules: tuple[Rule, ...], measures) -> SqlTemplate:
    """The statement that judges some rows of Measures."""
    expressions = {}
    for rule in rules:
        expressions.update(fact_expressions(rule))
    rows = measures.order_by().annotate(**expressions)
    facts = SqlTemplate.of(rows.values_list("filing_id", "parent_id", "path", *expressions))
    return SqlTemplate(layers_over(rules, facts.text), facts.parameters)


@lru_cache(maxsize=64)
def statement_of_filings(rules: tuple[Rule, ...], vendor: str) -> SqlTemplate:
    """Judges every filing with measures; wrap it to choose some. `vendor` keeps the texts of two databases apart."""
    return judging_of(rules, Measures.objects.all())


@lru_cache(maxsize=64)
def statement_of_area(rules: tuple[Rule, ...], approved: bool, vendor: str) -> SqlTemplate:
    """Judges the communities of an area, with ROUND, FROM and TO among its parameters.

    The area is found by the index of Measures itself: a nation is judged several times faster than by a list of
    filings.
    """
    inside = Measures.objects.filter(
        round=ROUND, path__gte=FROM, path__lt=TO, level=Level.COMMUNITY
    )
    if approved:
        inside = inside.filter(filing__status=Status.APPROVED)
    return judging_of(rules, inside)


def parameters_of_area(template: SqlTemplate, filing: Filing) -> list:
    """The parameters of `statement_of_area` for one upper filing."""
    return template.filled({ROUND: filing.round_id, FROM: filing.path, TO: path_end(filing.path)})


@lru_cache(maxsize=64)
def statement_of_roll_ups(rules: tuple[Rule, ...], approved: bool, vendor: str) -> SqlTemplate:
    """Judges the roll-up of every upper filing: of approved filings with `approved`, and of the round before alike."""
    expressions = {}
    for rule in rules:
        expressions.update(fact_expressions(rule, area_measure, scoped=False))
    same_scope = Q(filing__previous__areas__approved=approved)
    before = FilteredRelation("filing__previous__areas", condition=same_scope)
    rows = AreaMeasures.objects.filter(approved=approved).order_by().annotate(before=before)
    facts = SqlTemplate.of(rows.annotate(**expressions).values_list("filing_id", *expressions))
    first = f"SELECT f.*, NULL AS parent_id, NULL AS path FROM ({facts.text}) f"
    return SqlTemplate(layers_over(rules, first), facts.parameters)


def fetch_rows(text: str, parameters) -> list[tuple]:
    """All rows of a statement of the engine."""
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return cursor.fetchall()
