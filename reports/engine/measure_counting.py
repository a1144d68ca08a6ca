"""Measures are written by one INSERT … SELECT: each section's rows aggregated by filing, joined to the filings.

The pieces are query sets compiled by Django; only the frame around them is ours. Their text is kept, for compiling
some 150 aggregates takes longer than counting the rows of one filing.
"""

from functools import lru_cache

from django.db import connection

from communities.bulk import in_chunks
from reports.engine.measures import all_measures, all_sources
from reports.engine.sql_template import ANY_OF_IDS, CHOSEN, SqlTemplate, ids_parameter
from reports.models import Measures
from surveys.models import Filing

COPIED = ("round_id", "parent_id", "level", "kind", "governance", "path")
# PostgreSQL puts a part that is used once into the join, and then may count it once a filing: 70 s instead of 0.1 where
# the statistics of tables still say they are empty, as in a city's first import. SQLite does not, and before 3.35 has no
# such word.
ONCE = {"postgresql": "MATERIALIZED ", "sqlite": ""}


def source_template(source, vendor: str) -> SqlTemplate:
    """One source counted by filing, over the filings given as one parameter."""
    rows = source.rows().order_by().filter(**{f"{source.filing}__in": [CHOSEN]})
    aggregates = {f"m_{measure.name}": measure.expression for measure in source.measures}
    counted = rows.values_list(source.filing).annotate(**aggregates)
    return SqlTemplate.of(counted).taking_ids(vendor)


@lru_cache(maxsize=2)
def counting_template(vendor: str) -> SqlTemplate:
    """The whole statement; the filings stand in it as CHOSEN, once for each source and once more."""
    tables, parameters = [], []
    for number, source in enumerate(all_sources()):
        template = source_template(source, vendor)
        heads = ", ".join(f"c{place}" for place in range(len(source.measures) + 1))
        tables.append(f"s{number} ({heads}) AS {ONCE[vendor]}({template.text})")
        parameters.extend(template.parameters)
    text = f"WITH {', '.join(tables)} {insertion_sql(vendor)}"
    return SqlTemplate(text, (*parameters, CHOSEN))


def insertion_sql(vendor: str) -> str:
    """What is done with the sources, each joined to the chosen filings."""
    quote = connection.ops.quote_name
    measures, filings = quote(Measures._meta.db_table), quote(Filing._meta.db_table)
    columns = [quote(name) for name in ("filing_id", *COPIED, *all_measures())]
    values = ["f.id", *(f"f.{name}" for name in COPIED)]
    joins = []
    for number, source in enumerate(all_sources()):
        joins.append(f"LEFT JOIN s{number} ON s{number}.c0 = f.id")
        for place in range(1, len(source.measures) + 1):
            values.append(f"s{number}.c{place}")
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    return (
        f"INSERT INTO {measures} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {filings} f {' '.join(joins)} WHERE f.id {ANY_OF_IDS[vendor]} "
        f"ON CONFLICT (filing_id) DO UPDATE SET {updates}"
    )


def count_measures(filings) -> None:
    """Count the measures of these filings (a queryset, or ids) anew, in the caller's transaction.

    Some thousands at a time: a join of many parts gets slow out of all proportion where PostgreSQL takes each for small.
    """
    ids = filings
    if hasattr(filings, "query"):
        ids = filings.order_by().values_list("pk", flat=True)
    template = counting_template(connection.vendor)
    with connection.cursor() as cursor:
        for part in in_chunks(ids):
            chosen = ids_parameter(part, connection.vendor)
            cursor.execute(template.text, template.filled({CHOSEN: chosen}))
