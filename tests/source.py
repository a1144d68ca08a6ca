"""The project's own source as the tests about it read it: Python modules, templates, styles and scripts."""

import ast
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
# Our own apps: what the settings install and the root holds a folder of.
APPS = [name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()]
SECTION_APPS = {path.partition(".")[0] for path in settings.SURVEY_SECTIONS}
PACKAGES = [*APPS, "config", "benchmarks"]


@cache
def modules(*packages):
    """{path relative to the root: parsed module}, migrations left out."""
    files = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in files
        if "migrations" not in path.parts
    }


def texts(*patterns):
    """{path relative to the root: text} of the files that match, tooling's own folders left out."""
    files = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    kept = sorted(
        path for path in files if not {".venv", "staticfiles", "data", ".git"} & set(path.parts)
    )
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in kept}


def imports(module):
    """Names of everything a module imports, also inside functions."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def functions(module):
    return [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]


def calls(module):
    """Names of everything called, by its last part: `eval`, `raw`, `cursor`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", ""))
