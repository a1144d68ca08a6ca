"""Sections in bulk: last round's records carried forward, an upload's rows written, changed and taken back.

Only SQL that the ORM cannot say stands here; names come from model metadata, values are parameters.
"""

import json
from collections import defaultdict

from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry, AuditSource
from communities import bulk
from surveys.models import Filing

FEW = 200


def quoted_name(text):
    return connection.ops.quote_name(text)


def quoted_table(model):
    return quoted_name(model._meta.db_table)


def execute_sql(statement, parameters=()):
    """Execute one statement; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def carry_forward(section, round):
    """Copy the records of every filing's previous filing into the round: one INSERT … SELECT a section."""
    columns = [
        field.column
        for field in section.model._meta.concrete_fields
        if field.name not in ("id", "filing")
    ]
    names = ", ".join(map(quoted_name, columns))
    values = ", ".join(f"old.{quoted_name(column)}" for column in columns)
    copied = execute_sql(
        f"INSERT INTO {quoted_table(section.model)} (filing_id, {names}) "
        f"SELECT f.id, {values} FROM {quoted_table(Filing)} f "
        f"JOIN {quoted_table(section.model)} old ON old.filing_id = f.previous_id WHERE f.round_id = %s ORDER BY old.id",
        [round.pk],
    )
    if section.covers:
        carry_covers_forward(section, round)
    return copied


def carry_columns(model, columns, round, source):
    """Copy only these columns of records with one row a filing, from round `source`, for who may still change them.

    Filings that have their record already keep it as it is.
    """
    fields = [field for field in model._meta.concrete_fields if field.name not in ("id", "filing")]
    blanks = {field.column: "NULL" if field.null else "''" for field in fields}
    values = [
        f"old.{quoted_name(column)}" if column in columns else blank
        for column, blank in blanks.items()
    ]
    return execute_sql(
        f"INSERT INTO {quoted_table(model)} (filing_id, {', '.join(map(quoted_name, blanks))}) "
        f"SELECT f.id, {', '.join(values)} FROM {quoted_table(Filing)} f JOIN {quoted_table(model)} old ON old.filing_id = f.previous_id "
        f"JOIN {quoted_table(Filing)} last ON last.id = f.previous_id AND last.round_id = %s "
        f"WHERE f.round_id = %s AND f.status IN ('draft', 'returned') "
        f"AND NOT EXISTS (SELECT 1 FROM {quoted_table(model)} own WHERE own.filing_id = f.id) ORDER BY old.id",
        [source.pk, round.pk],
    )


def carry_covers_forward(section, round):
    """The many-to-many rows of carried records, from the old record and filing to their namesakes of this round."""
    through = section.model._meta.get_field(section.covers).remote_field.through
    mine, theirs = covers_columns(section)
    same = " AND ".join(f"new.{quoted_name(key)} = old.{quoted_name(key)}" for key in section.key)
    execute_sql(
        f"INSERT INTO {quoted_table(through)} ({quoted_name(mine)}, {quoted_name(theirs)}) "
        f"SELECT new.id, covered.id FROM {quoted_table(through)} link "
        f"JOIN {quoted_table(section.model)} old ON old.id = link.{quoted_name(mine)} "
        f"JOIN {quoted_table(Filing)} host ON host.previous_id = old.filing_id AND host.round_id = %s "
        f"JOIN {quoted_table(section.model)} new ON new.filing_id = host.id AND {same} "
        f"JOIN {quoted_table(Filing)} covered ON covered.previous_id = link.{quoted_name(theirs)} AND covered.round_id = %s",
        [round.pk, round.pk],
    )


def covers_columns(section):
    """The two columns of the table behind `covers`: to the record, to the filing covered."""
    field = section.model._meta.get_field(section.covers)
    return f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"


def covered_by(section, filings):
    """{record: the filings it covers} for the records of these filings."""
    return coverage_by_record(
        section, f"{covers_columns(section)[0].removesuffix('_id')}__filing__in", filings
    )


def covered_records(section, records):
    """{record: the filings it covers} for these records."""
    return coverage_by_record(section, f"{covers_columns(section)[0]}__in", records)


def coverage_by_record(section, lookup, ids):
    through = section.model._meta.get_field(section.covers).remote_field.through
    found = defaultdict(set)
    for part in bulk.in_chunks(ids):
        for record, filing in through.objects.filter(**{lookup: part}).values_list(
            *covers_columns(section)
        ):
            found[record].add(filing)
    return found


def insert_records(section, names, rows):
    """Insert (filing, *values of `names`) as new records, all other columns as the model's default; their ids."""
    fields = [section.field(field) for field in names]
    given = {"id", "filing", *names}
    rest = [field for field in section.model._meta.concrete_fields if field.name not in given]
    defaults = tuple(field.get_default() for field in rest)
    ids = list(bulk.reserve_ids(section.model, len(rows)))
    columns = ["id", "filing_id", *(field.column for field in [*fields, *rest])]
    bulk.insert_rows(
        section.model, columns, [(pk, *row, *defaults) for pk, row in zip(ids, rows, strict=True)]
    )
    return ids


def insert_covers(section, pairs):
    """Insert (record, filing covered)."""
    through = section.model._meta.get_field(section.covers).remote_field.through
    bulk.insert_rows(through, covers_columns(section), pairs)


def replace_covers(section, wanted):
    """Make {record: filings} true: what is there and not wanted goes, what is wanted and not there comes."""
    through = section.model._meta.get_field(section.covers).remote_field.through
    mine, theirs = covers_columns(section)
    missing = {(record, filing) for record, filings in wanted.items() for filing in filings}
    for part in bulk.in_chunks(wanted):
        there = through.objects.filter(**{f"{mine}__in": part}).values_list("pk", mine, theirs)
        there = {(record, filing): pk for pk, record, filing in there}
        through.objects.filter(
            pk__in=[pk for pair, pk in there.items() if pair not in missing]
        ).delete()
        missing -= there.keys()
    insert_covers(section, sorted(missing))


def update_records(section, names, rows):
    """Update by id; each row is (*values of `names`, id)."""
    columns = [section.field(field).column for field in names]
    if not rows or not columns:
        return
    if connection.vendor == "postgresql" and len(rows) > FEW:
        update_by_copy(section.model, columns, rows)
    else:
        bulk.update_rows(section.model, columns, rows)


def update_by_copy(model, columns, rows):
    """PostgreSQL: the new values by COPY into a table of this transaction, then one UPDATE … FROM it."""
    names, temporary = ", ".join(map(quoted_name, columns)), "changed_records"
    sets = ", ".join(f"{quoted_name(column)} = new.{quoted_name(column)}" for column in columns)
    execute_sql(
        f"CREATE TEMP TABLE {temporary} AS SELECT {names}, id FROM {quoted_table(model)} WITH NO DATA"
    )
    with connection.cursor() as cursor:
        bulk.copy_rows(cursor, f"{temporary} ({names}, id)", rows)
    execute_sql(
        f"UPDATE {quoted_table(model)} old SET {sets} FROM {temporary} new WHERE old.id = new.id"
    )
    execute_sql(f"DROP TABLE {temporary}")


def insert_lines(first, lines):
    """Write the trail's line `first`, and one like it from a workbook for each (what, path, target, changes).

    At a tenth of what `accounts.audit.write_entries` takes: an upload leaves a line in thousands of filings.
    """
    when = connection.ops.adapt_datetimefield_value(timezone.now())
    same = (when, first.by_id, first.name, first.role, first.address, first.verb)
    own = (first.source, first.what, first.path, first.target, changes_json(first.changes))
    rows = (
        (AuditSource.WORKBOOK.value, what[:200], path, target, changes_json(changes))
        for what, path, target, changes in lines
    )
    columns = (
        "at",
        "by_id",
        "name",
        "role",
        "address",
        "verb",
        "source",
        "what",
        "path",
        "target",
        "changes",
    )
    bulk.insert_rows(AuditEntry, columns, [(*same, *row) for row in (own, *rows)])


def changes_json(changes):
    return json.dumps(changes, ensure_ascii=False)
