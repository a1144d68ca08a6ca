"""Which filing each row of a sheet belongs to."""

import re

from communities.models import Level
from surveys.reading.headers import raw_text
from surveys.reading.units import UnitProblem, squeezed_name

REPORTING = re.compile(r"填报单位(?:（盖章）|\(盖章\))?[:：]?\s*([^\s　:：]+)")
SAME_AS_ABOVE = ("", "〃", '"', "″", "同上")


class Owners:
    """The unit columns of a sheet: they give a RegisterEntry for every row,
    or the UnitProblem with it.
    """

    def __init__(self, sheet, layout, data, lead, register):
        self.sheet = sheet
        self.layout = layout
        self.data = data
        self.lead = lead
        self.register = register
        self.columns = {}
        for name in ("code", "district", "street", "name"):
            self.columns[name] = layout.unit_column(name)
        self.naming = self.naming_column()

    def units(self):
        """One RegisterEntry or UnitProblem per data row."""
        codes = self.cells(self.columns["code"])
        districts = self.filled(self.columns["district"])
        find, levels = self.register.find, self.lead.levels
        units = []
        for code, district, street, name in zip(
            codes, districts, self.streets(), self.names(), strict=True
        ):
            units.append(find(code, district, street, name, levels))
        return self.hosted(units) if self.named_by_key else units

    @property
    def named_by_key(self):
        """The sheet has no column for the unit, but its records bear a community's name (育才社区党支部)."""
        has_column = self.columns["name"] is not None or self.columns["code"] is not None
        return bool(self.lead.covers) and not has_column

    def naming_column(self):
        """Where the column stands that findings about the unit are pinned to."""
        candidates = (
            self.columns["name"],
            self.branch_column(),
            self.columns["code"],
            self.columns["street"],
        )
        for at in candidates:
            if at is not None:
                return at
        return self.layout.columns[0].at

    def branch_column(self):
        """Where an organisation's own name stands, if it can tell the unit."""
        if not self.lead.covers:
            return None
        for column in self.layout.columns:
            if column.target.section is self.lead and column.target.name == "name":
                return column.at
        return None

    def cells(self, at):
        """A unit column's cells over the data rows, merged-down cells given to all rows they cover."""
        if at is None:
            return [""] * len(self.data)
        rows, down = self.sheet.rows, self.merged_down(at)
        values = []
        for row in self.data:
            value = rows[row][at]
            values.append(value if value != "" else down.get(row, ""))
        return values

    def merged_down(self, at):
        """{row: value} of the rows that merged cells of a column cover."""
        rows, down = self.sheet.rows, {}
        for top, left, bottom, right in self.sheet.merged:
            covers_column = left <= at <= right and left < self.sheet.width
            if covers_column and bottom > top >= self.layout.first_row:
                below = range(top, min(bottom + 1, len(rows)))
                if below:
                    down.update(dict.fromkeys(below, rows[top][left]))
        return down

    def filled(self, at):
        """The cells of a column that is often written once for all its rows."""
        values, current = [], ""
        for value in self.cells(at):
            if value != "" and not same_as_above(value):
                current = value
            values.append(current)
        return values

    def streets(self):
        """The name of each row's street: its column, or the head of the sheet."""
        if self.columns["street"] is not None:
            return self.filled(self.columns["street"])
        return self.stated_names(Level.STREET)

    def names(self):
        """What names the community: its column, the branch's name, or the head of the sheet."""
        at, has_code = self.columns["name"], self.columns["code"] is not None
        if at is not None:
            is_roster = Level.STREET not in self.lead.levels and not self.lead.single
            return self.filled(at) if is_roster and not has_code else self.cells(at)
        if self.named_by_key:
            return [self.sheet.rows[row][self.naming] for row in self.data]
        if has_code:
            return [""] * len(self.data)
        return self.stated_names(Level.COMMUNITY)

    def stated_names(self, level):
        """For every row the name of the unit that the sheet as a whole is about,
        "" where it does not say.
        """
        entry = self.stated(level)
        name = entry.name if entry else ""
        return [name] * len(self.data)

    def stated(self, level):
        """The unit of a level that the sheet's name or its head names (填报单位：骅东街道), or None."""
        for text in self.stated_texts():
            found = self.register.named(text, (level,))
            if len(found) == 1:
                return found[0]
        inside = []
        for entry in self.register.entries:
            if entry.within and entry.level == level:
                inside.append(entry)
        if len(inside) == 1:
            return inside[0]
        return None

    def stated_texts(self):
        """The sheet's name, and what stands behind 填报单位 above its header."""
        texts = [self.sheet.name]
        for row in self.sheet.rows[: self.layout.top]:
            for value in row:
                texts += REPORTING.findall(raw_text(value))
        return texts

    def hosted(self, units):
        """An organisation whose own name tells no unit is hosted by the first community it covers."""
        at = self.covers_column()
        if at is None:
            return units
        hosts = []
        for unit, row in zip(units, self.data, strict=True):
            hosts.append(self.host(unit, row, at))
        return hosts

    def covers_column(self):
        """Where the column stands that lists the communities covered, or None."""
        for column in self.layout.columns:
            target = column.target
            if target.section is self.lead and target.name == self.lead.covers:
                return column.at
        return None

    def host(self, unit, row, at):
        if type(unit) is not UnitProblem:
            return unit
        covered, _ = self.register.covered(self.sheet.rows[row][at])
        if covered:
            return self.register.by_id[covered[0]]
        return unit

    def problem_column(self, problem):
        """Where a UnitProblem stands."""
        found = self.columns.get(problem.column)
        if found is None:
            return self.naming
        return found


def same_as_above(value):
    return type(value) is str and squeezed_name(value) in SAME_AS_ABOVE
