"""Measures are written by one INSERT … SELECT: each section's rows aggregated by filing, joined to the filings.

The pieces are query sets compiled by Django; only the frame around them is ours. Their text is kept, for compiling
some 150 aggregates takes longer than counting the rows of one filing.
"""

from functools import lru_cache

from django.db import connection

from communities.bulk import in_chunks
from reports.engine.measures import all_measures, all_sources
from reports.models import Measures
from surveys.models import Filing

COPIED = ("round_id", "parent_id", "level", "kind", "governance", "path")
# PostgreSQL puts a part that is used once into the join, and then may count it once a filing: 70 s instead of 0.1 where
# the statistics of tables still say they are empty, as in a city's first import. SQLite does not, and before 3.35 has no
# such word.
ONCE = {"postgresql": "MATERIALIZED ", "sqlite": ""}
CHOSEN = -987_654_321  # stands for the filings in a kept text; no filing has this id
# The filings as one parameter: thousands of numbers in the text cost PostgreSQL a third of the work, ten times over.
AMONG = {
    "postgresql": "= ANY (CAST(%s AS bigint[]))",
    "sqlite": "IN (SELECT value FROM json_each(%s))",
}


def compiled(source, vendor):
    """One source over chosen filings: its SQL with AMONG in it, and the parameters before and after the filings."""
    rows = source.rows().order_by().filter(**{f"{source.filing}__in": [CHOSEN]})
    aggregates = {f"m_{measure.name}": measure.expression for measure in source.measures}
    sql, parameters = rows.values_list(source.filing).annotate(**aggregates).query.sql_with_params()
    at = parameters.index(CHOSEN)
    pieces = sql.split("%s")
    before, after = "%s".join(pieces[: at + 1]), "%s".join(pieces[at + 1 :])
    text = before.removesuffix("IN (") + AMONG[vendor] + after.removeprefix(")")
    return text, parameters[:at], parameters[at + 1 :]


@lru_cache(maxsize=2)
def statement(vendor):
    """The whole statement and its parameters, CHOSEN where the filings go; `vendor` keeps two databases apart."""
    tables, parameters = [], []
    for number, source in enumerate(all_sources()):
        text, before, after = compiled(source, vendor)
        heads = ", ".join(f"c{at}" for at in range(len(source.measures) + 1))
        tables.append(f"s{number} ({heads}) AS {ONCE[vendor]}({text})")
        parameters += [*before, CHOSEN, *after]
    return f"WITH {', '.join(tables)} {insertion(vendor)}", [*parameters, CHOSEN]


def insertion(vendor):
    """What is done with the sources, each joined to the chosen filings."""
    quote = connection.ops.quote_name
    sources = all_sources()
    selected = [
        f"s{n}.c{at}"
        for n, source in enumerate(sources)
        for at in range(1, len(source.measures) + 1)
    ]
    columns = ["filing_id", *COPIED, *all_measures()]
    values = ["f.id", *(f"f.{name}" for name in COPIED), *selected]
    joins = " ".join(
        f"LEFT JOIN s{number} ON s{number}.c0 = f.id" for number in range(len(sources))
    )
    updates = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in columns[1:])
    return (
        f"INSERT INTO {quote(Measures._meta.db_table)} ({', '.join(map(quote, columns))}) "
        f"SELECT {', '.join(values)} FROM {quote(Filing._meta.db_table)} f {joins} WHERE f.id {AMONG[vendor]} "
        f"ON CONFLICT (filing_id) DO UPDATE SET {updates}"
    )


def refresh_measures(filings):
    """Count the measures of these filings (a queryset, or ids) anew, in the caller's transaction.

    Some thousands at a time: a join of many parts gets slow out of all proportion where PostgreSQL takes each for small.
    """
    ids = filings.order_by().values_list("pk", flat=True) if hasattr(filings, "query") else filings
    for part in in_chunks(ids):
        count_measures(part)


def count_measures(ids):
    text, parameters = statement(connection.vendor)
    chosen = listed(ids)
    with connection.cursor() as cursor:
        cursor.execute(text, [chosen if value == CHOSEN else value for value in parameters])


def listed(ids):
    """Ids as the one parameter AMONG takes."""
    numbers = ", ".join(map(str, ids))
    return f"{{{numbers}}}" if connection.vendor == "postgresql" else f"[{numbers}]"
