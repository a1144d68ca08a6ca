"""One sheet, from its layout to the rows it brings."""

from typing import NamedTuple

from communities.models import Level
from surveys.reading.cells import raw_cell_text
from surveys.reading.labels import nearest_labels
from surveys.reading.layout import find_layout, one_piece_label
from surveys.reading.owners import Owners
from surveys.reading.questions import CellQuestion
from surveys.reading.records import groups_of, is_key
from surveys.reading.remarks import Remarks
from surveys.reading.result import Finding, FindingKind, Incoming, SheetReading
from surveys.reading.table import sort_rows
from surveys.reading.totals import total_findings
from surveys.reading.units import UnitProblem
from surveys.reading.workbook import cell_address

MOST_ROWS_ASKED = 2_000
SAMPLES, LOOKED_AT = 3, 200  # values shown of a column, and the rows in which they are looked for


class SheetReader:
    """Reads one sheet into the reading; `seen` remembers the keys of all sheets."""

    def __init__(self, sheet, register, vocabulary, year, decisions, reading, seen):
        self.sheet = sheet
        self.register = register
        self.vocabulary = vocabulary
        self.year = year
        self.decisions = decisions
        self.reading = reading
        self.seen = seen
        self.asked_rows = 0

    def read(self, layouts):
        """False where the sheet has no header of ours."""
        self.decisions.write_values(self.sheet)
        self.layout = find_layout(self.sheet, self.vocabulary, layouts)
        self.groups = groups_of(self.layout) if self.layout else []
        if not self.groups:
            return False
        self.table = sort_rows(self.sheet, self.layout)
        self.data = self.table.data
        self.lead = self.leading_section()
        self.describe()
        self.owners = Owners(self.sheet, self.layout, self.data, self.lead, self.register)
        self.units = [self.allowed(unit) for unit in self.owners.units()]
        self.decide_rows()
        for group in self.groups:
            self.read_group(group)
        self.report_rows()
        return True

    def leading_section(self):
        """The section the rows are about; it says whether a row without a community is the street's
        own.
        """
        sections = [group.section for group in self.groups]
        if self.layout.main in sections:
            return self.layout.main
        widest = max(self.groups, key=lambda group: len(group.sheet_columns))
        return widest.section

    def add(self, finding):
        self.reading.findings.append(finding)

    def note(self, row, column, reason, expected="", value=""):
        finding = Finding(
            FindingKind.NOTE,
            reason,
            expected,
            sheet=self.sheet.name,
            cell=cell_address(row, column),
            value=value[:200],
        )
        self.add(finding)

    # What was understood

    def describe(self):
        """The sheet's own entry, and notes on labels that were not taken or taken by likeness."""
        self.reading.sheets.append(self.sheet_reading())
        layout = self.layout
        for at, label in layout.ignored:
            near = nearest_labels(label, self.lead)
            expected = f"是否：{'、'.join(near)}？" if near else "如要读入，请指定对应的列。"
            self.note_label(at, label, "列不认识，没有读入", expected)
        for at, label, other in layout.repeated:
            self.note_label(at, label, f"列与“{one_piece_label(other)}”列重复，没有读入")
        for at, label, problem in layout.unfit:
            self.note_label(at, label, f"列{problem}，没有读入")
        for column in layout.columns:
            if column.similar:
                meant = column.target.section.label_of(column.target.name)
                self.note_label(column.at, column.label, f"列按“{meant}”读入")

    def sheet_reading(self):
        layout, rows = self.layout, self.sheet.rows
        samples = []
        for at in range(len(layout.labels)):
            samples.append(sample_values(rows, layout.first_row, at))
        mapping = {}
        for column in layout.columns:
            mapping[column.label] = column.target.path
        return SheetReading(
            self.sheet.name,
            header=layout.first_row,
            rows=len(self.data),
            mapping=mapping,
            ignored=tuple(label for _, label in layout.ignored),
            columns=tuple(layout.labels),
            signature=layout.signature,
            samples=tuple(samples),
        )

    def note_label(self, at, label, what, expected=""):
        """A note on a column of the header."""
        reason = f"“{one_piece_label(label)}”{what}"
        self.note(self.layout.top, at, reason, expected, label)

    # Which filing each row belongs to

    def allowed(self, unit):
        """An entry inside the area of this upload, or why not."""
        if type(unit) is UnitProblem or unit.within:
            return unit
        reason = f"{unit.short}不在本次上传的范围（{self.register.area}）内"
        return UnitProblem(reason, "只上传本单位的内容。")

    def decide_rows(self):
        """Rows left out, rows given a unit; a data cell left out is blanked without a question."""
        self.left_out = set()
        position_of = {row: at for at, row in enumerate(self.data)}
        naming = self.naming_columns()
        for (row, column), (place, decision) in self.decisions.of(self.sheet.name).items():
            gives_unit = "unit" in decision
            if row not in position_of or not (gives_unit or decision.get("leave_out")):
                continue
            at = position_of[row]
            self.decisions.used.add(place)
            if gives_unit:
                self.units[at] = self.decided(decision["unit"])
            elif column in naming:
                self.left_out.add(at)
            elif column < self.sheet.width:
                self.sheet.rows[row][column] = ""

    def naming_columns(self):
        """Where the columns stand that name a row's unit or its record:
        to leave them out leaves out the row.
        """
        naming = {self.owners.naming}
        for column in self.layout.columns:
            if column.target.section is None or is_key(column):
                naming.add(column.at)
        return naming

    def decided(self, code):
        entry = self.register.by_code.get(str(code).strip().ljust(12, "0"))
        if entry is None or entry.level not in self.lead.levels:
            reason = f"决定里的单位 {code} 不在本期名单里"
            return UnitProblem(reason, "填本期名单中的 12 位区划代码。")
        return self.allowed(entry)

    def report_rows(self):
        """Rows whose unit is in question, unless nothing stands in them."""
        filled = set()
        for group in self.groups:
            filled.update(group.filled)
        for at, unit in enumerate(self.units):
            if type(unit) is UnitProblem and at in filled and at not in self.left_out:
                column = self.owners.problem_column(unit)
                self.ask_row(at, column, unit.reason, unit.expected, section=self.lead.name)

    def ask_row(self, at, column, reason, expected, **about):
        """A row that waits for a decision; beyond a number of them, one sentence for the rest."""
        self.asked_rows += 1
        if self.asked_rows > MOST_ROWS_ASKED + 1:
            return
        if self.asked_rows > MOST_ROWS_ASKED:
            reason = f"还有更多行有同类问题（已列出 {MOST_ROWS_ASKED:,} 行）"
            expected = "改正后重传。"
        row = self.data[at]
        finding = Finding(
            FindingKind.ROW,
            reason,
            expected,
            sheet=self.sheet.name,
            cell=cell_address(row, column),
            value=raw_cell_text(self.sheet.rows[row][column])[:200],
            **about,
        )
        self.add(finding)

    def filing(self, at):
        unit = self.units[at]
        return None if type(unit) is UnitProblem else unit.id

    # Records

    def read_group(self, group):
        group.convert(self.sheet, self.data, self.year, self.read_covers)
        kept, copies = self.keep(group)
        counted = []
        for at in group.filled:
            if at not in copies and at not in self.left_out:
                counted.append(at)
        remarks = Remarks(group, self.sheet, self.layout, self.data, self.filing)
        self.reading.findings.extend(remarks.all(counted))
        self.reading.findings.extend(remarks.checks(kept))
        self.reading.findings.extend(total_findings(group, self.sheet, self.table, counted))
        self.store(group, kept)

    def read_covers(self, raw):
        """覆盖社区 as ids of filings; a name that is none of the round's is asked about."""
        values, questions = [], []
        for at, value in enumerate(raw):
            unit = self.units[at]
            entry = unit
            if type(unit) is UnitProblem:
                entry = None
            if value == "":
                values.append(own_cover(entry))
                continue
            street = None
            if entry:
                street = self.register.above(entry, Level.STREET)
            covered, unknown = self.register.covered(value, street)
            if unknown:
                reason = f"名单里没有：{'、'.join(unknown)[:60]}"
                questions.append((at, CellQuestion(reason, "写社区全名，用顿号隔开。")))
                covered = ()
            values.append(tuple(covered))
        return values, questions

    def keep(self, group):
        """Positions to store: unit known, key given, key not met before;
        and those of identical copies.
        """
        kept, copies = [], set()
        seen = self.seen.setdefault((group.section.name, group.read_names), {})
        rows, keys = group.rows, [group.values[name] for name in group.key_names]
        needed = [group.values[name] for name in group.section.key]
        levels = group.section.levels
        for at in group.filled:
            unit = self.units[at]
            if at in self.left_out or type(unit) is UnitProblem or unit.level not in levels:
                continue
            if not all(column[at] for column in needed):
                self.ask_key(group, at, unit)
                continue
            key = (unit.id, *(column[at] for column in keys))
            here = KeptRow(self.sheet.name, self.data[at], rows[at])
            first = seen.setdefault(key, here)
            if (first.sheet, first.row) == (here.sheet, here.row):
                kept.append(at)
            elif first.values == here.values:
                copies.add(at)
                self.note_copy(group, at, first)
            else:
                self.ask_twice(group, at, unit, first)
        return kept, copies

    def where(self, first):
        """How an earlier row is called."""
        number = f"第 {first.row + 1} 行"
        if first.sheet == self.sheet.name:
            return number
        return f"“{first.sheet}”{number}"

    def note_copy(self, group, at, first):
        if group.section is self.lead:
            row, column = self.data[at], self.owners.naming
            value = raw_cell_text(self.sheet.rows[row][column])
            self.note(row, column, f"与{self.where(first)}完全相同，只取一次", "", value)

    def ask_key(self, group, at, unit):
        """A record without its key: the question about the cell becomes one about the row."""
        section = group.section
        name = next(name for name in section.key if not group.values[name][at])
        question = group.questions.get(name, {}).pop(at, None)
        if question is None:
            question = CellQuestion(f"没有填{section.label_of(name)}", "填上，或不导入这一行。")
        sheet_column = group.sheet_column(name)
        column = sheet_column.at if sheet_column else self.owners.naming
        about = {"section": section.name, "filing": unit.id}
        self.ask_row(at, column, question.reason, question.expected, **about)

    def ask_twice(self, group, at, unit, first):
        """A record that an earlier row gives otherwise."""
        section, key = group.section, group.key_text(at)
        key_columns = [group.sheet_column(name) for name in section.key]
        column = self.owners.naming
        for key_column in key_columns:
            if key_column:
                column = key_column.at
                break
        called = unit.short
        if key:
            called = f"{unit.short}“{key}”"
        reason = f"{called}与{self.where(first)}重复而内容不同"
        about = {"section": section.name, "filing": unit.id, "key": key}
        self.ask_row(at, column, reason, "核对后改正，或不导入其中一行。", **about)

    def store(self, group, kept):
        incoming, rows = self.incoming(group), group.rows
        incoming.rows.extend((self.units[at].id, *rows[at]) for at in kept)
        incoming.places.extend((self.sheet.name, self.data[at] + 1) for at in kept)

    def incoming(self, group):
        """The section's rows so far; a sheet with other columns of the same section keeps its own."""
        name, book = group.section.name, self.reading.incoming
        if name in book and book[name].names != group.names:
            name = f"{name}@{self.sheet.name}"
        return book.setdefault(name, Incoming(group.section, group.names))


class KeptRow(NamedTuple):
    """The row in which a record was first met: its sheet, its index there, its values."""

    sheet: str
    row: int
    values: tuple


def own_cover(entry):
    """What an organisation covers that lists no community: its own, if it is one's."""
    if entry and entry.level == Level.COMMUNITY:
        return (entry.id,)
    return ()


def sample_values(rows, first, at):
    """The first values of a column, as its reader sees them."""
    texts = []
    for row in rows[first : first + LOOKED_AT]:
        if at < len(row) and row[at] != "":
            texts.append(raw_cell_text(row[at])[:20])
            if len(texts) == SAMPLES:
                break
    return "、".join(texts)
