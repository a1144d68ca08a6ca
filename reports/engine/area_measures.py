"""Measures of upper units, stored: their own and those of everything below them, rolled up from the bottom.

A city's totals, shares and averages are then read from one row, however many communities it has.
"""

from functools import lru_cache

from django.db import connection

from communities.models import Level
from reports.engine.measures import all_measures
from reports.models import AreaMeasures, Measures
from surveys.models import Filing, Status


@lru_cache(maxsize=4)
def roll_up_sql(approved: bool, vendor: str) -> str:
    """The INSERT … SELECT with gaps `{filings}` for the upper filings; `vendor` keeps the texts of two databases apart.

    It adds up three kinds of rows by the filing they belong to: its own measures, those of the communities straight
    below, and the roll-ups of areas straight below. With `approved` approved filings only, an upper one's own among
    them.
    """
    quote = connection.ops.quote_name
    measures, areas = quote(Measures._meta.db_table), quote(AreaMeasures._meta.db_table)
    filings = quote(Filing._meta.db_table)
    flag = str(approved).upper()
    names = [quote(name) for name in all_measures()]
    lacking = [quote(f"no_{name}") for name in all_measures()]
    columns = [*names, *lacking]
    only = ""
    if approved:
        status = f"f.status = '{Status.APPROVED.value}'"
        only = f"AND EXISTS (SELECT 1 FROM {filings} f WHERE f.id = filing_id AND {status})"
    own = (
        f"SELECT filing_id AS target, {', '.join([*names, *none_lacking(lacking)])} "
        f"FROM {measures} WHERE filing_id IN ({{filings}}) {only}"
    )
    of_communities = (
        f"SELECT parent_id, {', '.join([*names, *one_where_blank(names, lacking)])} "
        f"FROM {measures} WHERE parent_id IN ({{filings}}) "
        f"AND level >= {Level.COMMUNITY.value} {only}"
    )
    of_areas = (
        f"SELECT f.parent_id, {', '.join(f'a.{name}' for name in columns)} "
        f"FROM {areas} a JOIN {filings} f ON f.id = a.filing_id "
        f"WHERE f.parent_id IN ({{filings}}) AND a.approved = {flag}"
    )
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO {areas} (filing_id, approved, {', '.join(columns)}) "
        f"SELECT target, {flag}, {', '.join(roll_up_columns(names, lacking))} "
        f"FROM ({own} UNION ALL {of_communities} UNION ALL {of_areas}) below "
        f"GROUP BY target ON CONFLICT (filing_id, approved) DO UPDATE SET {updates}"
    )


def none_lacking(lacking: list[str]) -> list[str]:
    """An upper unit's own row lacks nothing of a community."""
    return [f"0 AS {name}" for name in lacking]


def one_where_blank(names: list[str], lacking: list[str]) -> list[str]:
    """A community counts among those that lack a measure where it is blank."""
    pairs = zip(names, lacking, strict=True)
    return [f"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END AS {no_name}" for name, no_name in pairs]


def roll_up_columns(names: list[str], lacking: list[str]) -> list[str]:
    """Each measure by its own way of adding up, and how many communities lack it."""
    found = []
    for measure, name in zip(all_measures().values(), names, strict=True):
        found.append(f"{measure.rollup.upper()}({name})")
    return [*found, *(f"SUM({name})" for name in lacking)]


def roll_up_measures(filings: list[int]) -> None:
    """Write the area measures of these upper filings anew, from their own measures and what stands below them.

    Where nothing below is approved there is no row of approved ones.
    """
    marks = ", ".join(["%s"] * len(filings))
    AreaMeasures.objects.filter(filing__in=filings, approved=True).delete()
    with connection.cursor() as cursor:
        for approved in (False, True):
            text = roll_up_sql(approved, connection.vendor).format(filings=marks)
            cursor.execute(text, [*filings] * 3)
