"""Many rows in and out of a table at the speed of the database: COPY on PostgreSQL, executemany on SQLite.

Model objects through bulk_create cost five to six times as much. Values must be what the column stores.
"""

import io

from django.db import connection

BATCH = 20_000


def reserve_ids(model, count):
    """`count` new ids, for rows whose columns contain their own id; call it inside the transaction that inserts."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            (sequence,) = (
                cursor.fetchone()
            )  # asked within the next statement it is looked up for every number
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
            return [row[0] for row in cursor.fetchall()]
        # BEGIN IMMEDIATE holds the write lock. The sequence, not max(id): a deleted unit's id is not used again.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
    return range(last + 1, last + 1 + count)


def insert_rows(model, columns, rows):
    """Insert tuples in the order of `columns` (column names)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copy_rows(cursor, model._meta.db_table, columns, rows)
        else:
            marks = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {insert_target(model, columns)} VALUES ({marks})"  # noqa: S608
            cursor.executemany(statement, rows)


def update_rows(model, columns, rows):
    """Update by id; each tuple holds the values of `columns` and then the id."""
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(column)} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE id = %s", rows)  # noqa: S608


def copy_rows(cursor, table, columns, rows):
    """COPY in batches, so that a nation's rows are never one string in memory."""
    names = ", ".join(map(connection.ops.quote_name, columns))
    statement = f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN"
    for start in range(0, len(rows), BATCH):
        lines = "".join(
            "\t".join(map(copy_text, row)) + "\n" for row in rows[start : start + BATCH]
        )
        cursor.copy_expert(statement, io.StringIO(lines))


def copy_text(value):
    """A value in COPY's text form."""
    if value is None:
        return r"\N"
    text = str(value)
    for character, escaped in (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r")):
        if character in text:
            text = text.replace(character, escaped)
    return text


def analyze_table(model, *columns):
    """Tell PostgreSQL what a table holds by now, after many rows came in: until its own look a minute or so later it
    takes a new round for one row, and loops over thousands for each of thousands. `columns` are those that choose rows.
    """
    if connection.vendor == "postgresql":
        quote = connection.ops.quote_name
        names = ", ".join(map(quote, columns))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {quote(model._meta.db_table)} ({names})")


def insert_target(model, columns):
    """`"table" ("a", "b")`"""
    quote = connection.ops.quote_name
    return f"{quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"


def in_chunks(values, size=5_000):
    """Slices small enough for one IN (…)."""
    values = list(values)
    return (values[start : start + size] for start in range(0, len(values), size))
