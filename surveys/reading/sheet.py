"""One sheet, from its layout to the rows it brings."""

import re

from communities.models import Level
from surveys.models import Status
from surveys.reading import records
from surveys.reading.cells import shown
from surveys.reading.layout import cell_text, find_layout, nearest
from surveys.reading.questions import Question
from surveys.reading.result import Finding, Incoming, Kind, SheetReading
from surveys.reading.table import sort_rows
from surveys.reading.totals import total_findings
from surveys.reading.units import Problem, squeezed
from surveys.reading.workbook import address

MOST_ROWS_ASKED = 2_000
REPORTING = re.compile(r"填报单位(?:（盖章）|\(盖章\))?[:：]?\s*([^\s　:：]+)")
CLOSED = {Status.SUBMITTED: "已报送", Status.APPROVED: "已审定"}


class SheetReader:
    """Reads one sheet into the reading; `seen` remembers the keys of all sheets."""

    def __init__(self, sheet, register, year, decisions, reading, seen):
        self.sheet, self.register, self.year = sheet, register, year
        self.decisions, self.reading, self.seen = decisions, reading, seen
        self.asked_rows = 0

    def read(self, layouts):
        """False where the sheet has no header of ours."""
        self.decisions.write_values(self.sheet)
        self.layout = find_layout(self.sheet, layouts)
        if self.layout is None or not any(place.target.section for place in self.layout.places):
            return False
        self.table = sort_rows(self.sheet, self.layout)
        self.groups = records.groups_of(self.layout)
        self.lead = self.leading_section()
        self.describe()
        self.find_units()
        self.decide_rows()
        for group in self.groups:
            self.read_group(group)
        self.report_rows()
        return True

    def leading_section(self):
        sections = [group.section for group in self.groups]
        if self.layout.main in sections:
            return self.layout.main
        return max(self.groups, key=lambda group: len(group.places)).section

    # What was understood

    def describe(self):
        """The sheet's own entry, and notes on labels that were not taken or taken by likeness."""
        layout = self.layout
        self.reading.sheets.append(
            SheetReading(
                self.sheet.name,
                header=layout.first_row,
                rows=len(self.table.data),
                mapping={place.label: place.target.path for place in layout.places},
                ignored=tuple(label for _, label in layout.ignored),
                signature=layout.signature,
            )
        )
        for at, label in layout.ignored:
            near = nearest(label, self.lead)
            expected = f"是否：{'、'.join(near)}？" if near else "如要读入，请指定对应的列。"
            self.note(layout.top, at, f"“{plain(label)}”列不认识，没有读入", expected, label)
        for at, label, other in layout.repeated:
            self.note(layout.top, at, f"“{plain(label)}”列与“{plain(other)}”列重复，没有读入", "", label)
        for place in layout.places:
            if place.similar:
                target = place.target.section.label_of(place.target.name)
                self.note(layout.top, place.at, f"“{plain(place.label)}”列按“{target}”读入", "", place.label)

    def note(self, row, column, reason, expected="", value=""):
        cell = address(row, column)
        self.add(Finding(Kind.NOTE, reason, expected, sheet=self.sheet.name, cell=cell, value=value[:200]))

    def add(self, finding):
        self.reading.findings.append(finding)

    # Which filing each row belongs to

    def find_units(self):
        """One Node or Problem per data row."""
        columns = {name: self.layout.unit_column(name) for name in ("code", "district", "street", "name")}
        self.name_at = self.naming_column(columns)
        code = self.cells(columns["code"])
        district = self.filled(columns["district"])
        street, name = self.streets(columns["street"]), self.names(columns)
        levels = self.lead.levels
        find = self.register.find
        self.units = [find(c, d, s, n, levels) for c, d, s, n in zip(code, district, street, name, strict=True)]
        self.street_texts = street
        self.fall_back(columns)
        closed = {node.id for node in self.register.nodes if not node.open or not node.within}
        if closed:
            self.units = [self.usable(unit) for unit in self.units]

    def naming_column(self, columns):
        """The column findings about the unit are pinned to."""
        key = next(
            (p.at for p in self.layout.places if p.target.section is self.lead and p.target.name == "name"), None
        )
        by_branch = key if self.lead.covers else None
        for at in (columns["name"], by_branch, columns["code"], columns["street"]):
            if at is not None:
                return at
        return self.layout.places[0].at

    def cells(self, at):
        """A unit column's cells over the data rows, merged-down cells given to all rows they cover."""
        if at is None:
            return [""] * len(self.table.data)
        rows = self.sheet.rows
        down = {}
        for top, left, bottom, right in self.sheet.merged:
            if left <= at <= right and bottom > top >= self.layout.first_row and left < self.sheet.width:
                down.update(dict.fromkeys(range(top, min(bottom + 1, len(rows))), rows[top][left]))
        return [rows[row][at] if rows[row][at] != "" else down.get(row, "") for row in self.table.data]

    def filled(self, at):
        """The cells of a column that is often written once for all its rows."""
        values, current = [], ""
        for value in self.cells(at):
            current = current if blank(value) else value
            values.append(current)
        return values

    def streets(self, at):
        if at is not None:
            return self.filled(at)
        node = self.stated(Level.STREET)
        return [node.name if node else ""] * len(self.table.data)

    def stated(self, level):
        """The unit of a level that the sheet's name or its head names: 填报单位：骅东街道."""
        texts = [self.sheet.name]
        for row in self.sheet.rows[: self.layout.top]:
            texts += [found for value in row for found in REPORTING.findall(cell_text(value))]
        for text in texts:
            found = self.register.named(text, (level,))
            if len(found) == 1:
                return found[0]
        inside = [node for node in self.register.nodes if node.within and node.level == level]
        return inside[0] if len(inside) == 1 else None

    def names(self, columns):
        """What names the community: its column, the branch's name, or the head of the sheet."""
        if columns["name"] is not None:
            once = Level.STREET not in self.lead.levels and not self.lead.single and columns["code"] is None
            return self.filled(columns["name"]) if once else self.cells(columns["name"])
        if self.lead.covers and self.name_at is not None and columns["code"] is None:
            return [self.sheet.rows[row][self.name_at] for row in self.table.data]
        node = None if columns["code"] is not None else self.stated(Level.COMMUNITY)
        return [node.name if node else ""] * len(self.table.data)

    def fall_back(self, columns):
        """An organisation whose own name tells no unit is hosted by the first community it covers."""
        place = next((p for p in self.layout.places if p.target.section is self.lead and self.covers_cell(p)), None)
        if place is None or columns["name"] is not None or columns["code"] is not None:
            return
        for at, row in enumerate(self.table.data):
            if type(self.units[at]) is Problem:
                found, _ = self.register.covered(self.sheet.rows[row][place.at])
                self.units[at] = self.register.by_id[found[0]] if found else self.units[at]

    def covers_cell(self, place):
        return bool(self.lead.covers) and place.target.name == self.lead.covers

    def usable(self, unit):
        """A node that may be written to, or why not."""
        if type(unit) is Problem:
            return unit
        if not unit.within:
            return Problem(f"{unit.short}不在本次上传的范围（{self.register.area}）内", "只上传本单位的内容。")
        if not unit.open:
            return Problem(
                f"{unit.short}的填报表{CLOSED.get(unit.status, '已锁定')}，不能修改", "请先退回，或不导入这一行。"
            )
        return unit

    # Decisions about rows

    def decide_rows(self):
        """Rows left out, rows given a unit; a data cell left out is blanked without a question."""
        self.left_out = set()
        position = {row: at for at, row in enumerate(self.table.data)}
        keys = {self.name_at} | {p.at for p in self.layout.places if not p.target.section or records.is_key(p)}
        for (row, column), (place, decision) in self.decisions.of(self.sheet.name).items():
            at = position.get(row)
            if at is None:
                continue
            if "unit" in decision:
                self.units[at] = self.decided(decision["unit"])
                self.decisions.used.add(place)
            elif decision.get("leave_out"):
                self.decisions.used.add(place)
                if column in keys:
                    self.left_out.add(at)
                elif column < self.sheet.width:
                    self.sheet.rows[row][column] = ""

    def decided(self, code):
        node = self.register.by_code.get(str(code).strip().ljust(12, "0"))
        if node is None or node.level not in self.lead.levels:
            return Problem(f"决定里的单位 {code} 不在本期名单里", "填本期名单中的 12 位区划代码。")
        return self.usable(node)

    def report_rows(self):
        """Rows whose unit is in question."""
        for at, unit in enumerate(self.units):
            if type(unit) is Problem and at not in self.left_out and not self.is_blank(at):
                column = self.problem_column(unit)
                self.ask_row(at, column, unit.reason, unit.expected, self.lead.name)

    def problem_column(self, problem):
        found = self.layout.unit_column(problem.column)
        return self.name_at if found is None else found

    def is_blank(self, at):
        """No group has anything in this row: a community listed, nothing filled in."""
        return all(records.is_empty(group, at) for group in self.groups)

    def ask_row(self, at, column, reason, expected, section, filing=None, key=""):
        self.asked_rows += 1
        if self.asked_rows > MOST_ROWS_ASKED + 1:
            return
        if self.asked_rows == MOST_ROWS_ASKED + 1:
            reason, expected = f"还有更多行有同类问题（已列出 {MOST_ROWS_ASKED:,} 行）", "先核对单位列，改正后重传。"
        row = self.table.data[at]
        value = shown(self.sheet.rows[row][column])[:200]
        self.add(
            Finding(
                Kind.ROW,
                reason,
                expected,
                sheet=self.sheet.name,
                cell=address(row, column),
                value=value,
                section=section,
                key=key,
                filing=filing,
            )
        )

    # Records

    def read_group(self, group):
        records.convert(group, self.sheet, self.table.data, self.year, self.read_covers)
        rows = self.records_of(group)
        counted = self.counted(group)
        kept = self.keep(group, rows)
        self.report_cells(group, rows, counted)
        for finding in total_findings(group, self.sheet, self.table, counted):
            self.add(finding)
        self.check(group, rows, kept)
        self.store(group, rows, kept)

    def read_covers(self, raw):
        """覆盖社区 as ids of filings; a name that is none of the round's is asked about."""
        values, questions = [], []
        for at, value in enumerate(raw):
            unit = self.units[at]
            node = None if type(unit) is Problem else unit
            if value == "":
                values.append((node.id,) if node and node.level == Level.COMMUNITY else ())
                continue
            area = self.register.above(node, Level.STREET) if node else None
            found, unknown = self.register.covered(value, area)
            if unknown:
                names = "、".join(unknown)[:60]
                questions.append((at, Question(f"名单里没有：{names}", "写社区全名，用顿号隔开。")))
                found = []
            values.append(tuple(found))
        return values, questions

    def records_of(self, group):
        """Each row's record as a mapping, derived values among them; filled in where the section infers."""
        names = tuple(dict.fromkeys((*group.names, *group.columns)))
        rows = [dict(zip(names, row, strict=True)) for row in zip(*(group.columns[n] for n in names), strict=True)]
        if group.section.fill:
            for row in rows:
                group.section.fill(row)
            added = {name for row in rows[:1] for name in row} - set(names)
            group.names = (*group.names, *sorted(added))
        return rows

    def counted(self, group):
        """Positions of rows that say something for this group and are no copy of an earlier one."""
        raw = list(zip(*(values for name, values in group.raw.items() if name != "note"), strict=True))
        filled = [at for at, cells in enumerate(raw) if cells.count("") < len(cells) and at not in self.left_out]
        self.copies = self.find_copies(group, filled) if group.section.single or group.section.key else set()
        return [at for at in filled if at not in self.copies]

    def find_copies(self, group, filled):
        """Rows identical to an earlier one in unit, key and every value of the group."""
        seen, copies = {}, set()
        columns = [group.columns[name] for name in group.names if name in group.columns]
        for at in filled:
            unit = self.units[at]
            if type(unit) is Problem:
                continue
            values = (unit.id, *(column[at] for column in columns))
            if values in seen:
                copies.add(at)
                self.note_copy(group, at, seen[values])
            else:
                seen[values] = at
        return copies

    def note_copy(self, group, at, first):
        row, other = self.table.data[at], self.table.data[first]
        if group.section is self.lead:
            self.note(
                row,
                self.name_at,
                f"与第 {other + 1} 行完全相同，只取一次",
                "",
                shown(self.sheet.rows[row][self.name_at]),
            )

    def keep(self, group, rows):
        """Positions of the rows to store: unit known, key given, key not met before."""
        kept, section = [], group.section
        seen = self.seen.setdefault((section.name, group.names), {})
        for at in self.filled_rows(group):
            unit = self.units[at]
            if type(unit) is Problem or at in self.copies or unit.level not in section.levels:
                continue
            missing = next((name for name in section.key if not rows[at][name]), None)
            if missing:
                self.ask_key(group, at, missing, unit)
                continue
            key = (unit.id, *(rows[at][name] for name in self.key_names(group)))
            if key in seen:
                self.ask_twice(group, at, unit, rows[at], seen[key])
            else:
                seen[key] = f"{self.sheet.name} 第 {self.table.data[at] + 1} 行"
                kept.append(at)
        return kept

    def filled_rows(self, group):
        raw = zip(*(values for name, values in group.raw.items() if name != "note"), strict=True)
        return [at for at, cells in enumerate(raw) if cells.count("") < len(cells) and at not in self.left_out]

    def key_names(self, group):
        tiebreak = group.section.tiebreak
        return (*group.section.key, tiebreak) if tiebreak in group.columns else group.section.key

    def key_column(self, group):
        places = [place for name in group.section.key if (place := group.place(name)) and not group.fixed]
        return places[0].at if places else self.name_at

    def ask_key(self, group, at, name, unit):
        place = group.place(name)
        question = group.questions.get(name, {}).pop(at, None)
        reason = question.reason if question else f"没有填{group.section.label_of(name)}"
        expected = question.expected if question else "填上，或不导入这一行。"
        self.ask_row(at, place.at if place else self.name_at, reason, expected, group.section.name, unit.id)

    def ask_twice(self, group, at, unit, record, first):
        key = self.key_of(group, record)
        what = f"{unit.short}{f'“{key}”' if key else ''}"
        self.ask_row(
            at,
            self.key_column(group),
            f"{what}出现两次而内容不同（{first}已有）",
            "核对后改正，或不导入其中一行。",
            group.section.name,
            unit.id,
            key,
        )

    def key_of(self, group, record):
        names = group.section.key
        return records.key_text(group.section, names, [record[name] for name in names])

    def report_cells(self, group, rows, counted):
        def context(at):
            unit = self.units[at]
            return (None if type(unit) is Problem else unit.id), self.key_of(group, rows[at])

        args = (group, self.sheet, self.layout, self.table.data, counted, context)
        self.reading.findings.extend(records.column_findings(*args))

    def check(self, group, rows, kept):
        for at in kept:
            for check in group.section.checks:
                if check.holds(rows[at]) is False:
                    unit, key = self.units[at], self.key_of(group, rows[at])
                    self.add(records.check_finding(check, group, self.sheet, at, self.table.data, (unit.id, key)))

    def store(self, group, rows, kept):
        incoming = self.incoming(group)
        names = group.names
        for at in kept:
            row = rows[at]
            incoming.rows.append((self.units[at].id, *(row[name] for name in names)))
            incoming.places.append((self.sheet.name, self.table.data[at] + 1))

    def incoming(self, group):
        """The section's rows so far; a sheet with other columns of the same section keeps its own."""
        name, book = group.section.name, self.reading.incoming
        if name in book and book[name].names != group.names:
            name = f"{name}@{self.sheet.name}"
        return book.setdefault(name, Incoming(group.section, group.names))


def plain(label):
    return label.replace("|", "")


def blank(value):
    return value == "" or (type(value) is str and squeezed(value) in ("", "〃", '"', "″", "同上"))
