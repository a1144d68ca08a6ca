"""How far the communities of an area are with reporting, counted by the unit straight below."""

from collections import Counter

from django.db import connection

from communities.models import Level
from communities.tree import path_end
from reports.engine import judging
from surveys.models import Filing, Status


def progress_below(filing: Filing, children) -> dict[int, dict[str, int]]:
    """{pk of a filing straight below: how many of its communities are where, by PROGRESS_STATES}.

    A community among the children is told by its own filing.
    """
    counts = {child.pk: Counter() for child in children}
    if all(child.level == Level.COMMUNITY for child in children):
        for child in children:
            counts[child.pk][child.status] = 1
    else:
        for below, status, number in judging.fetch_rows(*status_statement(filing, children)):
            counts[below][status] += number
    return {pk: progress_of(found) for pk, found in counts.items()}


def progress_of(counts: Counter) -> dict[str, int]:
    """The numbers of PROGRESS_STATES of communities counted by status."""
    submitted, approved = counts[Status.SUBMITTED], counts[Status.APPROVED]
    expected = sum(counts.values())
    return {
        "expected": expected,
        "draft": expected - submitted - approved,
        "submitted": submitted,
        "approved": approved,
    }


def status_statement(filing: Filing, children) -> tuple[str, list]:
    """(SQL, parameters) of the communities of each filing below, by status.

    Each filing below is a range of the index, so the rows of a nation's communities are not read. The ranges are given:
    PostgreSQL looked for the units below by reading the filings of all rounds.
    """
    ranges = []
    for child in children:
        ranges += [child.pk, child.path, path_end(child.path)]
    marks = ", ".join(["(%s, %s, %s)"] * len(children))
    table = connection.ops.quote_name(Filing._meta.db_table)
    text = (
        f"WITH below (id, first, after) AS (VALUES {marks}) "
        "SELECT below.id, f.status, COUNT(*) "
        f"FROM below JOIN {table} f ON f.path >= below.first AND f.path < below.after "
        "WHERE f.round_id = %s AND f.level = %s GROUP BY 1, 2"
    )
    return text, [*ranges, filing.round_id, Level.COMMUNITY.value]
