"""What a workbook would change: its rows of a section against the records stored for the same filings.

Fields the file does not carry stay untouched. A blank cell says nothing and clears nothing, unless the file is our own
pre-filled template; a cell in question keeps what is stored until the question is answered. A record that the file
leaves out is reported, never deleted.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from operator import itemgetter

from django.db import models
from django.db.models import Q

from communities.bulk import in_chunks
from surveys.bulk import covered_by
from surveys.reading.result import Finding, FindingKind, no_progress
from surveys.sections import Section
from surveys.workbook.masking import same_masked

BLANK = (None, "")
ROW = re.compile(r"\d+")


@dataclass(slots=True)
class NewRecord:
    """A record to be made; `values` in the order of Difference.names, `pk` once it is stored."""

    filing: int
    values: tuple
    covers: frozenset
    place: tuple
    pk: int | None = None


@dataclass(slots=True)
class ChangedRecord:
    """A stored record that the file says otherwise about: {field: (old, new)}; `covers` are tuples of filing ids."""

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
        """As `Upload.counts` keeps them."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "same": self.same,
            "absent": len(self.absent),
        }

    @property
    def filings(self):
        """The ids of the filings that would be written to."""
        return {each.filing for each in (*self.new, *self.changed)}


def workbook_differences(reading, *, clear_blanks=None, tick=no_progress):
    """{section name: Difference} of a whole reading; our own template clears what was emptied in it."""
    clearing = reading.ours if clear_blanks is None else clear_blanks
    asked = questioned_cells(reading.findings) if clearing else frozenset()
    found, done, total = {}, 0, sum(len(incoming.rows) for incoming in reading.incoming.values())
    for name, incoming in reading.incoming.items():
        tick(f"正在与系统中的“{incoming.section.label}”核对", done, total)
        found[name] = compare_section(incoming, clear_blanks=clearing, questioned=asked)
        done += len(incoming.rows)
    return found


def questioned_cells(findings):
    """The cells in question as (sheet, row, section, field): they are blank, and yet not emptied."""
    cells = (
        finding
        for finding in findings
        if finding.kind == FindingKind.CELL and ROW.search(finding.cell)
    )
    return {(each.sheet, int(ROW.search(each.cell)[0]), each.section, each.field) for each in cells}


def compare_section(incoming, *, clear_blanks=False, questioned=frozenset()):
    """One section's incoming rows against what is stored for their filings, by natural key."""
    return SectionComparison(incoming, clear_blanks, questioned).made()


class SectionComparison:
    """The work of `compare`: both sides by key, then row by row."""

    def __init__(self, incoming, clear_blanks, questioned):
        self.section, self.incoming = incoming.section, incoming
        self.clear_blanks, self.questioned = clear_blanks, questioned
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

    def made(self):
        rows = self.rows()
        if not rows or not self.names:
            return self.result
        stored = self.stored()
        keys, stored_keys = self.keys(rows, stored)
        known = dict(zip(stored_keys, stored, strict=True))
        self.match(rows, keys, known)
        self.result.absent = list(known.values())
        return self.result

    def rows(self):
        """The incoming rows as the columns store them: (filing, *values), with nothing but stored fields."""
        if not self.incoming.rows:
            return []
        columns = dict(
            zip(("", *self.incoming.names), zip(*self.incoming.rows, strict=True), strict=True)
        )
        stored = [
            as_stored(field, columns[name])
            for name, field in zip(self.names, self.fields, strict=True)
        ]
        return list(zip(columns[""], *stored, strict=True))

    def stored(self):
        """(id, filing, *values, tiebreak) of all records of these filings, one query per 5,000 filings."""
        manager = self.section.model.objects.order_by("pk")
        extra = [self.section.tiebreak] if self.section.tiebreak else []
        found = []
        for part in filing_conditions(self.filings):
            found += manager.filter(part).values_list("pk", "filing_id", *self.names, *extra)
        return [row for row in found if row[1] in self.filings]

    def keys(self, rows, stored):
        """The key of each incoming and each stored row; two of one name are told apart by the tiebreak."""
        places = [self.names.index(name) for name in self.section.key]
        mine = itemgetter(0, *(at + 1 for at in places))
        theirs = itemgetter(1, *(at + 2 for at in places))
        keys, stored_keys = list(map(mine, rows)), list(map(theirs, stored))
        if not self.section.tiebreak:
            return keys, stored_keys
        self.doubles = repeated_keys(keys) | (doubled_stored := repeated_keys(stored_keys))
        self.doubled_stored = doubled_stored
        at = (
            self.names.index(self.section.tiebreak) + 1
            if self.section.tiebreak in self.names
            else None
        )
        ties = [row[at] for row in rows] if at else [""] * len(rows)
        return self.told_apart(keys, ties), self.told_apart(
            stored_keys, [row[-1] for row in stored]
        )

    def told_apart(self, keys, ties):
        if not self.doubles:
            return keys
        return [
            (*key, tie) if key in self.doubles else key for key, tie in zip(keys, ties, strict=True)
        ]

    def match(self, rows, keys, known):
        """Sort every incoming row into new, changed or same; what remains in `known` is absent from the file."""
        fresh, changed, seen, result, covers = {}, {}, {}, self.result, self.covers()
        for row, key, place, cover in zip(
            rows, keys, self.incoming.places, self.given_covers(), strict=True
        ):
            old = seen[key] = known.pop(key, None) or seen.get(key)
            if old is None and key in fresh:
                fresh[key].values = fill_blanks(fresh[key].values, row[1:])
            elif old is None and self.nameless(key):
                result.findings.append(self.ambiguous(row, place))
            elif old is None:
                fresh[key] = NewRecord(
                    row[0],
                    self.unmasked(row[1:], place),
                    frozenset({*(cover or ()), row[0]}),
                    place,
                )
            elif not (changes := self.changes(row, old, place, cover, covers)):
                result.same += 1
            elif old[0] in changed:
                changed[old[0]].fields |= changes
            else:
                changed[old[0]] = ChangedRecord(old[0], row[0], old[2:], changes, place)
            result.taken_for.append(old[0] if old else fresh.get(key))
        result.new, result.changed = list(fresh.values()), list(changed.values())

    def changes(self, row, old, place, cover, covers):
        """{field: (old, new)} of one record, empty where the file says nothing new."""
        changes = {}
        was = old[2 : 2 + len(self.names)]
        if row[1:] != was:
            for name, new, before in zip(self.names, row[1:], was, strict=True):
                if new != before and self.says(name, new, before, place):
                    changes[name] = (before, new)
        if self.section.covers and (cover or (cover is not None and self.clear_blanks)):
            before, new = covers.get(old[0], frozenset()), frozenset({*cover, row[0]})
            if before != new:
                changes[self.section.covers] = (tuple(sorted(before)), tuple(sorted(new)))
        return changes

    def says(self, name, new, before, place):
        """Whether a cell that differs means to: not blank, not in question, not a masked number come back."""
        if new in BLANK:
            return self.clear_blanks and (*place, self.section.name, name) not in self.questioned
        if name not in self.personal or "*" not in new:
            return True
        if not same_masked(new, before):
            self.result.findings.append(self.foreign_mask(name, new, place))
        return False

    def unmasked(self, values, place):
        """A new record does not take a masked number."""
        for at in self.personal_at:
            if "*" in values[at]:
                self.result.findings.append(self.foreign_mask(self.names[at], values[at], place))
                values = (*values[:at], "", *values[at + 1 :])
        return values

    @cached_property
    def personal_at(self):
        return [at for at, name in enumerate(self.names) if name in self.personal]

    def foreign_mask(self, name, value, place):
        """A masked number that is not the mask of the stored one: worth knowing, never stored."""
        label = self.section.label_of(name)
        return Finding(
            kind=FindingKind.NOTE,
            reason=f"{label}带有 *，与系统中的不符，未采用",
            expected="填写完整号码",
            sheet=place[0],
            cell=f"A{place[1]}",
            value=value,
            section=self.section.name,
            field=name,
        )

    def covers(self):
        """{record: set of filings} stored for these filings' records."""
        return covered_by(self.section, self.filings) if self.carries_covers else {}

    @cached_property
    def carries_covers(self):
        return bool(self.section.covers) and self.section.covers in self.incoming.names

    def given_covers(self):
        """What each row says about the filings covered, None where the file has no such column."""
        if not self.carries_covers:
            return [None] * len(self.incoming.rows)
        at = self.incoming.names.index(self.section.covers) + 1
        return [row[at] or () for row in self.incoming.rows]

    def nameless(self, key):
        """Several people of that name are stored, and the row does not say which one it means."""
        tie = self.section.tiebreak
        return bool(tie) and key[-1] == "" and key[:-1] in self.doubled_stored

    def ambiguous(self, row, place):
        section = self.section
        values = dict(zip(self.names, row[1:], strict=True))
        key, label = key_text(section, values), section.label_of(section.tiebreak)
        return Finding(
            kind=FindingKind.ROW,
            reason=f"本单位有不止一位“{key}”，分不清是哪一位",
            expected=f"写明{label}",
            sheet=place[0],
            cell=f"A{place[1]}",
            value=key,
            section=section.name,
            field=section.tiebreak,
            key=key,
            filing=row[0],
        )


def filing_conditions(filings, name="filing"):
    """Conditions that together find these filings (or their records), and perhaps a few others.

    A round's filings are numbered in the order of the tree: where most of a range is meant, the range is faster.
    """
    if filings and max(filings) - min(filings) < 2 * len(filings):
        return [Q(**{f"{name}__gte": min(filings), f"{name}__lte": max(filings)})]
    return [Q(**{f"{name}__in": part}) for part in in_chunks(filings)]


def repeated_keys(keys):
    """Keys that occur more than once."""
    if len(set(keys)) == len(keys):
        return set()
    return {key for key, times in Counter(keys).items() if times > 1}


def fill_blanks(values, more):
    """Two rows of one new record: what the first leaves blank the second fills in."""
    return tuple(
        second if first in BLANK else first for first, second in zip(values, more, strict=True)
    )


def as_stored(field, values):
    """A column of values in the form the database holds them: blank text is "", amounts have two decimals."""
    if isinstance(field, models.CharField):
        blank = "" if field.blank else field.get_default()
        return [value or blank for value in values] if None in values or "" in values else values
    if isinstance(field, models.DecimalField):
        step = Decimal(1).scaleb(-field.decimal_places)
        return [value if value is None else round_amount(value, step) for value in values]
    return values


def round_amount(value, step):
    if type(value) is Decimal and value.as_tuple().exponent == -2:
        return value
    return Decimal(str(value)).quantize(step, ROUND_HALF_UP)


def key_text(section, values):
    """How people call a record of a section: its key in words, "" where a filing has only one."""
    return "·".join(value_label(section.field(name), values[name]) for name in section.key)


def value_label(field, value):
    """A value as people read it: the label of a choice, 是 or 否, a number, "" where blank."""
    if value in BLANK:
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return "是" if value else "否"
    return str(value)
