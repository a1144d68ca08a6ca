"""What a typed form changes, decided cell by cell against what is stored: taken, unreadable, or changed by another."""

from communities.models import Level
from surveys.entry.cells import NEW_ROW, SINGLE_ROW
from surveys.reading.questions import CellQuestion


class FormChanges:
    """The decision about every typed cell; `stored` is brought up to it in memory, nothing is written yet.

    A cell is taken only if what is stored is still what the page showed. `updated` {row: {field: (old, new)}},
    `created` {row: record}, `deleted` {row: record}, `covers` {row: ids of filings}, `why` {(row, field): 不适用, 不详
    or ""}, `errors` {(row, field): (reason, expected)}, `conflicts` {(row, field): their text}, `renamed` {row: (old
    key, new key)}, `taken` the cells that stand now as typed.
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
                self.errors |= {
                    (row, name): ("这一行已被删除", "如仍需要，请在新行中填写。") for name in texts
                }

    @property
    def any(self):
        return bool(self.updated or self.created or self.deleted or self.covers or self.why)

    def delete(self, row):
        """Take a row away, unless somebody changed it since the page was shown."""
        if row not in self.stored.rows:
            return
        moved = [name for at, name in self.typed.was if at == row and self.moved(row, name)]
        if moved:
            self.conflicts |= {(row, name): self.stored.text(row, name) for name in moved}
        else:
            self.deleted[row] = self.stored.rows.pop(row)

    def change(self, row, texts):
        """Take over what was typed into a stored record."""
        read = {
            name: value for name, text in texts.items() if (value := self.readable(row, name, text))
        }
        record = self.stored.rows[row]
        values = {name: value for name, (value, _) in read.items() if name != self.section.covers}
        if problem := self.key_problem(row, record | values):
            self.refuse_key(row, values, problem)
            values = {name: value for name, value in values.items() if name not in self.key_names}
        self.take(row, read, values)

    def readable(self, row, name, text):
        """(value, why blank) of a typed cell; None where it stays as it is, unreadable or changed by another."""
        shown = self.stored.text(row, name)
        if text.strip() == shown:
            self.taken.append((row, name))
            return None
        if self.moved(row, name):
            self.conflicts[row, name] = shown
            return None
        return self.read(row, name, text)

    def moved(self, row, name):
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
        return (
            (*self.section.key, self.section.tiebreak)
            if self.section.tiebreak
            else self.section.key
        )

    def identity(self, record):
        return tuple(record.get(name) for name in self.key_names)

    def key_problem(self, row, record):
        """(field, reason, expected) where the record lacks its key or has another's, else None."""
        for name in self.section.key:
            if record.get(name) in (None, ""):
                return name, f"没有填{self.section.label_of(name)}", "先填这一格，整行才能保存。"
        others = (self.identity(other) for at, other in self.stored.rows.items() if at != row)
        if self.section.key and self.identity(record) in others:
            sentence = next(
                c.violation_error_message
                for c in self.section.model._meta.constraints
                if is_key_constraint(c, self)
            )
            return self.section.key[0], str(sentence), "改用另一个，或改已有的那一行。"
        return None

    def refuse_key(self, row, names, problem):
        """The cell to blame is the one typed, else the first of the key."""
        field, reason, expected = problem
        typed = [name for name in self.key_names if name in names] or [field]
        self.errors[row, field if field in names else typed[0]] = (reason, expected)

    def take(self, row, read, values):
        record = self.stored.rows[row]
        old_key = self.stored.key(record)
        fields = {
            name: (record[name], value) for name, value in values.items() if value != record[name]
        }
        for name, (value, why) in read.items():
            if (row, name) not in self.errors:
                self.taken.append((row, name))
                self.explain(row, name, why)
                if name == self.section.covers:
                    self.cover(row, value)
        record.update(values)
        if fields:
            self.updated[row] = fields
        if (new_key := self.stored.key(record)) != old_key:
            self.renamed[row] = (old_key, new_key)

    def explain(self, row, name, why):
        """Note 不适用 or 不详 where it is new, or its end where a value came."""
        if why != (
            self.stored.why_blank(self.stored.rows[row], name) if row in self.stored.rows else ""
        ):
            self.why[row, name] = why

    def cover(self, row, filings):
        """A record covers its own filing in any case."""
        own, near = self.stored.filing, self.cells.near.by_id
        self.covers[row] = {*filings, own.pk}
        self.covered_before[row] = self.stored.covers.get(row, "")
        listed = sorted(
            (near[pk] for pk in self.covers[row] if pk in near), key=lambda node: node.code
        )
        self.stored.covers[row] = "、".join(
            node.short for node in listed if node.level == Level.COMMUNITY
        )

    def create(self, row, texts):
        """A new record, if its key can be read; what cannot be read stays blank and typed."""
        read = {
            name: found for name, text in texts.items() if (found := self.read(row, name, text))
        }
        record = {name: self.cells.blank(self.section.field(name)) for name in self.stored.names}
        record |= {name: value for name, (value, _) in read.items() if name in record}
        record["covers"] = read.get(self.section.covers, ((),))[0]
        if self.section.fill:
            self.section.fill(record)
        covered = record.pop("covers")
        unread = next((name for name in self.section.key if (row, name) in self.errors), None)
        problem = None if unread else self.key_problem(row, record)
        if problem:
            self.errors[row, problem[0]] = problem[1:]
        if unread or problem or not read:
            return
        self.created[row] = self.stored.rows[row] = record
        self.taken += [(row, name) for name in read]
        self.why |= {(row, name): why for name, (_, why) in read.items() if why}
        if self.section.covers:
            self.cover(row, covered)


def is_key_constraint(constraint, changes):
    """The constraint that no two records of a filing have one key."""
    return {"filing", *changes.section.key} <= {*getattr(constraint, "fields", ())}
