"""Standards as the evaluator needs them: their formulas as query expressions over the measures of a filing or an area."""

from typing import NamedTuple

from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from communities.tree import path_end
from reports.engine.formulas.sql import Answer, IsAsked
from reports.models.standard import parsed_formula
from surveys.extras import CODE


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
    def observed(self) -> bool:
        """Reported only: it has a value and nothing to hold it against."""
        return bool(self.actual) and not (self.lower or self.upper)

    @property
    def own_items(self) -> list[str]:
        """The codes of items of single rounds that it judges, in order."""
        codes = set()
        for text in (self.actual, self.lower, self.upper, self.applies_when):
            if text:
                codes.update(name for name in parsed_formula(text).names if CODE.fullmatch(name))
        return sorted(codes)


def rules_for(standards) -> tuple[Rule, ...]:
    """The rules of these standards; a part is known by its parent among them."""
    children = {}
    for standard in standards:
        children.setdefault(standard.parent_id, []).append(standard.pk)
    return tuple(rule_of(standard, children.get(standard.pk, ())) for standard in standards)


def rule_of(standard, parts) -> Rule:
    paths = (standard.limit,) if standard.limit else ()
    # A standard with a value of its own is judged by it, whatever parts it has.
    children = () if standard.actual else tuple(parts)
    return Rule(
        standard.pk,
        standard.actual,
        standard.lower,
        standard.upper,
        standard.applies_when,
        tuple(standard.kinds),
        standard.governance,
        paths,
        children,
    )


def own_measure(name: str) -> Combinable:
    """How a formula's name is read for one filing: its own measure, or last round's (`last:name`)."""
    before, _, bare = name.rpartition(":")
    path = "filing__previous__measures__" if before else ""
    if CODE.fullmatch(bare):
        return Answer(f"{path}extras", bare)
    return F(f"{path}{bare}")


def area_measure(name: str) -> Combinable:
    """How a formula's name is read for an upper unit: its roll-up, unknown while one community has not said it."""
    before, _, bare = name.rpartition(":")
    path = "before__" if before else ""
    if not CODE.fullmatch(bare):
        all_said = When(**{f"{path}no_{bare}": 0}, then=F(f"{path}{bare}"))
        return Case(all_said, output_field=FloatField())
    lacking = Exact(Answer(f"{path}extras", f"no_{bare}"), Value(0.0))
    answered = When(lacking, then=Answer(f"{path}extras", bare))
    return Case(answered, output_field=FloatField())


def whom_it_binds(rule: Rule) -> Q:
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


def fact_expressions(rule: Rule, resolve=own_measure, *, scoped: bool = True) -> dict:
    """{alias: expression} of one rule: a(ctual), l(ower), u(pper), x (1 it applies, 0 not, null unknown)."""
    return {
        f"a{rule.key}": formula_expression(rule.actual, resolve),
        f"l{rule.key}": formula_expression(rule.lower, resolve),
        f"u{rule.key}": formula_expression(rule.upper, resolve),
        f"x{rule.key}": applies_expression(rule, resolve, scoped=scoped),
    }


def formula_expression(text: str, resolve) -> Combinable:
    if not text:
        return Cast(Value(None), FloatField())
    return parsed_formula(text).compile(resolve)


def applies_expression(rule: Rule, resolve, *, scoped: bool) -> Combinable:
    applies = Value(1.0)
    if rule.applies_when:
        applies = formula_expression(rule.applies_when, resolve)
    limits = whom_it_binds(rule) if scoped else Q()
    if limits:
        applies = only_where(limits, applies)
    # What a round does not ask cannot be missing in it.
    for code in rule.own_items:
        applies = only_where(IsAsked("extras", code), applies)
    return applies


def only_where(condition, then) -> Case:
    """What stands there where the condition holds, elsewhere 0: the rule does not apply."""
    return Case(When(condition, then=then), default=Value(0.0), output_field=FloatField())
