"""What holds for the whole house, read from its code: who may import whom, how big things are, what is never used."""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from surveys.sections import Section
from tests.source import (
    APPS,
    PACKAGES,
    ROOT,
    SECTION_APPS,
    functions,
    imports,
    modules,
    texts,
)
from tests.source import calls as calls_of

pytestmark = pytest.mark.once

FOUNDATION = {"accounts", "communities", "surveys"}
MAY_IMPORT = {
    "accounts": set(),
    "communities": {"accounts"},
    "surveys": {"accounts", "communities"},
    **dict.fromkeys(SECTION_APPS, FOUNDATION),
    "reports": FOUNDATION | SECTION_APPS,
    "review": FOUNDATION | SECTION_APPS | {"reports"},
    "documents": FOUNDATION | SECTION_APPS | {"reports"},
    "api": {*APPS} - {"api", "demo"},
    "demo": {*APPS} - {"demo"},
    "config": {*APPS},
    "benchmarks": {*APPS, "config"},
}
# Everything else goes through the ORM. Values are always parameters; what is spliced are compiled query sets and names.
CURSOR_ALLOWED = {
    "communities/bulk.py": "a nation of units is loaded in one statement each",
    "surveys/bulk.py": "COPY and INSERT ... SELECT of a city's workbook",
    "reports/engine/measure_counting.py": "measures are one INSERT ... SELECT",
    "reports/engine/judging.py": "all standards over all filings are one statement",
    "reports/engine/tallies.py": "roll-ups are upserted in bulk",
    "reports/engine/area_measures.py": "roll-ups of measures are one INSERT ... SELECT",
    "config/checks.py": "asks PostgreSQL how it stores",
}
FORBIDDEN_CALLS = {"eval", "exec", "raw", "extra", "mark_safe", "RawSQL", "__import__"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OUR_MODELS = [
    model for model in apps.get_models(include_auto_created=False) if model._meta.app_label in APPS
]


def test_every_package_is_known_to_these_tests():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests"} == {*PACKAGES}


def test_every_package_has_its_line_in_the_table_of_imports():
    assert {*MAY_IMPORT} == {*PACKAGES}


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_follow_the_declared_direction(package):
    wrong = [
        f"{path} imports {name}"
        for path, module in modules(package).items()
        for name in imports(module)
        if (top := name.split(".")[0]) in {*APPS, "config", "tests", "benchmarks"} - {package}
        and top not in MAY_IMPORT[package]
    ]
    assert wrong == []


def test_every_section_of_the_setting_resolves():
    assert all(isinstance(import_string(path), Section) for path in settings.SURVEY_SECTIONS)


def test_section_apps_hold_no_views():
    assert [path for path in modules(*SECTION_APPS) if path.endswith(("views.py", "urls.py"))] == []


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_model_says_what_it_is(model):
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")
    assert "__str__" in {name for base in model.__mro__[:2] for name in vars(base)}
    assert CHINESE.search(str(model._meta.verbose_name))


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_constraint_has_name_and_chinese_sentence(model):
    silent = [
        each.name
        for each in model._meta.constraints
        if not CHINESE.search(str(each.violation_error_message or ""))
    ]
    assert silent == []


def test_no_model_uses_unnamed_uniqueness():
    assert [model.__name__ for model in OUR_MODELS if model._meta.unique_together] == []


def test_no_file_over_400_lines():
    sources = texts(
        *(f"{package}/**/*.py" for package in [*PACKAGES, "tests"]),
        "static/**/*.js",
        "static/**/*.css",
    )
    ours = {path for path in sources if "migrations" not in path}
    long = {path: sources[path].count("\n") for path in ours}
    assert {path: lines for path, lines in long.items() if lines > 400} == {}


def test_no_template_over_150_lines():
    long = {path: text.count("\n") for path, text in texts("templates/**/*.html").items()}
    assert {path: lines for path, lines in long.items() if lines > 150} == {}


def test_no_template_line_over_160_characters():
    long = [
        f"{path}:{number}"
        for path, text in texts("templates/**/*.html").items()
        for number, line in enumerate(text.split("\n"), start=1)
        if len(line) > 160
    ]
    assert long == []


def test_parts_of_templates_say_what_they_need():
    silent = [
        path
        for path, text in texts("templates/**/_*.html").items()
        if not text.startswith("{# Needs: ")
    ]
    assert silent == []


CHOSEN_BY_CHINESE = re.compile(r"""class="[^"]*\{% (el)?if [^%]*["'][^"'%]*[\u4e00-\u9fff]""")
BARE_LEVEL = re.compile(r"\{% (el)?if [^%]*\blevel (==|!=|<|>|<=|>=) \d")


@pytest.mark.parametrize("pattern", [CHOSEN_BY_CHINESE, BARE_LEVEL])
def test_templates_choose_by_values_that_have_a_name(pattern):
    templates = texts("templates/**/*.html")
    assert [path for path, text in templates.items() if pattern.search(text)] == []


def test_no_function_over_60_lines():
    long = [
        f"{path}:{function.lineno} {function.name}"
        for path, module in modules(*PACKAGES).items()
        for function in functions(module)
        if function.end_lineno - function.lineno >= 60
    ]
    assert long == []


def test_actions_have_docstrings():
    silent = [
        f"{path} {function.name}"
        for path, module in modules(*APPS).items()
        if path.endswith("actions.py")
        for function in module.body
        if isinstance(function, ast.FunctionDef)
        and function.args.kwonlyargs
        and not ast.get_docstring(function)
    ]
    assert silent == []


def test_nothing_is_evaluated_marked_safe_or_spliced():
    found = [
        f"{path} calls {name}"
        for path, module in modules(*PACKAGES).items()
        for name in calls_of(module)
        if name in FORBIDDEN_CALLS
    ]
    assert found == []


def test_cursor_only_in_bulk_modules():
    users = {
        path
        for path, module in modules(*APPS, "config").items()
        if {"cursor", "copy_expert"} & {*calls_of(module)}
    }
    assert users <= {*CURSOR_ALLOWED}, users - {*CURSOR_ALLOWED}


def test_no_broad_except():
    found = [
        path
        for path, text in texts(*(f"{package}/**/*.py" for package in [*APPS, "config"])).items()
        if re.search(r"except( Exception| BaseException)?:|# type: ignore", text)
    ]
    assert found == []


INLINE = {
    "script body": re.compile(r"<script\b[^>]*>(?!\s*</script>)", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"\sstyle\s*=", re.I),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "safe filter": re.compile(r"\|\s*safe\b|\{%\s*autoescape off"),
    "asset of another host": re.compile(r"""(src|href)\s*=\s*["'](https?:)?//""", re.I),
}


@pytest.mark.parametrize("what", INLINE)
def test_template_contains_no(what):
    found = [
        path for path, text in texts("templates/**/*.html").items() if INLINE[what].search(text)
    ]
    assert found == []


def test_styles_and_scripts_fetch_nothing_from_other_hosts():
    host = re.compile(r"""(url\(|@import|fetch\(|import\()\s*["']?(https?:)?//""")
    assert [
        path
        for path, text in texts("static/**/*.css", "static/**/*.js").items()
        if host.search(text)
    ] == []


def test_nothing_is_left_to_do():
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    patterns = [f"{package}/**/*.py" for package in [*PACKAGES, "tests"]]
    sources = texts(*patterns, "templates/**/*.html", "static/**/*.*s", "docs/**/*.md", "*.md")
    assert [path for path, text in sources.items() if mark.search(text)] == []
