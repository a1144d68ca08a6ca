"""Measures are written by one INSERT … SELECT: each section's rows aggregated by filing, joined to the filings.

The pieces are query sets compiled by Django; only the frame around them is ours.
"""

from django.db import connection

from reports.measures import all_sources
from reports.models import Measures
from surveys.models import Filing

COPIED = ("round_id", "parent_id", "level", "kind", "governance", "path")


def compiled(source, filings):
    """One source as SQL: a row per filing, the filing's id first."""
    rows = source.rows().order_by().filter(**{f"{source.filing}__in": filings})
    aggregates = {f"m_{measure.name}": measure.expression for measure in source.measures}
    return rows.values_list(source.filing).annotate(**aggregates).query.sql_with_params()


def statement(filings):
    """The INSERT … SELECT for the given filings (a queryset or ids), and its parameters."""
    quote = connection.ops.quote_name
    names, selected, joins, parameters = [], [], [], []
    for number, source in enumerate(all_sources()):
        sql, given = compiled(source, filings)
        columns = ["id", *(measure.name for measure in source.measures)]
        heads = ", ".join(quote(f"c{at}") for at in range(len(columns)))
        joins.append(f"LEFT JOIN s{number} ON s{number}.c0 = f.id")
        selected += [f"s{number}.c{at}" for at in range(1, len(columns))]
        names += columns[1:]
        parameters.append((f"s{number} ({heads}) AS ({sql})", given))
    chosen, last = Filing.objects.filter(pk__in=filings).order_by().values("pk").query.sql_with_params()
    columns = ["filing_id", *COPIED, *names]
    values = ["f.id", *(f"f.{name}" for name in COPIED), *selected]
    updates = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in columns[1:])
    text = (
        f"WITH {', '.join(sql for sql, _ in parameters)} "
        f"INSERT INTO {quote(Measures._meta.db_table)} ({', '.join(map(quote, columns))}) "
        f"SELECT {', '.join(values)} FROM {quote(Filing._meta.db_table)} f {' '.join(joins)} "
        f"WHERE f.id IN ({chosen}) "
        f"ON CONFLICT (filing_id) DO UPDATE SET {updates}"
    )
    return text, [value for _, given in parameters for value in given] + list(last)


def refresh_measures(filings):
    """Count the measures of these filings anew, in the caller's transaction."""
    text, parameters = statement(filings)
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
