"""All records of a filing and of the one before in one query, shaped as section states."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Value
from django.db.models.functions import JSONObject

from surveys.entry.cells import SINGLE_ROW
from surveys.entry.section_state import SectionState, filings_looked_at
from surveys.extras import round_sections
from surveys.fields import AmountField


class LoadedSection(SectionState):
    """A section of a filing whose records were fetched with those of all `others`."""

    def __init__(self, section, filing, remarks, records, others):
        self.records, self.others = records, others
        super().__init__(section, filing, remarks)

    def fetched(self):
        return self.records

    def elsewhere(self, section, field):
        other = self.others.get(section)
        if other:
            return other.rows.get(SINGLE_ROW, {}).get(field)
        return None


def load_sections(filing, remarks, records=None):
    """{section name: LoadedSection} of the sections this filing reports.

    `records` are those fetched for several filings at once; one query without them.
    """
    if records is None:
        records = fetch_records(filing.round, [filing])
    return sections_from_records(filing, remarks, records)


def sections_from_records(filing, remarks, records):
    """{section name: LoadedSection} of one filing, out of what was fetched for several."""
    made = {}
    for section in round_sections(filing.round):
        if filing.level in section.levels:
            mine = records_concerning(section, filing, records[section.name])
            made[section.name] = LoadedSection(section, filing, remarks, mine, made)
    return made


def records_concerning(section, filing, rows):
    """Its own records, those of the round before and those beside it, each with its owner."""
    near = {filing.pk, filing.previous_id}
    records = []
    for pk, owner, parent, values in rows:
        is_beside = section.single and parent == filing.parent_id
        if owner in near or is_beside:
            records.append({"pk": pk, "filing_id": owner, **values})
    return restore_decimals(section, records)


def fetch_records(round, filings, also=()):
    """{section name: rows} of several filings of a round, those before and those beside them;
    one query.

    `also` are querysets read along, each row with `section_name`, the filing it is `about`,
    and `data`.
    """
    levels = {filing.level for filing in filings}
    sections = []
    for section in round_sections(round):
        if levels & {*section.levels}:
            sections.append(section)
    records = defaultdict(list, {section.name: [] for section in sections})
    queries = [record_rows(section, filings_looked_at(section, filings)) for section in sections]
    for rows in also:
        queries.append(rows.values_list("section_name", "pk", "about", "filing__parent_id", "data"))
    for name, pk, owner, parent, values in sorted(
        queries[0].union(*queries[1:], all=True), key=lambda row: row[1]
    ):
        records[name].append((pk, owner, parent, values))
    return records


def record_rows(section, filings):
    """The records of one section as (section, id, filing, the filing above, values)."""
    pairs = {}
    for name in stored_column_names(section):
        pairs[name] = name
    data = JSONObject(**pairs)
    rows = section.model.objects.filter(filing__in=filings).order_by()
    rows = rows.annotate(section_name=Value(section.name), data=data)
    return rows.values_list("section_name", "pk", "filing_id", "filing__parent_id", "data")


def stored_column_names(section):
    names = []
    for column in section.own_columns:
        if column.name != section.covers:
            names.append(column.name)
    return names


def restore_decimals(section, records):
    """Amounts came as floating numbers and are decimals again: 0.1 + 0.2 is 0.3."""
    amounts = []
    for name in stored_column_names(section):
        if isinstance(section.field(name), AmountField):
            amounts.append(name)
    for record in records:
        for name in amounts:
            if record[name] is not None:
                record[name] = Decimal(str(record[name]))
    return records
