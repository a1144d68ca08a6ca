"""What a workbook would change: its rows of a section against the records stored for the same
filings.

Fields the file does not carry stay untouched. A blank cell says nothing and clears nothing, unless
the file is our own pre-filled template; a cell in question keeps what is stored until the question
is answered. A record that the file leaves out is reported, never deleted.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from django.db import models
from django.db.models import Q

from communities.bulk import in_chunks
from surveys.bulk import covered_by
from surveys.fields import as_stored
from surveys.reading.result import Finding, FindingKind, no_progress
from surveys.sections import Section
from surveys.workbook.masking import same_masked

BLANK = (None, "")
ROW = re.compile(r"\d+")


@dataclass(slots=True)
class NewRecord:
    """A record to be made; `values` in the order of `names`, `pk` once it is stored."""

    filing: int
    values: tuple
    covers: frozenset
    place: tuple
    pk: int | None = None


@dataclass(slots=True)
class ChangedRecord:
    """A stored record that the file contradicts: {field: (old, new)}, covers as tuples of ids."""

    pk: int
    filing: int
    values: tuple
    fields: dict
    place: tuple


@dataclass
class SectionDifference:
    """One section of a workbook against the database.

    `names` are the stored fields the file carries, without the many-to-many one. `absent` are
    records of the same filings that the file does not mention, as (id, filing id, *values).
    `taken_for` says of each incoming row, in their order, which record it speaks of: the id of a
    stored one, a NewRecord, or None where that could not be told.
    """

    section: Section
    names: tuple[str, ...]
    new: list[NewRecord] = field(default_factory=list)
    changed: list[ChangedRecord] = field(default_factory=list)
    same: int = 0
    absent: list[tuple] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    taken_for: list[int | NewRecord | None] = field(default_factory=list)

    @property
    def counts(self):
        """How many records are new, changed, the same and absent, as `Upload.counts` keeps them."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "same": self.same,
            "absent": len(self.absent),
        }

    @property
    def filings(self):
        """The ids of the filings that would be written to."""
        return {record.filing for record in (*self.new, *self.changed)}


def workbook_differences(reading, *, clear_blanks=None, tick=no_progress):
    """{section name: SectionDifference} of a whole reading;
    our own template clears what was emptied in it.
    """
    clears = reading.ours if clear_blanks is None else clear_blanks
    questioned = questioned_cells(reading.findings) if clears else frozenset()
    total = sum(len(incoming.rows) for incoming in reading.incoming.values())
    done = 0
    differences = {}
    for name, incoming in reading.incoming.items():
        tick(f"正在与系统中的“{incoming.section.label}”核对", done, total)
        differences[name] = compare_section(incoming, clear_blanks=clears, questioned=questioned)
        done += len(incoming.rows)
    return differences


def questioned_cells(findings):
    """The cells in question as (sheet, row, section, field): blank, and yet not emptied."""
    cells = set()
    for finding in findings:
        row = ROW.search(finding.cell)
        if finding.kind == FindingKind.CELL and row:
            cells.add((finding.sheet, int(row[0]), finding.section, finding.field))
    return cells


def compare_section(incoming, *, clear_blanks=False, questioned=frozenset()):
    """The SectionDifference of one section's incoming rows and what is stored for their filings."""
    return SectionComparison(incoming, clear_blanks, questioned).compare()


class SectionComparison:
    """The work of `compare_section`: both sides by natural key, then row by row.

    An incoming row is (filing id, *values of `names`). A stored row is (id, filing id, *values of
    `names`), and ends with the tiebreak where the section has one.
    """

    def __init__(self, incoming, clear_blanks, questioned):
        self.section = incoming.section
        self.incoming = incoming
        self.clear_blanks = clear_blanks
        self.questioned = questioned
        self.names = tuple(name for name in incoming.names if self.is_stored(name))
        self.result = SectionDifference(self.section, self.names)
        self.filings = {row[0] for row in incoming.rows}

    def is_stored(self, name):
        columns = {field.name for field in self.section.model._meta.concrete_fields}
        return name in columns and name != self.section.covers

    @cached_property
    def fields(self):
        return [self.section.field(name) for name in self.names]

    @cached_property
    def personal(self):
        return {column.name for column in self.section.columns if column.personal}

    def compare(self):
        rows = self.incoming_rows()
        if not rows or not self.names:
            return self.result
        stored = self.stored_rows()
        keys, stored_keys = self.keys(rows, stored)
        known = dict(zip(stored_keys, stored, strict=True))
        self.match(rows, keys, known)
        self.result.absent = list(known.values())
        return self.result

    def incoming_rows(self):
        """The incoming rows as the database stores them, with nothing but stored fields."""
        if not self.incoming.rows:
            return []
        filings, *columns = zip(*self.incoming.rows, strict=True)
        values_of = dict(zip(self.incoming.names, columns, strict=True))
        stored = []
        for name, model_field in zip(self.names, self.fields, strict=True):
            stored.append(as_stored(model_field, values_of[name]))
        return list(zip(filings, *stored, strict=True))

    def stored_rows(self):
        """The stored rows of all records of these filings, one query per 5,000 filings."""
        records = self.section.model.objects.order_by("pk")
        columns = ["pk", "filing_id", *self.names]
        if self.section.tiebreak:
            columns.append(self.section.tiebreak)
        rows = []
        for condition in filing_conditions(self.filings):
            rows += records.filter(condition).values_list(*columns)
        return [row for row in rows if row[1] in self.filings]

    def keys(self, rows, stored):
        """The keys of the incoming and the stored rows; the tiebreak tells namesakes apart."""
        positions = [self.names.index(name) for name in self.section.key]
        incoming_key = itemgetter(0, *(at + 1 for at in positions))
        stored_key = itemgetter(1, *(at + 2 for at in positions))
        keys = [incoming_key(row) for row in rows]
        stored_keys = [stored_key(row) for row in stored]
        if not self.section.tiebreak:
            return keys, stored_keys
        self.repeated_stored = repeated_keys(stored_keys)
        repeated = repeated_keys(keys) | self.repeated_stored
        if not repeated:
            return keys, stored_keys
        stored_ties = [row[-1] for row in stored]
        return (
            add_ties(keys, self.incoming_ties(rows), repeated),
            add_ties(stored_keys, stored_ties, repeated),
        )

    def incoming_ties(self, rows):
        """The tiebreak of each incoming row, "" where the file does not carry it."""
        if self.section.tiebreak not in self.names:
            return [""] * len(rows)
        at = self.names.index(self.section.tiebreak) + 1
        return [row[at] for row in rows]

    def match(self, rows, keys, known):
        """Sort the incoming rows into new, changed and same; `known` keeps what is absent."""
        new, changed, met = {}, {}, {}
        stored_covers, given_covers = self.stored_covers(), self.given_covers()
        places, taken_for = self.incoming.places, self.result.taken_for
        for row, key, place, given in zip(rows, keys, places, given_covers, strict=True):
            old = known.pop(key, None) or met.get(key)
            met[key] = old
            if old is None:
                self.add_new(new, row, key, place, given)
                taken_for.append(new.get(key))
                continue
            taken_for.append(old[0])
            changes = self.changes(row, old, place)
            if self.section.covers:
                changes |= self.cover_changes(row[0], old[0], given, stored_covers)
            if not changes:
                self.result.same += 1
            elif old[0] in changed:
                changed[old[0]].fields |= changes
            else:
                changed[old[0]] = ChangedRecord(old[0], row[0], old[2:], changes, place)
        self.result.new = list(new.values())
        self.result.changed = list(changed.values())

    def add_new(self, new, row, key, place, given):
        """Put a row no record is stored for into `new`, unless it does not say whom it means."""
        filing, values = row[0], row[1:]
        if key in new:
            new[key].values = fill_blanks(new[key].values, values)
        elif self.is_ambiguous(key):
            self.result.findings.append(self.ambiguous_finding(row, place))
        else:
            covers = frozenset({*(given or ()), filing})
            new[key] = NewRecord(filing, self.unmasked(values, place), covers, place)

    def changes(self, row, old, place):
        """{field: (old, new)} of one record, empty where the file says nothing new."""
        values = row[1:]
        stored = old[2 : 2 + len(self.names)]
        changes = {}
        if values == stored:
            return changes
        for name, value, before in zip(self.names, values, stored, strict=True):
            if value != before and self.replaces(name, value, before, place):
                changes[name] = (before, value)
        return changes

    def cover_changes(self, filing, record, given, stored_covers):
        """The change of the filings a record covers; its own is always among them."""
        clears = given is not None and self.clear_blanks
        if not given and not clears:
            return {}
        before = stored_covers.get(record, frozenset())
        after = {*given, filing}
        if before == after:
            return {}
        return {self.section.covers: (tuple(sorted(before)), tuple(sorted(after)))}

    def replaces(self, name, value, before, place):
        """Whether a cell that differs means to: not blank, in question or a masked number."""
        if value in BLANK:
            cell = (*place, self.section.name, name)
            return self.clear_blanks and cell not in self.questioned
        if name not in self.personal or "*" not in value:
            return True
        if not same_masked(value, before):
            self.result.findings.append(self.foreign_mask(name, value, place))
        return False

    def unmasked(self, values, place):
        """The values of a new record; a masked number is left out of it, and reported."""
        for at in self.personal_positions:
            if "*" in values[at]:
                self.result.findings.append(self.foreign_mask(self.names[at], values[at], place))
                values = (*values[:at], "", *values[at + 1 :])
        return values

    @cached_property
    def personal_positions(self):
        return [at for at, name in enumerate(self.names) if name in self.personal]

    def foreign_mask(self, name, value, place):
        """The finding that a masked number does not fit the stored one; it is never stored."""
        label = self.section.label_of(name)
        return Finding(
            FindingKind.NOTE,
            f"{label}带有 *，与系统中的不符，未采用",
            "填写完整号码",
            sheet=place[0],
            cell=f"A{place[1]}",
            value=value,
            section=self.section.name,
            field=name,
        )

    def stored_covers(self):
        """{record: set of filings} stored for these filings' records."""
        return covered_by(self.section, self.filings) if self.carries_covers else {}

    @cached_property
    def carries_covers(self):
        return bool(self.section.covers) and self.section.covers in self.incoming.names

    def given_covers(self):
        """The filings each row says are covered, None where the file has no such column."""
        if not self.carries_covers:
            return [None] * len(self.incoming.rows)
        at = self.incoming.names.index(self.section.covers) + 1
        return [row[at] or () for row in self.incoming.rows]

    def is_ambiguous(self, key):
        """Whether several people of that name are stored and the row does not say which."""
        if not self.section.tiebreak:
            return False
        *name, tie = key
        return tie == "" and tuple(name) in self.repeated_stored

    def ambiguous_finding(self, row, place):
        section = self.section
        filing, *values = row
        key = key_text(section, dict(zip(self.names, values, strict=True)))
        return Finding(
            FindingKind.ROW,
            f"本单位有不止一位“{key}”，分不清是哪一位",
            f"写明{section.label_of(section.tiebreak)}",
            sheet=place[0],
            cell=f"A{place[1]}",
            value=key,
            section=section.name,
            field=section.tiebreak,
            key=key,
            filing=filing,
        )


def add_ties(keys, ties, repeated):
    """The keys, those among `repeated` lengthened by the tiebreak of their row."""
    told_apart = []
    for key, tie in zip(keys, ties, strict=True):
        told_apart.append((*key, tie) if key in repeated else key)
    return told_apart


def filing_conditions(filings, name="filing"):
    """Conditions that together find these filings (or their records), and perhaps a few others.

    A round's filings are numbered in the order of the tree: where most of a range is meant,
    the range is faster.
    """
    if filings:
        first, last = min(filings), max(filings)
        if last - first < 2 * len(filings):
            return [Q(**{f"{name}__gte": first, f"{name}__lte": last})]
    conditions = []
    for part in in_chunks(filings):
        conditions.append(Q(**{f"{name}__in": part}))
    return conditions


def repeated_keys(keys):
    """Keys that occur more than once."""
    if len(set(keys)) == len(keys):
        return set()
    return {key for key, times in Counter(keys).items() if times > 1}


def fill_blanks(values, more):
    """The values of one row, each blank one taken from a second row of the same record."""
    filled = []
    for first, second in zip(values, more, strict=True):
        filled.append(second if first in BLANK else first)
    return tuple(filled)


def key_text(section, values):
    """How people call a record of a section: its key in words, "" where a filing has only one."""
    labels = []
    for name in section.key:
        labels.append(value_label(section.field(name), values[name]))
    return "·".join(labels)


def value_label(field, value):
    """A value as people read it: the label of a choice, 是 or 否, a number, "" where blank."""
    if value in BLANK:
        return ""
    if field.choices:
        labels = dict(field.flatchoices)
        return str(labels.get(value, value))
    if isinstance(field, models.BooleanField):
        if value:
            return "是"
        return "否"
    return str(value)
