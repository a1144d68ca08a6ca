"""Run the benches, print their tables and keep them in docs/benchmarks.md."""

import argparse
import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from benchmarks import scratch

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
HEAD = "| what | database | measured | floor | × floor | goal |\n|---|---|---:|---:|---:|---|"
INTRO = "# Benchmarks\n\nMeasured by `make bench`; each floor is measured in the same run. Compare the ratios.\n"


def main():
    arguments = parse()
    modules = sorted(path.stem for path in HERE.glob("bench_*.py"))
    for module in modules:
        if not arguments.only or module.removeprefix("bench_") in arguments.only:
            table = show(module, arguments.quick)
            if not arguments.quick:
                keep(module, table)


def parse():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="benches by name: tree for bench_tree.py"
    )
    parser.add_argument(
        "--quick", action="store_true", help="small data, nothing written to docs/benchmarks.md"
    )
    return parser.parse_args()


def show(module, quick):
    """Run one bench on both databases; its section in Markdown, printed."""
    rows = [
        row
        for open_database in (scratch.sqlite, scratch.postgresql)
        for row in measure(module, open_database, quick)
    ]
    table = "\n".join([f"## {title(module)}", "", HEAD, *map(line, rows)])
    print(table, flush=True)
    return table


def measure(module, open_database, quick):
    """The results of a bench in a process of its own, so that memory and caches are its own too."""
    with open_database() as url:
        if not url:
            print(f"{module}: no PostgreSQL server answers, left out", file=sys.stderr)
            return []
        environment = os.environ | {
            "DATABASE_URL": url,
            "DEBUG": "",
            "BENCH_QUICK": "1" if quick else "",
        }
        command = [sys.executable, "-m", "benchmarks.one", module]
        done = subprocess.run(
            command, env=environment, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True
        )
        return json.loads(done.stdout.splitlines()[-1])


def title(module):
    """The first line of its docstring."""
    return ast.get_docstring(ast.parse((HERE / f"{module}.py").read_text())).splitlines()[0]


def line(row):
    cells = [
        row["what"],
        row["database"],
        figure(row["value"], row["unit"]),
        figure(row["floor"], row["unit"]),
        "" if row["ratio"] is None else f"{row['ratio']:.2f}",
        row["goal"],
    ]
    return f"| {' | '.join(cells)} |"


def figure(value, unit):
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def keep(module, table):
    """Replace the module's section of the page, between its markers; the rest stays."""
    page = PAGE.read_text() if PAGE.exists() else INTRO
    section = f"<!-- {module} -->\n{table}\n<!-- /{module} -->"
    pattern = re.compile(rf"<!-- {module} -->.*?<!-- /{module} -->", re.DOTALL)
    page = (
        pattern.sub(lambda _: section, page)
        if pattern.search(page)
        else f"{page.rstrip()}\n\n{section}\n"
    )
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
