"""How far each section of a filing is filled in."""

from dataclasses import dataclass

from django.db.models import Value
from django.db.models.functions import JSONObject

from surveys.extras import round_sections
from surveys.models import Remark

BLANK = (None, "")


@dataclass
class SectionProgress:
    """One line of the list of sections: how many of the answers asked for are there."""

    name: str
    label: str
    filled: int
    asked: int
    rows: int

    @property
    def complete(self):
        return bool(self.rows) and self.filled == self.asked

    @property
    def words(self):
        if self.rows:
            return f"{self.filled}/{self.asked}"
        return "未填"


def progress_of_sections(filing, remarks):
    """The sections this filing reports, in order; one query for all their records."""
    sections = []
    for section in round_sections(filing.round):
        if filing.level in section.levels:
            sections.append(section)
    if not sections:
        return []
    queries = [section_values(section, filing) for section in sections]
    found = {section.name: [] for section in sections}
    for name, values in queries[0].union(*queries[1:], all=True):
        found[name].append(values)
    return [count_section(section, found[section.name], remarks) for section in sections]


def section_values(section, filing):
    """The records of one section as (section, values)."""
    names = {column.name for column in section.own_columns if column.name != section.covers}
    rows = section.model.objects.filter(filing=filing).order_by()
    data = JSONObject(pk="pk", **{name: name for name in names})
    return rows.annotate(section_name=Value(section.name), data=data).values_list(
        "section_name", "data"
    )


def count_section(section, rows, remarks):
    """The progress of one section; 不适用 and 不详 are answers."""
    explained = set()
    for remark in remarks:
        if remark.section == section.name and explains_blank(remark):
            explained.add((remark.record_id, remark.field))
    names = asked_column_names(section)
    filled = 0
    for values in rows:
        record_id = section.pinned_record(values["pk"])
        for name in names:
            filled += values[name] not in BLANK or (record_id, name) in explained
    return SectionProgress(section.name, section.label, filled, len(rows) * len(names), len(rows))


def asked_column_names(section):
    """The columns whose answers count for the progress of a section."""
    names = []
    for column in section.own_columns:
        if column.asked and column.name != section.covers:
            names.append(column.name)
    return names


def explains_blank(remark):
    return remark.kind == Remark.Kind.REASON and not remark.value and not remark.closed_at
