"""Sections in bulk: last round's records carried forward, an upload's rows written, changed and taken back.

Only SQL that the ORM cannot say stands here; names come from model metadata, values are parameters.
"""

from django.db import connection

from surveys.models import Filing


def name(text):
    return connection.ops.quote_name(text)


def table(model):
    return name(model._meta.db_table)


def run(statement, parameters=()):
    """Execute one statement; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def carry_forward(section, round):
    """Copy the records of every filing's previous filing into the round: one INSERT … SELECT a section."""
    columns = [field.column for field in section.model._meta.concrete_fields if field.name not in ("id", "filing")]
    names = ", ".join(map(name, columns))
    values = ", ".join(f"old.{name(column)}" for column in columns)
    copied = run(
        f"INSERT INTO {table(section.model)} (filing_id, {names}) "  # noqa: S608
        f"SELECT f.id, {values} FROM {table(Filing)} f "
        f"JOIN {table(section.model)} old ON old.filing_id = f.previous_id WHERE f.round_id = %s ORDER BY old.id",
        [round.pk],
    )
    if section.covers:
        carry_covers_forward(section, round)
    return copied


def carry_covers_forward(section, round):
    """The many-to-many rows of carried records, from the old record and filing to their namesakes of this round."""
    through = section.model._meta.get_field(section.covers).remote_field.through
    mine, theirs = ends(section)
    same = " AND ".join(f"new.{name(key)} = old.{name(key)}" for key in section.key)
    run(
        f"INSERT INTO {table(through)} ({name(mine)}, {name(theirs)}) "  # noqa: S608
        f"SELECT new.id, covered.id FROM {table(through)} link "
        f"JOIN {table(section.model)} old ON old.id = link.{name(mine)} "
        f"JOIN {table(Filing)} host ON host.previous_id = old.filing_id AND host.round_id = %s "
        f"JOIN {table(section.model)} new ON new.filing_id = host.id AND {same} "
        f"JOIN {table(Filing)} covered ON covered.previous_id = link.{name(theirs)} AND covered.round_id = %s",
        [round.pk, round.pk],
    )


def ends(section):
    """The two columns of the table behind `covers`: to the record, to the filing covered."""
    field = section.model._meta.get_field(section.covers)
    return f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
