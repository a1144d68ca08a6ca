"""Findings at the cells of a group: what could not be read, what was left blank, what does not agree."""

from surveys.reading.cells import raw_cell_text
from surveys.reading.result import Finding, FindingKind
from surveys.reading.workbook import cell_address

MOST_QUESTIONS = 2_000  # of one column: beyond that the column, not the cell, is wrong
MOST_BLANKS = 2_000
BLANK = "留空，按数据缺失处理"


class Remarks:
    """Makes findings about one group; `filing(position)` is the id of a row's filing or None."""

    def __init__(self, group, sheet, layout, data, filing):
        self.group, self.sheet, self.layout, self.data, self.filing = (
            group,
            sheet,
            layout,
            data,
            filing,
        )

    def all(self, counted):
        """Questions and blanks of the rows at the positions `counted`."""
        for place in self.group.places:
            yield from self.questions(place, counted)
            column = place.target.column
            if (column.asked or column.asked_of) and not column.derived:
                yield from self.blanks(place, counted)

    def at(self, kind, reason, expected, place, at):
        """A finding at one cell of a record."""
        name = place.target.name
        return Finding(
            kind,
            reason,
            expected,
            sheet=self.sheet.name,
            cell=cell_address(self.data[at], place.at),
            value=raw_cell_text(self.group.raw[name][at])[:200],
            section=self.group.section.name,
            field=name,
            key=self.group.key_text(at),
            filing=self.filing(at),
        )

    def of_column(self, kind, reason, expected, place, row):
        """A finding about a whole column, pinned to a row of it."""
        return Finding(
            kind,
            reason,
            expected,
            sheet=self.sheet.name,
            cell=cell_address(row, place.at),
            section=self.group.section.name,
            field=place.target.name,
        )

    def questions(self, place, counted):
        asked = self.group.questions.get(place.target.name)
        if not asked:
            return
        found = [at for at in counted if at in asked]
        for at in found[:MOST_QUESTIONS]:
            yield self.at(FindingKind.CELL, asked[at].reason, asked[at].expected, place, at)
        if len(found) > MOST_QUESTIONS:
            reason = f"“{place.title}”列有 {len(found):,} 格读不出，像是列对错了"
            yield self.of_column(
                FindingKind.ROW,
                reason,
                "核对这一列对应的内容，改正后重传。",
                place,
                self.layout.top,
            )

    def blanks(self, place, counted):
        raw = self.group.raw[place.target.name]
        if "" not in raw:
            return
        asked_of, found = place.target.column.asked_of, [at for at in counted if raw[at] == ""]
        if asked_of:
            found = [at for at in found if asked_of(self.group.records[at])]
        if len(found) <= MOST_BLANKS:
            yield from (self.at(FindingKind.NOTE, BLANK, "", place, at) for at in found)
            return
        first = "、".join(cell_address(self.data[at], place.at) for at in found[:3])
        reason = f"“{place.title}”列有 {len(found):,} 格{BLANK}（{first} …）"
        yield self.of_column(FindingKind.NOTE, reason, "", place, self.data[found[0]])

    def checks(self, kept):
        """What of the section's checks these records break, each pinned to the check's cell."""
        if not self.group.section.checks:
            return
        records = self.group.records
        for check in self.group.section.checks:
            place = self.group.place(check.field) or self.group.places[0]
            for at in kept:
                if check.holds(records[at]) is False:
                    yield self.at(
                        FindingKind.CHECK,
                        check.said(self.group.section, records[at]),
                        "",
                        place,
                        at,
                    )
