"""The repository itself: what a fresh clone promises."""

import re
import subprocess
import tomllib

import pytest
from django.core.management import call_command

from tests.source import ROOT

LOCKS = ["requirements.lock", "requirements-dev.lock"]
MAX_FILE = 1_000_000


def tracked():
    """Files of the repository."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_system_check_finds_nothing():
    call_command("check", fail_level="WARNING")


def test_commands_of_the_readme_exist_in_the_makefile():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert {"setup", "demo", "test", "bench", "lint", "format"} <= targets
    assert named <= targets


def test_files_the_readme_names_exist():
    readme = (ROOT / "README.md").read_text("utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)", readme) + re.findall(r'src="([^":]+)"', readme)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_a_hash_for_everything_and_names_no_host(name):
    lock = (ROOT / name).read_text("utf-8")
    pinned = re.findall(r"^[a-z0-9-]+==[^\n]*\\\n(?=    --hash=sha256:)", lock, re.M)
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", lock, re.M))
    assert "://" not in lock
    assert "--index" not in lock


def test_every_direct_dependency_is_locked_and_has_its_reason():
    dependencies, _, _ = (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.")
    names = re.findall(r'^    "([A-Za-z0-9-]+)[>=<].*$', dependencies, re.M)
    lock = "\n".join((ROOT / name).read_text("utf-8") for name in LOCKS)
    assert [name for name in names if f"\n{name.lower()}==" not in f"\n{lock}"] == []
    assert re.findall(r'^    "[^"]+",\s*$', dependencies, re.M) == []


def test_what_lint_leaves_out_is_still_there():
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]
    patterns = ruff["lint"]["per-file-ignores"]
    assert [pattern for pattern in patterns if not any(ROOT.glob(pattern))] == []


def test_no_large_files():
    assert [path.name for path in tracked() if path.stat().st_size > MAX_FILE] == []


def test_nothing_names_the_machine_it_was_written_on_or_a_registry():
    telling = re.compile(rb"/(work|root|home)/|python[h]osted|pypi\.|[.]library")
    assert [path.name for path in tracked() if telling.search(path.read_bytes())] == []


def test_decisions_are_numbered_without_gaps():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
