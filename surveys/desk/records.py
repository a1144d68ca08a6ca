"""All records of a filing and of the one before in one query, in the shape the entry screens judge them by."""

from decimal import Decimal

from django.db.models import Value
from django.db.models.functions import JSONObject

from surveys.entry.stored import Stored
from surveys.fields import AmountField


class Loaded(Stored):
    """A section of a filing whose records were fetched with those of all others."""

    def __init__(self, section, filing, remarks, records):
        self.records = records
        super().__init__(section, filing, remarks)

    def fetched(self):
        return self.records


def load(filing, remarks):
    """{section name: Loaded} of the sections this filing reports; one query."""
    sections = [section for section in filing.round.sections if filing.level in section.levels]
    filings = [pk for pk in (filing.pk, filing.previous_id) if pk]
    records = {section.name: [] for section in sections}
    queries = [rows_of(section, filings) for section in sections]
    for name, pk, owner, values in sorted(queries[0].union(*queries[1:], all=True), key=lambda row: row[1]):
        records[name].append({"pk": pk, "filing_id": owner, **values})
    return {each.name: Loaded(each, filing, remarks, exact(each, records[each.name])) for each in sections}


def rows_of(section, filings):
    """The records of one section as (section, id, filing, values)."""
    data = JSONObject(**{name: name for name in names(section)})
    rows = section.model.objects.filter(filing__in=filings).order_by()
    return rows.annotate(section_name=Value(section.name), data=data).values_list(
        "section_name", "pk", "filing_id", "data"
    )


def names(section):
    return [column.name for column in section.own_columns if column.name != section.covers]


def exact(section, records):
    """Amounts came as floating numbers and are decimals again: 0.1 + 0.2 is 0.3."""
    amounts = [name for name in names(section) if isinstance(section.field(name), AmountField)]
    for record in records:
        for name in amounts:
            if record[name] is not None:
                record[name] = Decimal(str(record[name]))
    return records
