"""Which filing each row of a sheet belongs to."""

import re

from communities.models import Level
from surveys.reading.layout import raw_text
from surveys.reading.units import UnitProblem, squeezed_name

REPORTING = re.compile(r"填报单位(?:（盖章）|\(盖章\))?[:：]?\s*([^\s　:：]+)")
SAME_AS_ABOVE = ("", "〃", '"', "″", "同上")


class Owners:
    """The unit columns of a sheet, read row by row: `of(row)` is a Node, or the Problem with it."""

    def __init__(self, sheet, layout, data, lead, register):
        self.sheet, self.layout, self.data = sheet, layout, data
        self.lead, self.register = lead, register
        self.columns = {
            name: layout.unit_column(name) for name in ("code", "district", "street", "name")
        }
        self.naming = self.naming_column()

    def units(self):
        """One Node or Problem per data row."""
        code, district = self.cells(self.columns["code"]), self.filled(self.columns["district"])
        street, name = self.streets(), self.names()
        find, levels = self.register.find, self.lead.levels
        units = [
            find(c, d, s, n, levels)
            for c, d, s, n in zip(code, district, street, name, strict=True)
        ]
        return self.hosted(units) if self.named_by_key else units

    @property
    def named_by_key(self):
        """The sheet has no column for the unit, but its records bear a community's name (育才社区党支部)."""
        return (
            bool(self.lead.covers) and self.columns["name"] is None and self.columns["code"] is None
        )

    def naming_column(self):
        """The column findings about the unit are pinned to."""
        key = next(
            (
                p.at
                for p in self.layout.places
                if p.target.section is self.lead and p.target.name == "name"
            ),
            None,
        )
        by_branch = key if self.lead.covers else None
        columns = (self.columns["name"], by_branch, self.columns["code"], self.columns["street"])
        return next((at for at in columns if at is not None), self.layout.places[0].at)

    def cells(self, at):
        """A unit column's cells over the data rows, merged-down cells given to all rows they cover."""
        if at is None:
            return [""] * len(self.data)
        rows, down = self.sheet.rows, self.merged_down(at)
        return [rows[row][at] if rows[row][at] != "" else down.get(row, "") for row in self.data]

    def merged_down(self, at):
        rows, down = self.sheet.rows, {}
        for top, left, bottom, right in self.sheet.merged:
            if (
                left <= at <= right
                and bottom > top >= self.layout.first_row
                and left < self.sheet.width
            ):
                below = range(top, min(bottom + 1, len(rows)))
                down.update(dict.fromkeys(below, rows[top][left] if below else ""))
        return down

    def filled(self, at):
        """The cells of a column that is often written once for all its rows."""
        values, current = [], ""
        for value in self.cells(at):
            current = value if value != "" and not same_as_above(value) else current
            values.append(current)
        return values

    def streets(self):
        if self.columns["street"] is not None:
            return self.filled(self.columns["street"])
        node = self.stated(Level.STREET)
        return [node.name if node else ""] * len(self.data)

    def names(self):
        """What names the community: its column, the branch's name, or the head of the sheet."""
        at = self.columns["name"]
        if at is not None:
            once = (
                Level.STREET not in self.lead.levels
                and not self.lead.single
                and self.columns["code"] is None
            )
            return self.filled(at) if once else self.cells(at)
        if self.named_by_key:
            return [self.sheet.rows[row][self.naming] for row in self.data]
        node = None if self.columns["code"] is not None else self.stated(Level.COMMUNITY)
        return [node.name if node else ""] * len(self.data)

    def stated(self, level):
        """The unit of a level that the sheet's name or its head names: 填报单位：骅东街道."""
        texts = [self.sheet.name]
        for row in self.sheet.rows[: self.layout.top]:
            texts += [found for value in row for found in REPORTING.findall(raw_text(value))]
        for text in texts:
            found = self.register.named(text, (level,))
            if len(found) == 1:
                return found[0]
        inside = [node for node in self.register.nodes if node.within and node.level == level]
        return inside[0] if len(inside) == 1 else None

    def hosted(self, units):
        """An organisation whose own name tells no unit is hosted by the first community it covers."""
        place = next(
            (p for p in self.layout.places if p.target.section is self.lead and is_covers(p)), None
        )
        if place is None:
            return units
        return [self.host(unit, row, place.at) for unit, row in zip(units, self.data, strict=True)]

    def host(self, unit, row, at):
        if type(unit) is not UnitProblem:
            return unit
        found, _ = self.register.covered(self.sheet.rows[row][at])
        return self.register.by_id[found[0]] if found else unit

    def problem_column(self, problem):
        """Where a Problem stands."""
        found = self.columns.get(problem.column)
        return self.naming if found is None else found


def is_covers(place):
    return place.target.section is not None and place.target.name == place.target.section.covers


def same_as_above(value):
    return type(value) is str and squeezed_name(value) in SAME_AS_ABOVE
