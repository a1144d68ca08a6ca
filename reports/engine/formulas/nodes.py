"""The closed list of what a formula is made of. Each node compiles itself and says itself in Chinese words."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.db.models import Case as SqlCase
from django.db.models import CharField, FloatField, Value, When
from django.db.models.expressions import Combinable
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

    @property
    def rank(self) -> int:
        return 9

    @property
    def children(self) -> tuple:
        return ()

    def number(self, resolve) -> Combinable:
        raise NotImplementedError

    def words(self) -> str:
        raise NotImplementedError

    @property
    def weight(self) -> int:
        """How often the databases see the leaves, repeats included."""
        return 1 + sum(child.weight for child in self.children)

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Condition(Node):
    """True, false or unknown; as a number 1, 0 or unknown."""

    is_condition = True

    def condition(self, resolve) -> Combinable:
        raise NotImplementedError

    def number(self, resolve) -> Combinable:
        return sql.one_or_zero(self.condition(resolve))


def bracketed_words(node: Node, rank: int) -> str:
    """A part's words, in brackets where it binds less tightly than its surroundings."""
    if node.rank >= rank:
        return node.words()
    return f"（{node.words()}）"


@dataclass(frozen=True)
class Number(Node):
    value: float

    def number(self, resolve) -> Combinable:
        return sql.constant(self.value)

    def words(self) -> str:
        if abs(self.value) < 1e10:
            return f"{self.value:,.10g}"
        return f"{self.value:,.0f}"


@dataclass(frozen=True)
class Name(Node):
    """A measure of this round, or of the round before."""

    name: str
    label: str
    last_year: bool = False

    def number(self, resolve) -> Combinable:
        asked = f"last_year:{self.name}" if self.last_year else self.name
        return sql.double(resolve(asked))

    def words(self) -> str:
        if self.last_year:
            return f"上期{self.label}"
        return self.label


@dataclass(frozen=True)
class Negative(Node):
    part: Node

    @property
    def children(self) -> tuple:
        return (self.part,)

    def number(self, resolve) -> Combinable:
        return sql.Arithmetic("*", sql.constant(-1), self.part.number(resolve))

    def words(self) -> str:
        return f"−{bracketed_words(self.part, 3)}"


@dataclass(frozen=True)
class Arithmetic(Node):
    sign: str
    left: Node
    right: Node

    @property
    def rank(self) -> int:
        return RANKS[self.sign]

    @property
    def children(self) -> tuple:
        return (self.left, self.right)

    def number(self, resolve) -> Combinable:
        right = self.right.number(resolve)
        if self.sign == "/":
            right = NullIf(right, sql.constant(0))
        return sql.Arithmetic(self.sign, self.left.number(resolve), right)

    def words(self) -> str:
        # a − (b − c) needs its brackets, (a − b) − c does not.
        right_rank = self.rank + 1 if self.sign in "-/" else self.rank
        left = bracketed_words(self.left, self.rank)
        right = bracketed_words(self.right, right_rank)
        return f"{left} {SIGN_WORDS[self.sign]} {right}"


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
    def children(self) -> tuple:
        return self.parts

    @property
    def weight(self) -> int:
        return 1 + 3 * sum(child.weight for child in self.children)

    def number(self, resolve) -> Combinable:
        _, expression = FUNCTIONS[self.name]
        return expression(*(child.number(resolve) for child in self.parts))

    def words(self) -> str:
        word, _ = FUNCTIONS[self.name]
        parts = "，".join(part.words() for part in self.parts)
        return f"{word}（{parts}）"


@dataclass(frozen=True)
class Case(Node):
    """The value of the first condition that is true; unknown once a condition before it is unknown."""

    branches: tuple
    default: Node

    @property
    def children(self) -> tuple:
        return (*chain.from_iterable(self.branches), self.default)

    @property
    def weight(self) -> int:
        return 1 + 2 * sum(child.weight for child in self.children)

    def number(self, resolve) -> Combinable:
        whens = []
        for condition, value in self.branches:
            test = condition.condition(resolve)
            whens.append(When(test, then=value.number(resolve)))
            unknown = Value(None, output_field=FloatField())
            whens.append(When(sql.Not(sql.Known(test)), then=unknown))
        return SqlCase(*whens, default=self.default.number(resolve), output_field=FloatField())

    def words(self) -> str:
        steps = [f"{condition.words()}时 {value.words()}" for condition, value in self.branches]
        return f"［{'；'.join(steps)}；其余 {self.default.words()}］"


@dataclass(frozen=True)
class Compare(Condition):
    sign: str
    left: Node
    right: Node

    @property
    def rank(self) -> int:
        return 0

    @property
    def children(self) -> tuple:
        return (self.left, self.right)

    def condition(self, resolve) -> Combinable:
        return sql.Comparison(self.sign, self.left.number(resolve), self.right.number(resolve))

    def words(self) -> str:
        left, right = bracketed_words(self.left, 1), bracketed_words(self.right, 1)
        return f"{left} {SIGN_WORDS[self.sign]} {right}"


@dataclass(frozen=True)
class Both(Condition):
    """All hold."""

    parts: tuple

    @property
    def rank(self) -> int:
        return -1

    @property
    def children(self) -> tuple:
        return self.parts

    def condition(self, resolve) -> Combinable:
        return sql.And(*(part.condition(resolve) for part in self.parts))

    def words(self) -> str:
        return " 且 ".join(bracketed_words(part, 0) for part in self.parts)


@dataclass(frozen=True)
class Either(Condition):
    """At least one holds."""

    parts: tuple

    @property
    def rank(self) -> int:
        return -2

    @property
    def children(self) -> tuple:
        return self.parts

    def condition(self, resolve) -> Combinable:
        return sql.Or(*(part.condition(resolve) for part in self.parts))

    def words(self) -> str:
        return " 或 ".join(bracketed_words(part, -1) for part in self.parts)


@dataclass(frozen=True)
class Not(Condition):
    part: Condition

    @property
    def children(self) -> tuple:
        return (self.part,)

    def condition(self, resolve) -> Combinable:
        return sql.Not(self.part.condition(resolve))

    def words(self) -> str:
        return f"非（{self.part.words()}）"


@dataclass(frozen=True)
class Known(Condition):
    """Whether a value is there."""

    part: Node

    @property
    def children(self) -> tuple:
        return (self.part,)

    def condition(self, resolve) -> Combinable:
        return sql.Known(self.part.number(resolve))

    def words(self) -> str:
        if isinstance(self.part, Name):
            return f"已填报{self.part.words()}"
        return f"已填报（{self.part.words()}）"


@dataclass(frozen=True)
class Fact(Condition):
    """The filing's kind or governance is one of some words; unknown where it is blank."""

    fact: str
    label: str
    values: tuple
    value_words: tuple

    def condition(self, resolve) -> Combinable:
        fact = NullIf(resolve(self.fact), Value(""), output_field=CharField())
        return sql.Or(*(sql.Comparison("==", fact, Value(value)) for value in self.values))

    def words(self) -> str:
        return f"{self.label}为{'、'.join(self.value_words)}"


@dataclass(frozen=True)
class Formula:
    """A formula that was read and found good.

    `compile(resolve)` is a double-precision query expression, `condition(resolve)` one for `When`. `resolve(name)`
    gives the expression of a measure; it is also asked for `last_year:<measure>`, `kind` and `governance`.
    """

    text: str
    root: Node

    def compile(self, resolve) -> Combinable:
        return self.root.number(resolve)

    def condition(self, resolve) -> Combinable:
        if not self.is_condition:
            raise FormulaError(f"“{self.text}”是一个数，这里要写条件，如“{self.text} > 0”。")
        return self.root.condition(resolve)

    @property
    def is_condition(self) -> bool:
        return self.root.is_condition

    @property
    def names(self) -> frozenset[str]:
        """Measures of this round the formula uses."""
        names = set()
        for node in self.root.walk():
            if isinstance(node, Name) and not node.last_year:
                names.add(node.name)
        return frozenset(names)

    @property
    def facts(self) -> frozenset[str]:
        """Text facts of the filing it asks: kind, governance."""
        facts = set()
        for node in self.root.walk():
            if isinstance(node, Fact):
                facts.add(node.fact)
        return frozenset(facts)

    @property
    def words(self) -> str:
        """The formula as people read it."""
        return self.root.words()
