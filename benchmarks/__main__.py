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
    arguments = parse_arguments()
    modules = sorted(path.stem for path in HERE.glob("bench_*.py"))
    for module in modules:
        if not arguments.only or module.removeprefix("bench_") in arguments.only:
            table = print_bench(module, arguments.quick)
            if not arguments.quick:
                keep_table(module, table)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="benches by name: tree for bench_tree.py"
    )
    parser.add_argument(
        "--quick", action="store_true", help="small data, nothing written to docs/benchmarks.md"
    )
    return parser.parse_args()


def print_bench(module, quick):
    """Run one bench on both databases; its section in Markdown, printed."""
    lines = [f"## {bench_title(module)}", "", HEAD]
    for open_database in (scratch.scratch_sqlite, scratch.scratch_postgresql):
        lines += [table_row(row) for row in run_bench(module, open_database, quick)]
    table = "\n".join(lines)
    print(table, flush=True)
    return table


def run_bench(module, open_database, quick):
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


def bench_title(module):
    """The first line of its docstring."""
    source = (HERE / f"{module}.py").read_text()
    heading, *_ = ast.get_docstring(ast.parse(source)).splitlines()
    return heading


def table_row(row):
    cells = [
        row["what"],
        row["database"],
        figure_with_unit(row["value"], row["unit"]),
        figure_with_unit(row["floor"], row["unit"]),
        "" if row["ratio"] is None else f"{row['ratio']:.2f}",
        row["goal"],
    ]
    return f"| {' | '.join(cells)} |"


def figure_with_unit(value, unit):
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def keep_table(module, table):
    """Replace the module's section of the page, between its markers; the rest stays."""
    page = PAGE.read_text() if PAGE.exists() else INTRO
    section = f"<!-- {module} -->\n{table}\n<!-- /{module} -->"
    pattern = re.compile(rf"<!-- {module} -->.*?<!-- /{module} -->", re.DOTALL)
    if pattern.search(page):
        page = pattern.sub(lambda _: section, page)
    else:
        page = f"{page.rstrip()}\n\n{section}\n"
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
