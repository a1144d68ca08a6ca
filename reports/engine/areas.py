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
def frame(approved, vendor):
    """The INSERT … SELECT with gaps for the filings; `vendor` keeps the texts for two databases apart.

    With `approved` it adds up approved filings only, an upper unit's own among them.
    """
    quote = connection.ops.quote_name
    names = [quote(name) for name in all_measures()]
    lacking = [quote(f"no_{name}") for name in all_measures()]
    functions = [measure.rollup.upper() for measure in all_measures().values()]
    columns = ", ".join(["filing_id", "approved", *names, *lacking])
    flag = str(approved).upper()
    sums = [f"{function}({name})" for function, name in zip(functions, names, strict=True)]
    sums += [f"SUM({name})" for name in lacking]
    measures, areas, filings = (
        quote(model._meta.db_table) for model in (Measures, AreaMeasures, Filing)
    )
    own = ", ".join([*names, *(f"0 AS {name}" for name in lacking)])
    blanks = zip(names, lacking, strict=True)
    community = ", ".join(
        [*names, *(f"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END AS {no}" for name, no in blanks)]
    )
    area = ", ".join(f"a.{name}" for name in [*names, *lacking])
    updates = ", ".join(f"{name} = excluded.{name}" for name in [*names, *lacking])
    passed = f"AND EXISTS (SELECT 1 FROM {filings} f WHERE f.id = filing_id AND f.status = '{Status.APPROVED.value}')"
    only = passed if approved else ""
    return (
        f"INSERT INTO {areas} ({columns}) SELECT target, {flag}, {', '.join(sums)} FROM ("
        f"SELECT filing_id AS target, {own} FROM {measures} WHERE filing_id IN ({{filings}}) {only} "
        f"UNION ALL SELECT parent_id, {community} FROM {measures} "
        f"WHERE parent_id IN ({{filings}}) AND level >= {Level.COMMUNITY.value} {only} "
        f"UNION ALL SELECT f.parent_id, {area} FROM {areas} a JOIN {filings} f ON f.id = a.filing_id "
        f"WHERE f.parent_id IN ({{filings}}) AND a.approved = {flag}) below "
        f"GROUP BY target ON CONFLICT (filing_id, approved) DO UPDATE SET {updates}"
    )


def roll_up(filings):
    """Write the area measures of these upper filings anew, from their own measures and what stands below them.

    Where nothing below is approved there is no row of approved ones.
    """
    marks = ", ".join(["%s"] * len(filings))
    AreaMeasures.objects.filter(filing__in=filings, approved=True).delete()
    with connection.cursor() as cursor:
        for approved in (False, True):
            cursor.execute(frame(approved, connection.vendor).format(filings=marks), [*filings] * 3)
