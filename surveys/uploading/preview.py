"""What the page about one upload shows: what was understood, what waits, what would change."""

from collections import Counter
from functools import cached_property

from surveys.actions.checking import fingerprint
from surveys.actions.trail import Wording
from surveys.difference import BLANK, key_text
from surveys.extras import round_section
from surveys.models import Filing
from surveys.reading.result import FindingKind
from surveys.uploading.findings import (
    CELL,
    OUTSIDE,
    PreviewFinding,
    letters_by_path,
    preview_text,
    section_read_as,
)

MOST_UNITS = 40  # a select holds no more; beyond that the unit is written
CELLS_NAMED = 8


class UploadPreview:
    """A reading and its comparison, as lists for the page."""

    is_kept = is_old = False  # it was read just now

    def __init__(self, upload, filing, reading, compared, *, may_edit):
        self.upload, self.filing, self.reading, self.compared = upload, filing, reading, compared
        self.may_edit = may_edit
        self.sheets_by_name = {sheet.name: sheet for sheet in reading.sheets}
        self.order = {name: at for at, name in enumerate(self.sheets_by_name)}

    @cached_property
    def units(self):
        """{id of filing: row} of the streets and communities of this upload's area."""
        rows = (
            Filing.objects.within(self.filing).filter(round=self.filing.round_id).order_by("path")
        )
        return {
            node.pk: node for node in rows.values_list("pk", "name", "code", "level", named=True)
        }

    @cached_property
    def by_code(self):
        return {node.code: node for node in self.units.values() if node.code}

    @cached_property
    def choice(self):
        """Units to choose from where they are few."""
        nodes = [node for node in self.by_code.values() if node.level >= 4]
        return nodes if len(nodes) <= MOST_UNITS else []

    def items(self, *kinds):
        found = [
            PreviewFinding(finding, self)
            for finding in self.reading.findings
            if finding.kind in kinds
        ]
        rank = {kind: at for at, kind in enumerate(kinds)}
        found.sort(
            key=lambda item: (self.order.get(item.finding.sheet, 0), rank[item.kind], item.row)
        )
        for at, item in enumerate(found):
            item.at = at
        return found

    @cached_property
    def undecided(self):
        return self.items(FindingKind.FILE, FindingKind.ROW)

    @cached_property
    def must(self):
        """What is decided one by one; rows of other areas are left out all together."""
        return [item for item in self.undecided if not item.outside]

    @cached_property
    def outside(self):
        return [item for item in self.undecided if item.outside]

    @cached_property
    def outside_by_sheet(self):
        """[(sheet, how many rows, whose)]"""
        groups = {}
        for item in self.outside:
            whose = item.reason.partition(OUTSIDE)[0]
            groups.setdefault(item.finding.sheet, []).append(whose)
        return [(sheet, len(whose), list(dict.fromkeys(whose))) for sheet, whose in groups.items()]

    @cached_property
    def ask(self):
        """What may stay in question; that of rows of other areas is theirs."""
        found = self.items(FindingKind.CELL, FindingKind.CHECK)
        return [
            item
            for item in found
            if item.finding.filing is None or item.finding.filing in self.units
        ]

    @cached_property
    def notes(self):
        """What is worth knowing, one line for all cells of a sheet of which the same is said."""
        groups = {}
        for item in self.items(FindingKind.NOTE):
            key = (item.finding.sheet, item.reason, item.expected)
            groups.setdefault(key, []).append(item.finding.cell)
        return [
            {
                "sheet": sheet,
                "reason": reason,
                "expected": expected,
                "cells": name_first_cells(cells),
                "count": len(cells),
            }
            for (sheet, reason, expected), cells in groups.items()
        ]

    @cached_property
    def sheets(self):
        """[(sheet, rows to decide, cells to check)]"""
        must = Counter(item.finding.sheet for item in self.undecided)
        ask = Counter(item.finding.sheet for item in self.ask)
        return [(sheet, must[sheet.name], ask[sheet.name]) for sheet in self.reading.sheets]

    @cached_property
    def sections(self):
        return tally_by_section(
            self.upload, {name: difference.counts for name, difference in self.compared.items()}
        )

    @cached_property
    def changed(self):
        """One line a cell: unit, record, field, old, new."""
        return [
            line for difference in self.compared.values() for line in self.changes_of(difference)
        ]

    def changes_of(self, difference):
        section, wording = difference.section, Wording(difference)
        for change in difference.changed:
            record = key_text(section, dict(zip(difference.names, change.values, strict=False)))
            for name, pair in change.fields.items():
                old, new = (self.text(section, wording, name, value) for value in pair)
                yield {
                    "filing": change.filing,
                    "unit": self.name(change.filing),
                    "record": "·".join(filter(None, [section.label, record])),
                    "field": wording.labels[name],
                    "old": old,
                    "new": new,
                    "measure": getattr(section.field(name), "unit", ""),
                    "place": f"{change.place[0]} 第 {change.place[1]} 行",
                }

    def text(self, section, wording, name, value):
        if value in (*BLANK, ()):
            return ""
        return preview_text(section, name, value, self.units) or str(wording.words[name](value))

    @cached_property
    def new(self):
        """One line a record: unit, record, what stands in it."""
        lines = []
        for difference in self.compared.values():
            for each, (record, summary) in zip(
                difference.new, Wording(difference).new(), strict=True
            ):
                place = f"{each.place[0]} 第 {each.place[1]} 行"
                lines.append(
                    {
                        "unit": self.name(each.filing),
                        "record": record,
                        "summary": summary,
                        "place": place,
                    }
                )
        return lines

    @cached_property
    def absent(self):
        """Records of the same units that the file leaves out; they stay as they are."""
        lines = []
        for difference in self.compared.values():
            section, names = difference.section, difference.names
            for _, filing, *values in difference.absent:
                record = key_text(section, dict(zip(names, values, strict=False)))
                lines.append(
                    {
                        "unit": self.name(filing),
                        "record": "·".join(filter(None, [section.label, record])),
                    }
                )
        return lines

    def name(self, filing):
        node = self.units.get(filing)
        return node.name if node else ""

    @cached_property
    def decided(self):
        """What was decided so far, in words; what was left out comes last."""
        decisions = sorted(self.upload.decisions.items(), key=lambda pair: "leave_out" in pair[1])
        return [
            {
                "place": place,
                "where": " ".join(place.rsplit("!", 1)),
                "words": self.words(place, how),
            }
            for place, how in decisions
        ]

    def words(self, place, how):
        if "unit" in how:
            node = self.by_code.get(str(how["unit"]))
            return f"是{node.name}（{node.code}）" if node else f"是 {how['unit']}"
        if "value" in how:
            return f"改为“{how['value']}”"
        return "不导入这一行" if self.names_row(place) else "留空，不提问"

    def names_row(self, place):
        """Whether the cell names a row's unit or record, so that leaving it out leaves out the row."""
        sheet, _, cell = place.rpartition("!")
        found, column = CELL.fullmatch(cell), letters_by_path(self.sheets_by_name.get(sheet))
        path = next((path for path, at in column.items() if found and at == found[1]), "")
        section, _, name = path.partition("[")[0].partition(".")
        return section in ("", "unit") or name in round_section(self.upload.round, section).key

    @cached_property
    def idle(self):
        """Nothing would be written: the system already knows all of it."""
        return not self.undecided and not any(row["new"] or row["changed"] for row in self.sections)

    @property
    def seen(self):
        return fingerprint(self.compared)

    @property
    def has_marks(self):
        return bool(self.undecided or self.ask)

    def marks(self):
        """(sheet, cell, text, must it be decided) of the cells to colour, as `mark_workbook` takes them."""
        for item in (*self.undecided, *self.ask):
            if item.finding.cell:
                words = item.reason + (f"\n应为：{item.expected}" if item.expected else "")
                yield item.finding.sheet, item.finding.cell, words, item.must


def name_first_cells(cells):
    """The first few cells, and that there are more."""
    more = " …" if len(cells) > CELLS_NAMED else ""
    return "、".join(cells[:CELLS_NAMED]) + more


def tally_by_section(upload, counts=None):
    """[{label, new, changed, same, absent}] of an upload's counts, a line a section."""
    rows = {}
    for name, each in (upload.counts if counts is None else counts).items():
        row = rows.setdefault(section_read_as(upload.round, name).label, Counter())
        row.update(each)
    keys = ("new", "changed", "same", "absent")
    return [{"label": label, **{key: row[key] for key in keys}} for label, row in rows.items()]
