"""What the page about one upload shows: what was understood, what waits, what would change."""

from collections import Counter
from functools import cached_property

from communities.models import Level
from surveys.actions.checking import fingerprint
from surveys.actions.trail import SectionWording
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
    """A reading of a workbook and its comparison with what is stored, as lists for the page."""

    is_kept = is_old = False  # it was read just now

    def __init__(self, upload, filing, reading, compared, *, may_edit):
        self.upload, self.filing, self.reading, self.compared = upload, filing, reading, compared
        self.may_edit = may_edit
        self.sheets_by_name = {sheet.name: sheet for sheet in reading.sheets}
        self.order = {name: at for at, name in enumerate(self.sheets_by_name)}

    @cached_property
    def units(self):
        """{id of filing: row} of the streets and communities of this upload's area."""
        filings = Filing.objects.within(self.filing).filter(round=self.filing.round_id)
        rows = filings.order_by("path").values_list("pk", "name", "code", "level", named=True)
        return {node.pk: node for node in rows}

    @cached_property
    def by_code(self):
        return {node.code: node for node in self.units.values() if node.code}

    @cached_property
    def choice(self):
        """Units to choose from where they are few."""
        nodes = []
        for node in self.by_code.values():
            if node.level >= Level.STREET:
                nodes.append(node)
        if len(nodes) <= MOST_UNITS:
            return nodes
        return []

    def items(self, *kinds):
        """The findings of these kinds: by sheet, then by kind in the order given, then by row."""
        rank = {kind: at for at, kind in enumerate(kinds)}

        def sort_key(item):
            return self.order.get(item.finding.sheet, 0), rank[item.kind], item.row

        found = []
        for finding in self.reading.findings:
            if finding.kind in kinds:
                found.append(PreviewFinding(finding, self))
        found.sort(key=sort_key)
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
        """[(sheet, how many rows, names of the units they belong to)]"""
        groups = {}
        for item in self.outside:
            owner = item.reason.partition(OUTSIDE)[0]
            groups.setdefault(item.finding.sheet, []).append(owner)
        sheets = []
        for sheet, owners in groups.items():
            sheets.append((sheet, len(owners), list(dict.fromkeys(owners))))
        return sheets

    @cached_property
    def ask(self):
        """What may stay in question; questions of rows of other areas are left to those."""
        found = []
        for item in self.items(FindingKind.CELL, FindingKind.CHECK):
            filing = item.finding.filing
            if filing is None or filing in self.units:
                found.append(item)
        return found

    @cached_property
    def notes(self):
        """What is worth knowing, one line for all cells of a sheet of which one thing is said."""
        groups = {}
        for item in self.items(FindingKind.NOTE):
            key = (item.finding.sheet, item.reason, item.expected)
            groups.setdefault(key, []).append(item.finding.cell)
        lines = []
        for (sheet, reason, expected), cells in groups.items():
            line = {"sheet": sheet, "reason": reason, "expected": expected}
            line["cells"] = name_first_cells(cells)
            line["count"] = len(cells)
            lines.append(line)
        return lines

    @cached_property
    def sheets(self):
        """[(sheet, rows to decide, cells to check)]"""
        must = Counter(item.finding.sheet for item in self.undecided)
        ask = Counter(item.finding.sheet for item in self.ask)
        counted = []
        for sheet in self.reading.sheets:
            counted.append((sheet, must[sheet.name], ask[sheet.name]))
        return counted

    @cached_property
    def sections(self):
        counts = {name: difference.counts for name, difference in self.compared.items()}
        return tally_by_section(self.upload, counts)

    @cached_property
    def changed(self):
        """One line a cell: unit, record, field, old, new."""
        lines = []
        for difference in self.compared.values():
            lines += self.changes_of(difference)
        return lines

    def changes_of(self, difference):
        """The lines of the cells that one section's records would change."""
        section, wording = difference.section, SectionWording(difference)
        for change in difference.changed:
            record = record_name(section, difference.names, change.values)
            for name, (old, new) in change.fields.items():
                yield {
                    "filing": change.filing,
                    "unit": self.unit_name(change.filing),
                    "record": record,
                    "field": wording.labels[name],
                    "old": self.text(section, wording, name, old),
                    "new": self.text(section, wording, name, new),
                    "measure": getattr(section.field(name), "unit", ""),
                    "place": row_place(change),
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
            told = SectionWording(difference).new_records()
            for row, (record, summary) in zip(difference.new, told, strict=True):
                line = {"unit": self.unit_name(row.filing), "record": record, "summary": summary}
                lines.append(line | {"place": row_place(row)})
        return lines

    @cached_property
    def absent(self):
        """Records of these units that the file leaves out; they stay as they are."""
        lines = []
        for difference in self.compared.values():
            for _, filing, *values in difference.absent:
                record = record_name(difference.section, difference.names, values)
                lines.append({"unit": self.unit_name(filing), "record": record})
        return lines

    def unit_name(self, filing):
        """The name of a filing's unit by the filing's id; "" where it is not in the area."""
        node = self.units.get(filing)
        if node:
            return node.name
        return ""

    @cached_property
    def decided(self):
        """What was decided so far, in words; what was left out comes last."""
        decisions = self.upload.decisions.items()
        lines = []
        for place, decision in sorted(decisions, key=lambda pair: "leave_out" in pair[1]):
            where = " ".join(place.rsplit("!", 1))
            words = self.decision_text(place, decision)
            lines.append({"place": place, "where": where, "words": words})
        return lines

    def decision_text(self, place, decision):
        """A decision as a sentence."""
        if "unit" in decision:
            code = decision["unit"]
            node = self.by_code.get(str(code))
            return f"是{node.name}（{node.code}）" if node else f"是 {code}"
        if "value" in decision:
            return f"改为“{decision['value']}”"
        if self.names_row(place):
            return "不导入这一行"
        return "留空，不提问"

    def names_row(self, place):
        """Whether the cell names a row's unit or record: leaving it out leaves out the row."""
        path = self.path_at(place)
        section, _, name = path.partition("[")[0].partition(".")
        return section in ("", "unit") or name in round_section(self.upload.round, section).key

    def path_at(self, place):
        """What the column of a cell was taken for, as `section.field`; "" for no known one."""
        sheet, _, cell = place.rpartition("!")
        found = CELL.fullmatch(cell)
        if not found:
            return ""
        for path, column_letters in letters_by_path(self.sheets_by_name.get(sheet)).items():
            if column_letters == found[1]:
                return path
        return ""

    @cached_property
    def idle(self):
        """Whether nothing would be written: the system already knows all of it."""
        if self.undecided:
            return False
        return not any(row["new"] or row["changed"] for row in self.sections)

    @property
    def seen(self):
        """The fingerprint of what would be written, by which a later confirmation is checked."""
        return fingerprint(self.compared)

    @property
    def has_marks(self):
        return bool(self.undecided or self.ask)

    def marks(self):
        """Yield (sheet, cell, text, must it be decided) of the cells that `mark_workbook` colours."""
        for item in (*self.undecided, *self.ask):
            if not item.finding.cell:
                continue
            text = item.reason
            if item.expected:
                text += f"\n应为：{item.expected}"
            yield item.finding.sheet, item.finding.cell, text, item.must


def record_name(section, names, values):
    """`工作人员·王芳`: a record by its section and key; the section alone where it has one record."""
    key = key_text(section, dict(zip(names, values, strict=False)))
    if key:
        return f"{section.label}·{key}"
    return section.label


def row_place(row):
    """`工作人员 第 12 行`: where a record stands in the workbook."""
    sheet, number = row.place
    return f"{sheet} 第 {number} 行"


def name_first_cells(cells):
    """The names of the first few cells, and whether there are more."""
    more = " …" if len(cells) > CELLS_NAMED else ""
    return "、".join(cells[:CELLS_NAMED]) + more


def tally_by_section(upload, counts=None):
    """[{label, new, changed, same, absent}], a line a section, of `counts` or the upload's own."""
    if counts is None:
        counts = upload.counts
    rows = {}
    for name, each in counts.items():
        label = section_read_as(upload.round, name).label
        rows.setdefault(label, Counter()).update(each)
    lines = []
    for label, row in rows.items():
        line = {"label": label}
        for key in ("new", "changed", "same", "absent"):
            line[key] = row[key]
        lines.append(line)
    return lines
