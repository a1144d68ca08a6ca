"""The research report of a city of 230 and of 5,000 communities to the finished .docx, and a draft of 20 pages checked.

The floor is an empty document of the same layout, opened and saved. Memory is that of a process of its own, which
only writes the report: the data are made in another.
"""

import os
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from benchmarks import QUICK, result, seconds
from benchmarks.city import build_units, due_time, write_workbook
from benchmarks.reviewer import load_rule_book
from documents.builder import shipped_template
from documents.checker.check import check_draft
from documents.checker.draft import draft_passages
from documents.checker.known import KnownFacts
from documents.report import Report
from surveys.actions import import_workbook, open_round
from surveys.actions.uploads import read_workbook
from surveys.models import Filing

CITIES = [(40, 3), (200, 10)] if QUICK else [(230, 3), (5_000, 10)]
CHILD = """
import resource, sys, django
django.setup()
from documents.report import Report
from surveys.models import Filing
Report(Filing.objects.select_related("round").get(pk=int(sys.argv[1]))).file()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def run():
    load_rule_book()
    lines = []
    for at, (communities, goal) in enumerate(CITIES):
        city = build_units(communities, prefix=f"65{at + 1:02}", name=f"样例{at + 1}市")
        lines += report_results(filled_city(city), communities, goal)
    return lines


def filled_city(city):
    """The city's filing of a round in which everybody reported."""
    round = open_round(unit=city, period="2022", due_at=due_time())
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "city.xlsx"
        write_workbook(path, city)
        content = path.read_bytes()
        found = read_workbook(round=round, unit=city, name=path.name, content=content)
        import_workbook(round=round, unit=city, name=path.name, content=content, reading=found)
    connection.cursor().execute("ANALYZE")
    return Filing.objects.select_related("round").get(round=round, unit=city)


def report_results(filing, communities, goal):
    """The first report counts the roll-ups anew; the second finds them; memory is measured by itself."""
    shipped_template.cache_clear()
    first, _ = seconds(lambda: Report(filing).file())
    with CaptureQueriesContext(connection) as queries:
        again, data = seconds(lambda: Report(filing).file())
    floor, _ = seconds(empty_document)
    what = f"report of {communities:,} communities"
    return [
        result(f"{what}, the first after an import", first, unit="s", goal=f"≤ {goal} s"),
        result(
            f"{what} ({len(queries)} queries, {len(data) // 1024} kB)",
            again,
            floor=floor,
            unit="s",
            goal=f"≤ {goal} s",
        ),
        result(
            f"{what}: peak memory of its process", peak_memory(filing), unit="MB", goal="≤ 300 MB"
        ),
        checker_result(filing, data, communities),
    ]


def checker_result(filing, data, communities):
    """A draft of 20 pages: the words of the report over and over, from the uploaded bytes to the findings."""
    draft = draft_of_pages(Document(BytesIO(data)), 20)
    took, found = seconds(lambda: check_draft(draft_passages(draft), KnownFacts(filing)))
    what = (
        f"draft of 20 pages checked against {communities:,} communities ({found.count:,} numbers)"
    )
    return result(what, took, unit="s", goal="≤ 2 s")


def draft_of_pages(report, pages):
    """A document of so many pages: 22 lines of 28 characters each."""
    made, out = Document(), BytesIO()
    texts = [paragraph.text for paragraph in report.paragraphs if paragraph.text]
    for text in texts * (pages * 22 * 28 // sum(map(len, texts)) + 1):
        made.add_paragraph(text)
    made.save(out)
    return out.getvalue()


def empty_document():
    Document(BytesIO(shipped_template("survey"))).save(BytesIO())


def peak_memory(filing):
    """The largest resident size of a process that writes this report and nothing else."""
    command = [sys.executable, "-c", CHILD, str(filing.pk)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout.splitlines()[-1])
