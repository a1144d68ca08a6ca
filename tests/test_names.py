"""One name, one thing: a function or class is called what no other module calls something else."""

import ast
from collections import defaultdict

import pytest

from tests.source import APPS, modules

pytestmark = pytest.mark.once

# Of a hundred functions of modules at most so many bear a name that another module bears too.
SHARED_FUNCTION_NAMES = 5
# Classes that another module has by the same name, and why that is no confusion.
SHARED_CLASS_NAMES = {
    "Command": "Django's name for what manage.py runs",
}
CLASSES_STILL_SHARED = 11


def bearers(kind):
    """{name: the modules whose top level defines it}"""
    found = defaultdict(set)
    for path, module in modules(*APPS, "config").items():
        for node in module.body:
            if isinstance(node, kind):
                found[node.name].add(path)
    return found


def test_functions_bear_names_of_their_own():
    places = bearers(ast.FunctionDef)
    shared = {name: sorted(paths) for name, paths in places.items() if len(paths) > 1}
    functions = sum(len(paths) for paths in places.values())
    bearing = sum(len(paths) for paths in shared.values())
    assert 100 * bearing / functions <= SHARED_FUNCTION_NAMES, shared


def test_classes_bear_names_of_their_own():
    places = bearers(ast.ClassDef)
    shared = {name: sorted(paths) for name, paths in places.items() if len(paths) > 1}
    unexplained = {name: paths for name, paths in shared.items() if name not in SHARED_CLASS_NAMES}
    assert len(unexplained) <= CLASSES_STILL_SHARED, unexplained
    assert {*SHARED_CLASS_NAMES} <= {*shared}
