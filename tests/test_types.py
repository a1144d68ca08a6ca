"""What changes data, declares sections or judges says what it returns; `make lint` has mypy hold it to that."""

import ast
import tomllib

import pytest

from tests.source import APPS, ROOT

pytestmark = pytest.mark.once


def typed_modules():
    """The modules that pyproject.toml has mypy read."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = settings["tool"]["mypy"]["files"]
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern)})


def silent_functions(path):
    """Names of the functions of a module that do not say what they return."""
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    return [function.name for function in functions if function.returns is None]


def test_every_function_says_what_it_returns():
    silent = {path.relative_to(ROOT).as_posix(): silent_functions(path) for path in typed_modules()}
    assert {path: names for path, names in silent.items() if names} == {}


def test_nothing_that_acts_or_judges_is_left_to_itself():
    modules_of_apps = {path for app in APPS for path in ROOT.glob(f"{app}/**/*.py")}
    acting = {path for path in modules_of_apps if {"actions", "engine"} & {path.stem, *path.parts}}
    assert acting - {*typed_modules()} == set()
