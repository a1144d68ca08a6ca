"""One section of a filing as its page shows it: fields of one record, or an editable table."""

import json
from dataclasses import dataclass, field
from uuid import uuid4

from surveys.entry.cells import NEW_ROW, SINGLE_ROW, cell_name, is_number
from surveys.entry.doubts import find_doubts
from surveys.entry.typed import TypedForm
from surveys.models import Remark

SPARE = f"{NEW_ROW}1"


@dataclass
class EntryField:
    """One cell: what stands in it, what stood there last time, what is wrong or asked.

    `text` is what was typed where that could not be stored. `conflict` is {"theirs", "by", "at"};
    `about` tells how it is counted.
    """

    name: str
    row: str
    column: object
    label: str
    text: str
    unit: str = ""
    last: str = ""
    options: tuple = ()
    numeric: bool = False
    wide: bool = False
    required: bool = False
    error: str = ""
    conflict: dict = field(default_factory=dict)
    asks: list = field(default_factory=list)
    questions: list = field(default_factory=list)
    hint: str = ""
    about: str = ""

    @property
    def id(self):
        return self.name.replace(".", "-")

    @property
    def has_messages(self):
        """Whether anything stands beneath it."""
        return bool(self.error or self.conflict or self.asks or self.questions)

    @property
    def open(self):
        """Whether an answer is asked for."""
        return any(not ask.reason for ask in self.asks)

    @property
    def state(self):
        """faulty, ask, why (不适用, 不详) or blank, for its look."""
        if self.error or self.conflict:
            return "faulty"
        if self.open or self.questions:
            return "ask"
        if self.text in ("不适用", "不详"):
            return "why"
        return ""


@dataclass
class EntryRow:
    """One record on the page; `row` names it."""

    row: str
    key: str
    fields: list
    deleted: bool = False


class SectionPage:
    """What the template needs; `answer` and `typed` are those of a form that was not stored in
    full.
    """

    def __init__(self, stored, answer=None, typed=None):
        self.stored, self.section, self.cells = stored, stored.section, stored.cells
        self.answer, self.typed = answer or {}, typed or TypedForm()
        self.errors = self.answer.get("errors", {})
        self.conflicts = self.answer.get("conflicts", {})
        self.columns = list(self.section.own_columns)
        self.key = str(uuid4())
        if self.section.single:
            self.lines, self.spare = [self.line(SINGLE_ROW)], []
        else:
            self.lines = [self.line(row) for row in stored.rows]
            self.spare = [self.line(row) for row in self.unsaved_rows()]

    def unsaved_rows(self):
        """New rows typed and not stored, and one to begin the next."""
        stored = self.answer.get("rows", {})
        typed = []
        for row in self.typed.rows:
            if row.startswith(NEW_ROW) and row not in stored:
                typed.append(row)
        highest = max((int(row.removeprefix(NEW_ROW)) for row in typed), default=0)
        return [*typed, f"{NEW_ROW}{highest + 1}"]

    def line(self, row):
        record = self.stored.rows.get(row)
        key, doubts, last = "", [], {}
        if record:
            key = self.stored.key(record)
            doubts = find_doubts(self.stored, row)
            last = self.stored.last(record)
        elif row == SINGLE_ROW:
            last = self.stored.former.get("", {})
        fields = [self.field(row, column, last, doubts) for column in self.columns]
        return EntryRow(row, key, fields, row in self.typed.deleted)

    def field(self, row, column, last, doubts):
        name, model_field = cell_name(row, column.name), self.section.field(column.name)
        is_coverage = column.name == self.section.covers
        asks = []
        for doubt in doubts:
            if doubt.field == column.name:
                asks.append(doubt)
        return EntryField(
            name,
            row,
            column,
            str(model_field.verbose_name),
            self.shown(row, column, name),
            unit=getattr(model_field, "unit", ""),
            last=self.cells.show(column.name, last.get(column.name)),
            options=() if is_coverage else self.cells.options(column.name),
            numeric=is_number(model_field),
            wide=column.name == "note" or is_coverage,
            required=column.name in self.section.key,
            error=self.errors.get(name, ""),
            conflict=self.conflicts.get(name, {}),
            asks=asks,
            questions=self.questions(row, column),
            hint=hint_of_field(model_field),
            about=str(model_field.help_text),
        )

    def shown(self, row, column, name):
        """What was typed where it is not stored, else what is."""
        refused = name in self.errors or name in self.conflicts
        is_unsaved = refused or row not in self.stored.rows
        cell = (row, column.name)
        if is_unsaved and cell in self.typed.cells:
            return self.typed.cells[cell]
        return self.stored.text(row, column.name)

    def questions(self, row, column):
        """The open questions at a cell."""
        record = self.stored.rows.get(row)
        if not record:
            return []
        pinned = self.stored.at(record, column.name)
        questions = []
        for remark in pinned:
            if remark.kind == Remark.Kind.QUESTION:
                questions.append(remark)
        return questions

    @property
    def was(self):
        """The cells as stored, as JSON, which the form sends back with what was typed."""
        stored = {}
        for line in self.lines:
            for each in line.fields:
                text = self.stored.text(each.row, each.column.name)
                if text:
                    stored[each.name] = text
        return json.dumps(stored, ensure_ascii=False)

    @property
    def groups(self):
        """[(heading, fields)] of a form with one record."""
        found = []
        for each in self.lines[0].fields:
            if each.column.group or not found:
                found.append((each.column.group, []))
            found[-1][1].append(each)
        return found

    @property
    def heads(self):
        if self.lines:
            return self.lines[0].fields
        return self.spare[0].fields

    @property
    def totals(self):
        """(field, sum as text or "") under each column."""
        return [(head, self.total(head)) for head in self.heads]

    def total(self, head):
        """The sum of a column of numbers as text, or ""."""
        if not head.numeric:
            return ""
        name = head.column.name
        known = []
        for record in self.stored.rows.values():
            value = record.get(name)
            if value is not None:
                known.append(value)
        if not known:
            return ""
        return self.cells.show(name, sum(known))

    @property
    def unsaved(self):
        """How many cells could not be stored."""
        return len(self.errors) + len(self.conflicts)


def hint_of_field(model_field):
    """How to write a value, for screen readers and where something is wrong."""
    if is_number(model_field):
        return f"{model_field.lowest:,} 到 {model_field.highest:,} {model_field.unit}"
    if type(model_field).__name__ == "PartialDateField":
        return "2004、2004-08 或 2004-08-15"
    return ""
