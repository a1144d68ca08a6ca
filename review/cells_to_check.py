"""What a reviewer must read of a filing: the cells that changed, that were asked about, or that somebody explained."""

from dataclasses import dataclass, field

from surveys.entry.doubts import find_doubts
from surveys.paper import Cell, Sheet

SAID = ("·批注", "·答复", "·说明")  # what the trail calls remarks; they stand at their cells
BLANK = "（空）"


@dataclass
class CellToCheck:
    """One cell worth reading, with what stood there before the filing was last sent back ("" where it is the same)."""

    key: str
    record: int
    cell: Cell
    before: str = ""
    asks: list = field(default_factory=list)

    @property
    def moved(self):
        """Whether it differs from last round's."""
        return bool(self.cell.last) and self.cell.last != self.cell.text

    @property
    def worth(self):
        return self.moved or bool(self.before or self.asks or self.cell.pins)

    @property
    def mark(self):
        if self.before:
            return "since"
        if self.asks or self.cell.pins:
            return "asked"
        if self.moved:
            return "moved"
        return ""


@dataclass
class Part:
    """A section as the reviewer reads it: the cells worth a look, rows that came and went, changes of rows that are gone."""

    sheet: Sheet
    looks: list = field(default_factory=list)
    fresh: list = field(default_factory=list)
    changes: list = field(default_factory=list)

    @property
    def count(self):
        return (
            len(self.looks)
            + len(self.fresh)
            + len(self.sheet.gone)
            + len(self.changes)
            + len(self.sheet.pins)
        )


def parts(sheets, stored, changes):
    """[Part] of each section, its cells marked; `changes` are those since the return, None for a first hand-in.

    `stored` are the same records as the entry screens judge them.
    """
    known = {}
    for cell, old, new in changes or []:
        if not cell.endswith(SAID):
            known[cell] = (old, new)
    found = [part(sheet, stored[sheet.name], known) for sheet in sheets]
    for each in found:
        label = each.sheet.label
        for name in list(known):
            if name == label or name.startswith(f"{label}·"):
                old, new = known.pop(name)
                each.changes.append((name, old, new))
    return found


def part(sheet, stored, known):
    asked, made = asked_in(stored), Part(sheet)
    for key, record, row in zip(sheet.keys, sheet.records, sheet.rows, strict=True):
        looks = [mark_seen(sheet, key, record, cell, known, asked) for cell in row]
        new = known.pop("·".join([sheet.label, key]), None) if key else None
        if key in sheet.fresh or new:
            made.fresh.append((key, "，".join(f"{c.label} {c.text}" for c in row[1:] if c.text)))
            looks = [each for each in looks if each.asks or each.cell.pins]
        made.looks += [each for each in looks if each.worth]
    return made


def mark_seen(sheet, key, record, cell, known, asked):
    """One cell, marked where it is worth reading."""
    where = "·".join(filter(None, [sheet.label, key, cell.label]))
    old, new = known.pop(where, (None, None))
    before = (old or BLANK) if old != new else ""
    made = CellToCheck(key, record, cell, before, asked.get((record, cell.name), []))
    cell.mark = made.mark
    return made


def asked_in(stored):
    """{(id of the record, field): what the system asked about the value, with the clerk's reason}"""
    found = {}
    for row, record in stored.rows.items():
        for ask in find_doubts(stored, row):
            found.setdefault((record["pk"], ask.field), []).append(ask)
    return found


def cell_at(sheets, section, record, name):
    """(key of the record, cell) that a reviewer points at, or ("", None).

    `record` is the record's id as text; in a section with one record there is nothing to tell.
    """
    sheet = next((sheet for sheet in sheets if sheet.name == section), None)
    if sheet is None:
        return "", None
    for key, pk, row in zip(sheet.keys, sheet.records, sheet.rows, strict=True):
        if sheet.single or str(pk) == record:
            cell = next((cell for cell in row if cell.name == name), None)
            return key, cell
    return "", None
