"""Formulas in plain Python: what the databases must agree with. None is unknown."""

import math

from reports.engine.formulas import nodes

COMPARE = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
ARITHMETIC = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else None,
}
FUNCTIONS = {"min": min, "max": max, "abs": abs, "ceil": lambda x: float(math.ceil(x))}


def evaluate(node, row):
    """The value of a node for a row {name: value}; conditions are True, False or None."""
    return WAYS[type(node)](node, row)


def number(node, row):
    value = evaluate(node, row)
    return None if value is None else float(value)


def strictly(function, *values):
    return None if None in values else function(*values)


def name(node, row):
    return row[f"last_year:{node.name}" if node.last_year else node.name]


def function(node, row):
    values = [number(part, row) for part in node.parts]
    if node.name == "coalesce":
        return next((value for value in values if value is not None), None)
    return strictly(FUNCTIONS[node.name], *values)


def case(node, row):
    for condition, value in node.branches:
        holds = evaluate(condition, row)
        if holds is None:
            return None
        if holds:
            return number(value, row)
    return number(node.default, row)


def both(node, row):
    values = [evaluate(part, row) for part in node.parts]
    return False if False in values else None if None in values else True


def either(node, row):
    values = [evaluate(part, row) for part in node.parts]
    return True if True in values else None if None in values else False


def fact(node, row):
    return (row[node.fact] in node.values) if row[node.fact] else None


WAYS = {
    nodes.Number: lambda node, row: node.value,
    nodes.Name: name,
    nodes.Negative: lambda node, row: strictly(lambda a: -a, number(node.part, row)),
    nodes.Arithmetic: lambda node, row: strictly(
        ARITHMETIC[node.sign], number(node.left, row), number(node.right, row)
    ),
    nodes.Function: function,
    nodes.Case: case,
    nodes.Compare: lambda node, row: strictly(
        COMPARE[node.sign], number(node.left, row), number(node.right, row)
    ),
    nodes.Both: both,
    nodes.Either: either,
    nodes.Not: lambda node, row: strictly(lambda a: not a, evaluate(node.part, row)),
    nodes.Known: lambda node, row: evaluate(node.part, row) is not None,
    nodes.Fact: fact,
}
