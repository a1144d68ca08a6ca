"""Sections in bulk: last round's records carried forward, an upload's rows written,
changed and taken back.

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
TRAIL_COLUMNS = "at by_id name role address verb source what path target changes".split()


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
    """Copy the records of every filing's previous filing into the round:
    one INSERT … SELECT a section.
    """
    records, filings = quoted_table(section.model), quoted_table(Filing)
    columns = [quoted_name(field.column) for field in own_fields(section.model)]
    names = ", ".join(columns)
    values = ", ".join(f"old.{column}" for column in columns)
    copied = execute_sql(
        f"INSERT INTO {records} (filing_id, {names}) "
        f"SELECT f.id, {values} FROM {filings} f "
        f"JOIN {records} old ON old.filing_id = f.previous_id "
        "WHERE f.round_id = %s ORDER BY old.id",
        [round.pk],
    )
    if section.covers:
        carry_covers_forward(section, round)
    return copied


def carry_columns(model, columns, round, source):
    """Copy these columns alone of records with one row a filing, from round `source`,
    for who may still change them.

    Filings that have their record already keep it as it is. Returns how many records were made.
    """
    records, filings = quoted_table(model), quoted_table(Filing)
    names, values = [], []
    for field in own_fields(model):
        name = quoted_name(field.column)
        names.append(name)
        if field.column in columns:
            values.append(f"old.{name}")
        elif field.null:
            values.append("NULL")
        else:
            values.append("''")
    return execute_sql(
        f"INSERT INTO {records} (filing_id, {', '.join(names)}) "
        f"SELECT f.id, {', '.join(values)} FROM {filings} f "
        f"JOIN {records} old ON old.filing_id = f.previous_id "
        f"JOIN {filings} last ON last.id = f.previous_id AND last.round_id = %s "
        "WHERE f.round_id = %s AND f.status IN ('draft', 'returned') "
        f"AND NOT EXISTS (SELECT 1 FROM {records} own WHERE own.filing_id = f.id) "
        "ORDER BY old.id",
        [source.pk, round.pk],
    )


def own_fields(model):
    """The stored fields of a record but for its id and its filing."""
    fields = model._meta.concrete_fields
    return [field for field in fields if field.name not in ("id", "filing")]


def carry_covers_forward(section, round):
    """Copy the many-to-many rows of carried records.

    They lead from the record and the filing of the earlier round to their namesakes of this one.
    """
    through = section.model._meta.get_field(section.covers).remote_field.through
    links, records, filings = map(quoted_table, (through, section.model, Filing))
    mine, theirs = map(quoted_name, covers_columns(section))
    keys = [quoted_name(key) for key in section.key]
    matches = []
    for key in keys:
        matches.append(f"new.{key} = old.{key}")
    same_key = " AND ".join(matches)
    execute_sql(
        f"INSERT INTO {links} ({mine}, {theirs}) "
        f"SELECT new.id, covered.id FROM {links} link "
        f"JOIN {records} old ON old.id = link.{mine} "
        f"JOIN {filings} host ON host.previous_id = old.filing_id AND host.round_id = %s "
        f"JOIN {records} new ON new.filing_id = host.id AND {same_key} "
        f"JOIN {filings} covered ON covered.previous_id = link.{theirs} "
        "AND covered.round_id = %s",
        [round.pk, round.pk],
    )


def covers_columns(section):
    """The two columns of the table behind `covers`: to the record, to the filing covered."""
    field = section.model._meta.get_field(section.covers)
    return f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"


def covered_by(section, filings):
    """{record: the filings it covers} for the records of these filings."""
    to_record, _ = covers_columns(section)
    return coverage_by_record(section, f"{to_record.removesuffix('_id')}__filing__in", filings)


def covered_records(section, records):
    """{record: the filings it covers} for these records."""
    to_record, _ = covers_columns(section)
    return coverage_by_record(section, f"{to_record}__in", records)


def coverage_by_record(section, lookup, ids):
    through = section.model._meta.get_field(section.covers).remote_field.through
    found = defaultdict(set)
    for part in bulk.in_chunks(ids):
        links = through.objects.filter(**{lookup: part})
        for record, filing in links.values_list(*covers_columns(section)):
            found[record].add(filing)
    return found


def insert_records(section, names, rows):
    """Insert (filing, *values of `names`) as new records,
    all other columns as the model's default; their ids.
    """
    fields = [section.field(field) for field in names]
    given = {"id", "filing", *names}
    rest = [field for field in section.model._meta.concrete_fields if field.name not in given]
    defaults = tuple(field.get_default() for field in rest)
    ids = list(bulk.reserve_ids(section.model, len(rows)))
    columns = ["id", "filing_id", *(field.column for field in [*fields, *rest])]
    records = [(pk, *row, *defaults) for pk, row in zip(ids, rows, strict=True)]
    bulk.insert_rows(section.model, columns, records)
    return ids


def insert_covers(section, pairs):
    """Insert (record, filing covered)."""
    through = section.model._meta.get_field(section.covers).remote_field.through
    bulk.insert_rows(through, covers_columns(section), pairs)


def replace_covers(section, wanted):
    """Make {record: filings} true: what is there and not wanted goes,
    what is wanted and not there comes.
    """
    through = section.model._meta.get_field(section.covers).remote_field.through
    mine, theirs = covers_columns(section)
    missing = set()
    for record, filings in wanted.items():
        missing.update((record, filing) for filing in filings)
    for part in bulk.in_chunks(wanted):
        there = through.objects.filter(**{f"{mine}__in": part}).values_list("pk", mine, theirs)
        stored = {(record, filing): pk for pk, record, filing in there}
        unwanted = [pk for pair, pk in stored.items() if pair not in missing]
        through.objects.filter(pk__in=unwanted).delete()
        missing -= stored.keys()
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
    """PostgreSQL: the new values by COPY into a table of this transaction,
    then one UPDATE … FROM it.
    """
    names, temporary = ", ".join(map(quoted_name, columns)), "changed_records"
    assignments = []
    for column in columns:
        assignments.append(f"{quoted_name(column)} = new.{quoted_name(column)}")
    sets = ", ".join(assignments)
    execute_sql(
        f"CREATE TEMP TABLE {temporary} AS "
        f"SELECT {names}, id FROM {quoted_table(model)} WITH NO DATA"
    )
    with connection.cursor() as cursor:
        bulk.copy_rows(cursor, f"{temporary} ({names}, id)", rows)
    execute_sql(
        f"UPDATE {quoted_table(model)} old SET {sets} FROM {temporary} new WHERE old.id = new.id"
    )
    execute_sql(f"DROP TABLE {temporary}")


def insert_lines(first, lines):
    """Write the trail's line `first`, and one like it from a workbook for each (what, path,
    target, changes).

    At a tenth of what `accounts.audit.write_entries` takes:
    an upload leaves a line in thousands of filings.
    """
    when = connection.ops.adapt_datetimefield_value(timezone.now())
    same = (when, first.by_id, first.name, first.role, first.address, first.verb)
    own = (first.source, first.what, first.path, first.target, changes_json(first.changes))
    rows = [(*same, *own)]
    for what, path, target, changes in lines:
        source = AuditSource.WORKBOOK.value
        rows.append((*same, source, what[:200], path, target, changes_json(changes)))
    bulk.insert_rows(AuditEntry, TRAIL_COLUMNS, rows)


def changes_json(changes):
    return json.dumps(changes, ensure_ascii=False)
