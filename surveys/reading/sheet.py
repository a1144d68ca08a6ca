"""One sheet, from its layout to the rows it brings."""

from itertools import islice

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
        self.sheet, self.register, self.vocabulary, self.year = sheet, register, vocabulary, year
        self.decisions, self.reading, self.seen = decisions, reading, seen
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
        """The section the rows are about; it says whether a row without a community is the street's own."""
        sections = [group.section for group in self.groups]
        if self.layout.main in sections:
            return self.layout.main
        return max(self.groups, key=lambda group: len(group.places)).section

    def add(self, finding):
        self.reading.findings.append(finding)

    def note(self, row, column, reason, expected="", value=""):
        cell = cell_address(row, column)
        self.add(
            Finding(
                FindingKind.NOTE,
                reason,
                expected,
                sheet=self.sheet.name,
                cell=cell,
                value=value[:200],
            )
        )

    # What was understood

    def describe(self):
        """The sheet's own entry, and notes on labels that were not taken or taken by likeness."""
        layout = self.layout
        self.reading.sheets.append(
            SheetReading(
                self.sheet.name,
                header=layout.first_row,
                rows=len(self.data),
                mapping={place.label: place.target.path for place in layout.places},
                ignored=tuple(label for _, label in layout.ignored),
                columns=tuple(layout.labels),
                signature=layout.signature,
                samples=tuple(
                    sample_values(self.sheet.rows, layout.first_row, at)
                    for at in range(len(layout.labels))
                ),
            )
        )
        for at, label in layout.ignored:
            near = nearest_labels(label, self.lead)
            expected = f"是否：{'、'.join(near)}？" if near else "如要读入，请指定对应的列。"
            self.note(
                layout.top, at, f"“{one_piece_label(label)}”列不认识，没有读入", expected, label
            )
        for at, label, other in layout.repeated:
            self.note(
                layout.top,
                at,
                f"“{one_piece_label(label)}”列与“{one_piece_label(other)}”列重复，没有读入",
                "",
                label,
            )
        for at, label, why in layout.unfit:
            self.note(layout.top, at, f"“{one_piece_label(label)}”列{why}，没有读入", "", label)
        for place in layout.places:
            if place.similar:
                meant = place.target.section.label_of(place.target.name)
                self.note(
                    layout.top, place.at, f"“{place.title}”列按“{meant}”读入", "", place.label
                )

    # Which filing each row belongs to

    def allowed(self, unit):
        """A node inside the area of this upload, or why not."""
        if type(unit) is UnitProblem or unit.within:
            return unit
        return UnitProblem(
            f"{unit.short}不在本次上传的范围（{self.register.area}）内", "只上传本单位的内容。"
        )

    def decide_rows(self):
        """Rows left out, rows given a unit; a data cell left out is blanked without a question."""
        self.left_out = set()
        position = {row: at for at, row in enumerate(self.data)}
        naming = {p.at for p in self.layout.places if p.target.section is None or is_key(p)} | {
            self.owners.naming
        }
        for (row, column), (place, decision) in self.decisions.of(self.sheet.name).items():
            at = position.get(row)
            if at is None or not ("unit" in decision or decision.get("leave_out")):
                continue
            self.decisions.used.add(place)
            if "unit" in decision:
                self.units[at] = self.decided(decision["unit"])
            elif column in naming:
                self.left_out.add(at)
            elif column < self.sheet.width:
                self.sheet.rows[row][column] = ""

    def decided(self, code):
        node = self.register.by_code.get(str(code).strip().ljust(12, "0"))
        if node is None or node.level not in self.lead.levels:
            return UnitProblem(
                f"决定里的单位 {code} 不在本期名单里", "填本期名单中的 12 位区划代码。"
            )
        return self.allowed(node)

    def report_rows(self):
        """Rows whose unit is in question, unless nothing stands in them."""
        filled = set().union(*(group.filled for group in self.groups))
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
            reason, expected = (
                f"还有更多行有同类问题（已列出 {MOST_ROWS_ASKED:,} 行）",
                "改正后重传。",
            )
        row = self.data[at]
        value, cell = raw_cell_text(self.sheet.rows[row][column])[:200], cell_address(row, column)
        self.add(
            Finding(
                FindingKind.ROW,
                reason,
                expected,
                sheet=self.sheet.name,
                cell=cell,
                value=value,
                **about,
            )
        )

    def filing(self, at):
        unit = self.units[at]
        return None if type(unit) is UnitProblem else unit.id

    # Records

    def read_group(self, group):
        group.convert(self.sheet, self.data, self.year, self.read_covers)
        kept, copies = self.keep(group)
        counted = [at for at in group.filled if at not in copies and at not in self.left_out]
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
            node = None if type(unit) is UnitProblem else unit
            if value == "":
                values.append((node.id,) if node and node.level == Level.COMMUNITY else ())
                continue
            found, unknown = self.register.covered(
                value, self.register.above(node, Level.STREET) if node else None
            )
            if unknown:
                reason = f"名单里没有：{'、'.join(unknown)[:60]}"
                questions.append((at, CellQuestion(reason, "写社区全名，用顿号隔开。")))
            values.append(() if unknown else tuple(found))
        return values, questions

    def keep(self, group):
        """Positions to store: unit known, key given, key not met before; and those of identical copies."""
        kept, copies = [], set()
        seen = self.seen.setdefault((group.section.name, group.names), {})
        rows, keys = group.rows, [group.columns[name] for name in group.key_names]
        needed = [group.columns[name] for name in group.section.key]
        for at in group.filled:
            unit = self.units[at]
            if (
                at in self.left_out
                or type(unit) is UnitProblem
                or unit.level not in group.section.levels
            ):
                continue
            if not all(column[at] for column in needed):
                self.ask_key(group, at, unit)
                continue
            key = (unit.id, *(column[at] for column in keys))
            first = seen.setdefault(key, (self.sheet.name, self.data[at], rows[at]))
            if first[:2] == (self.sheet.name, self.data[at]):
                kept.append(at)
            elif first[2] == rows[at]:
                copies.add(at)
                self.note_copy(group, at, first)
            else:
                self.ask_twice(group, at, unit, first)
        return kept, copies

    def where(self, first):
        """How an earlier row is called."""
        sheet, row, _ = first
        return f"第 {row + 1} 行" if sheet == self.sheet.name else f"“{sheet}”第 {row + 1} 行"

    def note_copy(self, group, at, first):
        if group.section is self.lead:
            row, column = self.data[at], self.owners.naming
            value = raw_cell_text(self.sheet.rows[row][column])
            self.note(row, column, f"与{self.where(first)}完全相同，只取一次", "", value)

    def ask_key(self, group, at, unit):
        """A record without its key: the question about the cell becomes one about the row."""
        name = next(name for name in group.section.key if not group.columns[name][at])
        question = group.questions.get(name, {}).pop(at, None)
        question = question or CellQuestion(
            f"没有填{group.section.label_of(name)}", "填上，或不导入这一行。"
        )
        place = group.place(name)
        column = place.at if place else self.owners.naming
        self.ask_row(
            at,
            column,
            question.reason,
            question.expected,
            section=group.section.name,
            filing=unit.id,
        )

    def ask_twice(self, group, at, unit, first):
        key = group.key_text(at)
        places = [place for name in group.section.key if (place := group.place(name))]
        self.ask_row(
            at,
            places[0].at if places else self.owners.naming,
            f"{unit.short}{f'“{key}”' if key else ''}与{self.where(first)}重复而内容不同",
            "核对后改正，或不导入其中一行。",
            section=group.section.name,
            filing=unit.id,
            key=key,
        )

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


def sample_values(rows, first, at):
    """The first values of a column, as its reader sees them."""
    found = (
        raw_cell_text(row[at])
        for row in rows[first : first + LOOKED_AT]
        if at < len(row) and row[at] != ""
    )
    return "、".join(text[:20] for text in islice(found, SAMPLES))
