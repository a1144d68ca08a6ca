"""The closed list of what a formula is made of. Each node compiles itself and says itself in Chinese words."""

from dataclasses import dataclass

from django.db.models import Case as SqlCase
from django.db.models import CharField, FloatField, Value, When
from django.db.models.functions import Coalesce as SqlCoalesce
from django.db.models.functions import NullIf

from reports.engine.formulas import sql
from reports.engine.formulas.text import FormulaError

SIGN_WORDS = {
    "*": "×",
    "/": "÷",
    "+": "+",
    "-": "−",
    "<=": "≤",
    ">=": "≥",
    "==": "＝",
    "!=": "≠",
    "<": "＜",
    ">": "＞",
}
RANKS = {"+": 1, "-": 1, "*": 2, "/": 2}


@dataclass(frozen=True)
class Node:
    """A number; `rank` says how tightly it binds when written out."""

    is_condition = False
    rank = 9

    @property
    def children(self):
        return ()

    def number(self, resolve):
        raise NotImplementedError

    def words(self):
        raise NotImplementedError

    @property
    def weight(self):
        """How often the databases see the leaves, repeats included."""
        return 1 + sum(child.weight for child in self.children)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Condition(Node):
    """True, false or unknown; as a number 1, 0 or unknown."""

    is_condition = True

    def condition(self, resolve):
        raise NotImplementedError

    def number(self, resolve):
        return sql.one_or_zero(self.condition(resolve))


def wrapped(node, rank):
    """A part's words, in brackets where it binds less tightly than its surroundings."""
    return node.words() if node.rank >= rank else f"（{node.words()}）"


def listed(nodes):
    return "，".join(node.words() for node in nodes)


@dataclass(frozen=True)
class Number(Node):
    value: float

    def number(self, resolve):
        return sql.constant(self.value)

    def words(self):
        return f"{self.value:,.10g}" if abs(self.value) < 1e10 else f"{self.value:,.0f}"


@dataclass(frozen=True)
class Name(Node):
    """A measure of this round, or of the round before."""

    name: str
    label: str
    last_year: bool = False

    def number(self, resolve):
        return sql.double(resolve(f"last_year:{self.name}" if self.last_year else self.name))

    def words(self):
        return f"上期{self.label}" if self.last_year else self.label


@dataclass(frozen=True)
class Negative(Node):
    part: Node

    @property
    def children(self):
        return (self.part,)

    def number(self, resolve):
        return sql.Arithmetic("*", sql.constant(-1), self.part.number(resolve))

    def words(self):
        return f"−{wrapped(self.part, 3)}"


@dataclass(frozen=True)
class Arithmetic(Node):
    sign: str
    left: Node
    right: Node

    @property
    def rank(self):
        return RANKS[self.sign]

    @property
    def children(self):
        return (self.left, self.right)

    def number(self, resolve):
        right = self.right.number(resolve)
        if self.sign == "/":
            right = NullIf(right, sql.constant(0))
        return sql.Arithmetic(self.sign, self.left.number(resolve), right)

    def words(self):
        right = self.rank + (self.sign in "-/")
        return (
            f"{wrapped(self.left, self.rank)} {SIGN_WORDS[self.sign]} {wrapped(self.right, right)}"
        )


FUNCTIONS = {
    "min": ("取最小", sql.Least),
    "max": ("取最大", sql.Greatest),
    "abs": ("绝对值", sql.Absolute),
    "ceil": ("进整", sql.Ceiling),
    "coalesce": ("首个有值", SqlCoalesce),
}


@dataclass(frozen=True)
class Function(Node):
    """min, max, abs, ceil or coalesce."""

    name: str
    parts: tuple

    @property
    def children(self):
        return self.parts

    @property
    def weight(self):
        return 1 + 3 * sum(child.weight for child in self.children)

    def number(self, resolve):
        return FUNCTIONS[self.name][1](*(child.number(resolve) for child in self.parts))

    def words(self):
        return f"{FUNCTIONS[self.name][0]}（{listed(self.parts)}）"


@dataclass(frozen=True)
class Case(Node):
    """The value of the first condition that is true; unknown once a condition before it is unknown."""

    branches: tuple
    default: Node

    @property
    def children(self):
        return (*(node for pair in self.branches for node in pair), self.default)

    @property
    def weight(self):
        return 1 + 2 * sum(child.weight for child in self.children)

    def number(self, resolve):
        whens = []
        for condition, value in self.branches:
            test = condition.condition(resolve)
            whens.append(When(test, then=value.number(resolve)))
            whens.append(
                When(sql.Not(sql.Known(test)), then=Value(None, output_field=FloatField()))
            )
        return SqlCase(*whens, default=self.default.number(resolve), output_field=FloatField())

    def words(self):
        steps = [f"{condition.words()}时 {value.words()}" for condition, value in self.branches]
        return f"［{'；'.join(steps)}；其余 {self.default.words()}］"


@dataclass(frozen=True)
class Compare(Condition):
    sign: str
    left: Node
    right: Node
    rank = 0

    @property
    def children(self):
        return (self.left, self.right)

    def condition(self, resolve):
        return sql.Comparison(self.sign, self.left.number(resolve), self.right.number(resolve))

    def words(self):
        return f"{wrapped(self.left, 1)} {SIGN_WORDS[self.sign]} {wrapped(self.right, 1)}"


@dataclass(frozen=True)
class Both(Condition):
    """All hold."""

    parts: tuple
    rank = -1

    @property
    def children(self):
        return self.parts

    def condition(self, resolve):
        return sql.And(*(part.condition(resolve) for part in self.parts))

    def words(self):
        return " 且 ".join(wrapped(part, 0) for part in self.parts)


@dataclass(frozen=True)
class Either(Condition):
    """At least one holds."""

    parts: tuple
    rank = -2

    @property
    def children(self):
        return self.parts

    def condition(self, resolve):
        return sql.Or(*(part.condition(resolve) for part in self.parts))

    def words(self):
        return " 或 ".join(wrapped(part, -1) for part in self.parts)


@dataclass(frozen=True)
class Not(Condition):
    part: Condition

    @property
    def children(self):
        return (self.part,)

    def condition(self, resolve):
        return sql.Not(self.part.condition(resolve))

    def words(self):
        return f"非（{self.part.words()}）"


@dataclass(frozen=True)
class Known(Condition):
    """Whether a value is there."""

    part: Node

    @property
    def children(self):
        return (self.part,)

    def condition(self, resolve):
        return sql.Known(self.part.number(resolve))

    def words(self):
        return (
            f"已填报{self.part.words()}"
            if isinstance(self.part, Name)
            else f"已填报（{self.part.words()}）"
        )


@dataclass(frozen=True)
class Fact(Condition):
    """The filing's kind or governance is one of some words; unknown where it is blank."""

    fact: str
    label: str
    values: tuple
    value_words: tuple

    def condition(self, resolve):
        fact = NullIf(resolve(self.fact), Value(""), output_field=CharField())
        return sql.Or(*(sql.Comparison("==", fact, Value(value)) for value in self.values))

    def words(self):
        return f"{self.label}为{'、'.join(self.value_words)}"


@dataclass(frozen=True)
class Formula:
    """A formula that was read and found good.

    `compile(resolve)` is a double-precision query expression, `condition(resolve)` one for `When`. `resolve(name)`
    gives the expression of a measure; it is also asked for `last_year:<measure>`, `kind` and `governance`.
    """

    text: str
    root: Node

    def compile(self, resolve):
        return self.root.number(resolve)

    def condition(self, resolve):
        if not self.is_condition:
            raise FormulaError(f"“{self.text}”是一个数，这里要写条件，如“{self.text} > 0”。")
        return self.root.condition(resolve)

    @property
    def is_condition(self):
        return self.root.is_condition

    @property
    def names(self):
        """Measures of this round the formula uses."""
        return frozenset(
            n.name for n in self.root.walk() if isinstance(n, Name) and not n.last_year
        )

    @property
    def facts(self):
        """Text facts of the filing it asks: kind, governance."""
        return frozenset(n.fact for n in self.root.walk() if isinstance(n, Fact))

    @property
    def words(self):
        """The formula as people read it."""
        return self.root.words()
