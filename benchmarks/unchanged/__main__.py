"""Hold the answers of the working tree against a revision's: `python -m benchmarks.unchanged REV`.

Both make the demo city and the second city in an empty SQLite database of their own. Compared are
`manage.py compliance --json`, the pages, workbooks, documents and tables that people of each role
are led to, the survey workbooks, and the JSON interface, in both scopes. The numbers of rows, times
and hashes are masked. Exit status 1 where something differs.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent.parent
BENCHES = Path(__file__).parent.parent
CITIES = {"demo": "130983", "sample": "2308"}
DIFFS_SHOWN = 5  # of a kind of answer
LINES_SHOWN = 12  # of a difference


def main():
    arguments = parse_arguments()
    with (
        TemporaryDirectory(prefix="unchanged-") as folder,
        checkout(arguments.rev, Path(folder)) as before,
        ThreadPoolExecutor() as both,
    ):
        runs = [
            both.submit(collect_answers, before, Path(folder) / "before", arguments),
            both.submit(collect_answers, ROOT, Path(folder) / "after", arguments),
        ]
        answers_before, answers_after = [run.result() for run in runs]
    different = 0
    for kind in sorted({*answers_before, *answers_after}):
        different += compare(kind, answers_before[kind], answers_after[kind])
    sys.exit(1 if different else 0)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.unchanged", description=__doc__)
    parser.add_argument("rev", metavar="REV", help="the revision to compare with, such as HEAD")
    parser.add_argument("--city", choices=["demo", "sample", "both"], default="both")
    parser.add_argument(
        "--markup", action="store_true", help="compare the tags of pages too, not their words only"
    )
    return parser.parse_args()


@contextmanager
def checkout(rev, folder):
    """The folder of a revision, as a worktree of git that exists only meanwhile."""
    path = folder / "checkout"
    subprocess.run(["git", "worktree", "add", "-q", "--detach", path, rev], cwd=ROOT, check=True)
    try:
        yield path
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", path], cwd=ROOT, check=True)


def collect_answers(root, folder, arguments):
    """{kind: {what was asked: lines of the answer}} of a checkout, with a database of its own."""
    folder.mkdir()
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "DATA_DIR": str(folder / "data"),
        "DEBUG": "",
        "SECRET_KEY": "the same for both",
        "PYTHONPATH": f"{root}{os.pathsep}{BENCHES}",
        "PYTHONHASHSEED": "0",
    }

    def run(*command):
        done = subprocess.run(
            [sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(
                f"{root}: {' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}"
            )

    years = ["--one-round"] if arguments.city == "sample" else []
    run("manage.py", "demo", "--no-server", *years)
    if arguments.city != "demo":
        run("manage.py", "sample_city")
    output = folder / "answers.jsonl"
    codes = CITIES.values() if arguments.city == "both" else [CITIES[arguments.city]]
    run("-m", "unchanged.collect", output, *codes, *(["--markup"] if arguments.markup else []))
    return read_answers(output)


def read_answers(path):
    answers = defaultdict(dict)
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            answers[record["kind"]][record["key"]] = record["lines"]
    return answers


def compare(kind, before, after):
    """Print how many answers of a kind differ, and how the first ones do. Returns how many."""
    keys = list(before | after)
    different = [key for key in keys if before.get(key) != after.get(key)]
    lines = sum(map(len, before.values()))
    print(f"{kind}: compared {len(keys):,} ({lines:,} lines), different {len(different):,}")
    for key in different[:DIFFS_SHOWN]:
        print(f"  {key}")
        for line in islice(differing_lines(before.get(key), after.get(key)), LINES_SHOWN):
            print(f"    {line}")
    return len(different)


def differing_lines(before, after):
    if before is None:
        return ["(not asked before: no page led there)"]
    if after is None:
        return ["(not asked any more: no page leads there)"]
    difference = unified_diff(before, after, n=1, lineterm="")
    return islice(difference, 2, None)


if __name__ == "__main__":
    main()
