"""Nothing is kept that nobody uses: read from the code and the templates; what only tests use is not used."""

import ast
import re
from collections import Counter
from importlib import import_module

import pytest
from django.db.models import Model

from tests.source import APPS, modules, texts

pytestmark = pytest.mark.once

WORD = re.compile(r"[A-Za-z_]\w*")
# Found by others by their name or their place, or told of by a decorator of this name.
FOUND_BY_NAME = re.compile(r"Command$|\w+Config$|app_name$|urlpatterns$|__\w+__$")
REGISTERING = {"admin", "api", "field_validator", "receiver", "register", "router"}
# Methods that somebody else's code calls and no class of theirs declares.
CALLED_BY_NAME = re.compile(
    r"clean_\w+$"  # Django forms: one field
    r"|read_\w+$"  # the formulas' parser: one function of theirs
    r"|process_view$"  # Django middleware
    r"|deconstruct$"  # Django migrations, of a mixin for fields
    r"|as_sqlite$|as_postgresql$"  # Django's compiler: SQL of one database
    r"|validate$|get_help_text$|password_changed$"  # Django's password validators
)
# What the reading cannot see, and why it is used all the same.
KEPT = {
    "accounts/sessions.py SessionStore": "Django takes it from the module that SESSION_ENGINE names",
}


class Uses(ast.NodeVisitor):
    """Counts every name a module uses; a definition's use of itself, re-exports and docstrings are none."""

    def __init__(self):
        self.count, self.inside = Counter(), []

    def use(self, *names):
        self.count.update(name for name in names if name not in self.inside)

    def definition(self, node):
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.inside.append(node.name)
        has_docstring = ast.get_docstring(node, clean=False) is not None
        for child in ast.iter_child_nodes(node):
            if child not in node.decorator_list and not (has_docstring and child is node.body[0]):
                self.visit(child)
        self.inside.pop()

    visit_FunctionDef = visit_ClassDef = definition

    def visit_ImportFrom(self, node):
        """What is called otherwise from here on counts as used: the other name is looked for by ruff."""
        if (node.module or "").partition(".")[0] in APPS:
            self.use(*(alias.name for alias in node.names if alias.asname))

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.use(node.id)

    def visit_Attribute(self, node):
        self.use(node.attr)
        self.visit(node.value)

    def visit_keyword(self, node):
        self.use(node.arg)
        self.visit(node.value)

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self.use(*WORD.findall(node.value))

    def visit_Assign(self, node):
        if ast.unparse(node.targets[0]) != "__all__":
            self.generic_visit(node)


def used_names():
    """Every name that the program uses somewhere, the templates' words among them."""
    uses = Uses()
    for module in modules(*APPS, "config").values():
        uses.visit(module)
    words = {word for text in texts("templates/**/*.*").values() for word in WORD.findall(text)}
    return {*uses.count} | words


def constants(node):
    """Names that an assignment at the top of a module gives."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [
        name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
    ]


def is_registered(node):
    """Whether a decorator hands the definition to somebody: the admin, a template library, the API."""
    return bool(
        REGISTERING
        & {name for each in node.decorator_list for name in WORD.findall(ast.unparse(each))}
    )


def class_of(path, node):
    module = import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return getattr(module, node.name)


def is_ours_alone(path, node, method):
    """Whether a part of a class is a method of ours: registered nowhere, in place of nobody else's method."""
    if not isinstance(method, ast.FunctionDef) or is_registered(method):
        return False
    bases = class_of(path, node).__mro__[1:]
    theirs = [base for base in bases if base.__module__.partition(".")[0] not in APPS]
    return not any(hasattr(base, method.name) for base in theirs)


def is_found(path, node):
    """Whether a decorator hands it to somebody, or it is a model: those are reached by their relations' names."""
    is_model = isinstance(node, ast.ClassDef) and issubclass(class_of(path, node), Model)
    return is_model or is_registered(node)


def definitions():
    """(path, name, the name to look for) of what should be used: functions, classes, constants, methods."""
    for path, module in modules(*APPS, "config").items():
        for node in module.body:
            if path != "config/settings.py":
                yield from ((path, name, name) for name in constants(node))
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not is_found(path, node):
                yield path, node.name, node.name
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if is_ours_alone(path, node, method):
                        yield path, f"{node.name}.{method.name}", method.name


def test_everything_is_used_by_the_program():
    used = used_names()
    unused = {
        f"{path} {shown}"
        for path, shown, name in definitions()
        if name not in used and not FOUND_BY_NAME.match(name) and not CALLED_BY_NAME.match(name)
    }
    assert unused == {*KEPT}
