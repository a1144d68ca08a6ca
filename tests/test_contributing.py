"""The section that CONTRIBUTING.md builds as an example is built, in a copy of the project, and its test passes."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.source import APPS, ROOT

pytestmark = pytest.mark.once

NAMED = re.compile(r"`(\w+/[\w/]+\.(?:py|csv))`")


@pytest.fixture
def copy(tmp_path):
    """The project's code without its data, to be changed."""
    for name in [*APPS, "config", "fixtures", "templates", "static", "tests"]:
        unwanted = shutil.ignore_patterns("__pycache__", "*.xlsx", "*.xls")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=unwanted)
    for name in ["manage.py", "pyproject.toml"]:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def example_files():
    """{path: text} of the example: what stands between fences, by the file that is named last before it."""
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    example = page.partition("## A section, whole")[2].partition("\n## ")[0]
    prose, code = example.split("```")[::2], example.split("```")[1::2]
    named = [[path for path in NAMED.findall(text) if "__init__" not in path] for text in prose]
    return {paths[-1]: text.partition("\n")[2] for paths, text in zip(named, code, strict=False)}


def build(copy, blocks):
    """Do what the example says: its files, its lines in the settings, its row in the rule book."""
    settings, rule_book = copy / "config/settings.py", copy / "fixtures/standards.csv"
    app, section = blocks.pop("config/settings.py").splitlines(keepends=True)
    text = settings.read_text("utf-8").replace('    "reports",\n', app + '    "reports",\n', 1)
    last = '    "funding.sheets.FUNDS",\n'
    settings.write_text(text.replace(last, last + section, 1), "utf-8")
    with rule_book.open("a", encoding="utf-8", newline="") as file:
        file.write(blocks.pop("fixtures/standards.csv"))
    for path, code in blocks.items():
        (copy / path).parent.mkdir(exist_ok=True)
        (copy / path).parent.joinpath("__init__.py").touch()
        (copy / path).write_text(code, "utf-8")


def python(copy, *arguments):
    environment = {
        **os.environ,
        "DATABASE_URL": "sqlite://:memory:",
        "DATA_DIR": str(copy / "data"),
    }
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, encoding="utf-8"
    )


def test_example_of_a_section_works_as_written(copy):
    build(copy, example_files())
    made = python(copy, "manage.py", "makemigrations", "volunteers", "reports")
    assert "Create model Volunteer" in made.stdout, made.stderr
    assert "Add field volunteer_hours to measures" in made.stdout
    tried = python(copy, "-m", "pytest", "-n0", "tests/volunteers")
    assert tried.returncode == 0, tried.stdout
