"""What a typed form changes, decided cell by cell: taken, unreadable, or changed by another."""

from communities.models import Level
from surveys.entry.cells import NEW_ROW, SINGLE_ROW
from surveys.reading.questions import CellQuestion


class FormChanges:
    """The decision about every typed cell; `stored` is brought up to it in memory, not written yet.

    A cell is taken only if what is stored is still what the page showed.

    - `updated` {row: {field: (old, new)}}, `created` {row: record}, `deleted` {row: record}
    - `covers` {row: ids of filings}
    - `why` {(row, field): 不适用, 不详 or ""}
    - `errors` {(row, field): (reason, expected)}, `conflicts` {(row, field): their text}
    - `renamed` {row: (old key, new key)}
    - `taken` the cells that stand now as typed
    """

    def __init__(self, stored, typed):
        self.stored, self.typed = stored, typed
        self.section, self.cells = stored.section, stored.cells
        self.updated, self.created, self.deleted, self.covers = {}, {}, {}, {}
        self.why, self.errors, self.conflicts, self.taken, self.renamed = {}, {}, {}, [], {}
        self.covered_before = {}
        for row in typed.deleted:
            self.delete(row)
        for row, texts in typed.rows.items():
            if row in stored.rows:
                self.change(row, texts)
            elif row.startswith(NEW_ROW) or row == SINGLE_ROW:
                self.create(row, texts)
            else:
                for name in texts:
                    self.errors[row, name] = ("这一行已被删除", "如仍需要，请在新行中填写。")

    @property
    def any(self):
        return bool(self.updated or self.created or self.deleted or self.covers or self.why)

    def delete(self, row):
        """Take a row away, unless somebody changed it since the page was shown."""
        if row not in self.stored.rows:
            return
        moved = []
        for at, name in self.typed.was:
            if at == row and self.has_moved(row, name):
                moved.append(name)
        for name in moved:
            self.conflicts[row, name] = self.stored.text(row, name)
        if not moved:
            self.deleted[row] = self.stored.rows.pop(row)

    def change(self, row, texts):
        """Take over what was typed into a stored record."""
        read = {}
        for name, text in texts.items():
            if value := self.readable(row, name, text):
                read[name] = value
        record = self.stored.rows[row]
        values = {}
        for name, (value, _) in read.items():
            if name != self.section.covers:
                values[name] = value
        if problem := self.key_problem(row, record | values):
            self.refuse_key(row, values, problem)
            values = {name: value for name, value in values.items() if name not in self.key_names}
        self.take(row, read, values)

    def readable(self, row, name, text):
        """(value, why blank) of a typed cell that changes what is stored.

        None where it stays as it is, cannot be read, or was changed by another.
        """
        shown = self.stored.text(row, name)
        if text.strip() == shown:
            self.taken.append((row, name))
            return None
        if self.has_moved(row, name):
            self.conflicts[row, name] = shown
            return None
        return self.read(row, name, text)

    def has_moved(self, row, name):
        """Whether somebody changed the cell since the page was shown."""
        return self.stored.text(row, name) != self.typed.was.get((row, name), "")

    def read(self, row, name, text):
        stored = self.stored.rows.get(row, {}).get(name)
        try:
            return self.cells.read(name, text, stored)
        except CellQuestion as question:
            self.errors[row, name] = (question.reason, question.expected)
            return None

    @property
    def key_names(self):
        """The fields that tell records apart."""
        if self.section.tiebreak:
            return (*self.section.key, self.section.tiebreak)
        return self.section.key

    def identity(self, record):
        return tuple(record.get(name) for name in self.key_names)

    def key_problem(self, row, record):
        """(field, reason, expected) where the record lacks its key or has another's, else None."""
        for name in self.section.key:
            if record.get(name) in (None, ""):
                return name, f"没有填{self.section.label_of(name)}", "先填这一格，整行才能保存。"
        others = (self.identity(other) for at, other in self.stored.rows.items() if at != row)
        if self.section.key and self.identity(record) in others:
            sentence = duplicate_key_sentence(self.section)
            return self.section.key[0], sentence, "改用另一个，或改已有的那一行。"
        return None

    def refuse_key(self, row, names, problem):
        """Put the problem at the cell to blame: the one typed, else the first of the key."""
        field, reason, expected = problem
        if field not in names:
            field = next((name for name in self.key_names if name in names), field)
        self.errors[row, field] = (reason, expected)

    def take(self, row, read, values):
        """Bring the record up to the values that could be taken, and note what changed."""
        record = self.stored.rows[row]
        old_key = self.stored.key(record)
        fields = {}
        for name, value in values.items():
            if value != record[name]:
                fields[name] = (record[name], value)
        for name, (value, why) in read.items():
            if (row, name) in self.errors:
                continue
            self.taken.append((row, name))
            self.explain(row, name, why)
            if name == self.section.covers:
                self.cover(row, value)
        record.update(values)
        if fields:
            self.updated[row] = fields
        new_key = self.stored.key(record)
        if new_key != old_key:
            self.renamed[row] = (old_key, new_key)

    def explain(self, row, name, why):
        """Note 不适用 or 不详 where it is new, or its end where a value came."""
        before = ""
        if row in self.stored.rows:
            before = self.stored.why_blank(self.stored.rows[row], name)
        if why != before:
            self.why[row, name] = why

    def cover(self, row, filings):
        """Note the filings a record covers; its own is one of them in any case."""
        near = self.cells.near.by_id
        self.covers[row] = {*filings, self.stored.filing.pk}
        self.covered_before[row] = self.stored.covers.get(row, "")
        nodes = []
        for pk in self.covers[row]:
            if pk in near:
                nodes.append(near[pk])
        nodes.sort(key=lambda node: node.code)
        names = []
        for node in nodes:
            if node.level == Level.COMMUNITY:
                names.append(node.short)
        self.stored.covers[row] = "、".join(names)

    def create(self, row, texts):
        """Make a new record, if its key can be read; what cannot be read stays blank and typed."""
        read = {}
        for name, text in texts.items():
            if found := self.read(row, name, text):
                read[name] = found
        record, covered = self.new_record(read)
        unread = any((row, name) in self.errors for name in self.section.key)
        problem = None if unread else self.key_problem(row, record)
        if problem:
            field, reason, expected = problem
            self.errors[row, field] = (reason, expected)
        if unread or problem or not read:
            return
        self.created[row] = self.stored.rows[row] = record
        self.taken += [(row, name) for name in read]
        self.why |= {(row, name): why for name, (_, why) in read.items() if why}
        if self.section.covers:
            self.cover(row, covered)

    def new_record(self, read):
        """(record, ids of the filings it covers) of what was read, the rest filled in or blank."""
        record = {}
        for name in self.stored.names:
            record[name] = self.cells.blank(self.section.field(name))
        for name, (value, _) in read.items():
            if name in record:
                record[name] = value
        covered, _ = read.get(self.section.covers, ((), ""))
        record["covers"] = covered
        if self.section.fill:
            self.section.fill(record)
        return record, record.pop("covers")


def duplicate_key_sentence(section):
    """The sentence of the constraint that no two records of a filing have one key."""
    wanted = {"filing", *section.key}
    for constraint in section.model._meta.constraints:
        if wanted <= {*getattr(constraint, "fields", ())}:
            return str(constraint.violation_error_message)
    raise LookupError(f"{section.name} has no unique key")
