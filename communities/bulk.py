"""Many rows into a table at the speed of the database: COPY on PostgreSQL, executemany on SQLite.

Model objects through bulk_create cost five to six times as much. Values must be what the column
stores.
"""

import io

from django.db import connection

BATCH = 20_000
COPY_ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))


def reserve_ids(model, count):
    """Return `count` new ids, for rows whose columns contain their own id.

    Call it inside the transaction that inserts.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return ids_from_sequence(cursor, table, count)
        last = last_id(cursor, table)
    return range(last + 1, last + 1 + count)


def ids_from_sequence(cursor, table, count):
    # Asked within the next statement, the sequence would be looked up for every number.
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    (sequence,) = cursor.fetchone()
    cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
    return [pk for (pk,) in cursor.fetchall()]


def last_id(cursor, table):
    """Return the last id SQLite gave out: not max(id), for a deleted unit's id is not used again.

    BEGIN IMMEDIATE holds the write lock meanwhile.
    """
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    (last,) = cursor.fetchone() or [0]
    return last


def insert_rows(model, columns, rows):
    """Insert tuples in the order of `columns` (column names)."""
    target = f"{quote(model._meta.db_table)} ({quote_all(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copy_rows(cursor, target, rows)
        else:
            marks = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {target} VALUES ({marks})"  # noqa: S608
            cursor.executemany(statement, rows)


def update_rows(model, columns, rows):
    """Update by id; each tuple holds the values of `columns` and then the id."""
    assignments = ", ".join([f"{quote(column)} = %s" for column in columns])
    table = quote(model._meta.db_table)
    statement = f"UPDATE {table} SET {assignments} WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def copy_rows(cursor, target, rows):
    """COPY in batches, so that a nation's rows are never one string in memory."""
    statement = f"COPY {target} FROM STDIN"
    for start in range(0, len(rows), BATCH):
        lines = [copy_line(row) for row in rows[start : start + BATCH]]
        cursor.copy_expert(statement, io.StringIO("".join(lines)))


def copy_line(row):
    return "\t".join([copy_text(value) for value in row]) + "\n"


def copy_text(value):
    """Return a value in COPY's text form."""
    if value is None:
        return r"\N"
    text = str(value)
    for character, escaped in COPY_ESCAPES:  # str.translate takes four times as long
        if character in text:
            text = text.replace(character, escaped)
    return text


def analyze_table(model, *columns):
    """Tell PostgreSQL what a table holds by now, after many rows came in.

    Until its own look a minute or so later it takes a new round for one row, and loops over
    thousands for each of thousands. `columns` are those that choose rows.
    """
    if connection.vendor == "postgresql":
        statement = f"ANALYZE {quote(model._meta.db_table)} ({quote_all(columns)})"
        with connection.cursor() as cursor:
            cursor.execute(statement)


def quote(name):
    return connection.ops.quote_name(name)


def quote_all(names):
    return ", ".join([quote(name) for name in names])


def in_chunks(values, size=5_000):
    """Yield slices small enough for one IN (…)."""
    values = list(values)
    for start in range(0, len(values), size):
        yield values[start : start + size]
