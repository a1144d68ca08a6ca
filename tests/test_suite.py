"""What holds for the tests themselves: shared things live in conftest files and in modules that hold no tests."""

import ast

import pytest

from tests.source import imports, modules

pytestmark = pytest.mark.once


def fixtures_of(module):
    """Names of the fixtures a module defines."""
    return {
        function.name
        for function in module.body
        if isinstance(function, ast.FunctionDef)
        and any("fixture" in ast.unparse(each) for each in function.decorator_list)
    }


def test_nobody_imports_from_a_module_of_tests():
    wrong = [
        f"{path} imports {name}"
        for path, module in modules("tests").items()
        for name in imports(module)
        if name.rpartition(".")[2].startswith("test_")
    ]
    assert wrong == []


def test_no_fixture_is_imported():
    """A fixture is found by where it stands; imported, it is a name that nobody seems to use."""
    wrong = []
    for path, module in modules("tests").items():
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests"):
                source = modules("tests").get(f"{node.module.replace('.', '/')}.py")
                names = {alias.name for alias in node.names}
                fixtures = fixtures_of(source) if source else set()
                wrong += [f"{path} imports {name}" for name in names & fixtures]
    assert wrong == []
