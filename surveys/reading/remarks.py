"""Findings at the cells of a group: what could not be read, what was left blank,
what does not agree.
"""

from surveys.reading.cells import raw_cell_text
from surveys.reading.result import Finding, FindingKind
from surveys.reading.workbook import cell_address

MOST_QUESTIONS = 2_000  # of one column: beyond that the column, not the cell, is wrong
MOST_BLANKS = 2_000
BLANK = "留空，按数据缺失处理"


class Remarks:
    """Makes findings about one group; `filing(position)` is the id of a row's filing or None."""

    def __init__(self, group, sheet, layout, data, filing):
        self.group = group
        self.sheet = sheet
        self.layout = layout
        self.data = data
        self.filing = filing

    def all(self, counted):
        """Questions and blanks of the rows at the positions `counted`."""
        for sheet_column in self.group.sheet_columns:
            yield from self.questions(sheet_column, counted)
            column = sheet_column.target.column
            if (column.asked or column.asked_of) and not column.derived:
                yield from self.blanks(sheet_column, counted)

    def at(self, kind, reason, expected, sheet_column, at):
        """A finding at one cell of a record."""
        name = sheet_column.target.name
        return Finding(
            kind,
            reason,
            expected,
            sheet=self.sheet.name,
            cell=cell_address(self.data[at], sheet_column.at),
            value=raw_cell_text(self.group.raw[name][at])[:200],
            section=self.group.section.name,
            field=name,
            key=self.group.key_text(at),
            filing=self.filing(at),
        )

    def of_column(self, kind, reason, expected, sheet_column, row):
        """A finding about a whole column, pinned to a row of it."""
        return Finding(
            kind,
            reason,
            expected,
            sheet=self.sheet.name,
            cell=cell_address(row, sheet_column.at),
            section=self.group.section.name,
            field=sheet_column.target.name,
        )

    def questions(self, sheet_column, counted):
        asked = self.group.questions.get(sheet_column.target.name)
        if not asked:
            return
        found = [at for at in counted if at in asked]
        for at in found[:MOST_QUESTIONS]:
            question = asked[at]
            yield self.at(FindingKind.CELL, question.reason, question.expected, sheet_column, at)
        if len(found) > MOST_QUESTIONS:
            reason = f"“{sheet_column.title}”列有 {len(found):,} 格读不出，像是列对错了"
            expected = "核对这一列对应的内容，改正后重传。"
            yield self.of_column(FindingKind.ROW, reason, expected, sheet_column, self.layout.top)

    def blanks(self, sheet_column, counted):
        raw = self.group.raw[sheet_column.target.name]
        if "" not in raw:
            return
        found = [at for at in counted if raw[at] == ""]
        asked_of = sheet_column.target.column.asked_of
        if asked_of:
            found = [at for at in found if asked_of(self.group.records[at])]
        if len(found) <= MOST_BLANKS:
            for at in found:
                yield self.at(FindingKind.NOTE, BLANK, "", sheet_column, at)
            return
        addresses = []
        for at in found[:3]:
            addresses.append(cell_address(self.data[at], sheet_column.at))
        first = "、".join(addresses)
        reason = f"“{sheet_column.title}”列有 {len(found):,} 格{BLANK}（{first} …）"
        row = self.data[found[0]]
        yield self.of_column(FindingKind.NOTE, reason, "", sheet_column, row)

    def checks(self, kept):
        """What of the section's checks these records break, each pinned to the check's cell."""
        section = self.group.section
        if not section.checks:
            return
        records = self.group.records
        for check in section.checks:
            sheet_column = self.group.sheet_column(check.field) or self.group.sheet_columns[0]
            for at in kept:
                if check.holds(records[at]) is False:
                    sentence = check.sentence_with_values(section, records[at])
                    yield self.at(FindingKind.CHECK, sentence, "", sheet_column, at)
