"""From the rows of one sheet to records of a section: the columns that make one record out of each row."""

from dataclasses import dataclass, field
from functools import cached_property

from surveys.reading.cells import blank_of, cell_converter, read_column
from surveys.sections import Section


@dataclass(eq=False)
class RecordGroup:
    """The columns of a sheet that make one record per row: a section, or one wide column of it.

    `columns` holds the values read, `raw` what stands in the cells, `questions` {column: {position: Question}};
    positions count the sheet's data rows.
    """

    section: Section
    fixed: dict
    places: list
    names: tuple = ()
    columns: dict = field(default_factory=dict)
    questions: dict = field(default_factory=dict)
    raw: dict = field(default_factory=dict)

    def place(self, name):
        return next((place for place in self.places if place.target.name == name), None)

    @property
    def stored(self):
        """Places whose values are kept; derived ones only serve the checks."""
        return [place for place in self.places if not place.target.column.derived]

    @property
    def key_names(self):
        """The columns that tell records of one filing apart."""
        section = self.section
        return (*section.key, section.tiebreak) if section.tiebreak in self.columns else section.key

    @cached_property
    def filled(self):
        """Positions where something is said for this group, be it in one cell; a note alone says nothing."""
        raw = zip(*(values for name, values in self.raw.items() if name != "note"), strict=True)
        return [at for at, cells in enumerate(raw) if cells.count("") < len(cells)]

    @cached_property
    def records(self):
        """Each row as a mapping, derived values among them, completed where the section infers."""
        names = tuple(dict.fromkeys((*self.names, *self.columns)))
        rows = [
            dict(zip(names, row, strict=True))
            for row in zip(*map(self.columns.get, names), strict=True)
        ]
        for row in rows if self.section.fill else ():
            self.section.fill(row)
        return rows

    @cached_property
    def rows(self):
        """Each row's stored values, in the order of `names`."""
        if not self.section.fill:
            return list(zip(*map(self.columns.get, self.names), strict=True))
        added = dict.fromkeys(name for record in self.records for name in record)
        self.names += tuple(
            name for name in added if name not in self.names and name not in self.columns
        )
        return [tuple(map(record.get, self.names)) for record in self.records]

    def key_text(self, at):
        """The record's key as people read it."""
        texts = []
        for name in self.section.key:
            value = self.columns[name][at]
            texts.append(str(dict(self.section.field(name).choices or ()).get(value, value)))
        return "·".join(texts)

    def convert(self, sheet, data, year, covers):
        """Read the columns over the data rows; `covers` reads a list of communities."""
        for place in self.places:
            name = place.target.name
            self.raw[name] = [sheet.rows[at][place.at] for at in data]
            reader = covers if name == self.section.covers else self.column_reader(place, year)
            self.columns[name], questions = reader(self.raw[name])
            self.questions[name] = dict(questions)
        for name in self.section.key:
            self.complete_key(name, len(data))
        order = [column.name for column in self.section.columns]
        kept = {place.target.name for place in self.stored} | set(self.section.key)
        self.names = tuple(sorted(kept, key=order.index))

    def column_reader(self, place, year):
        column = place.target.column
        model_field = None if column.derived else self.section.field(column.name)
        one = cell_converter(column, model_field, year=year, scale=place.scale)
        return lambda raw: read_column(raw, one, blank_of(model_field))

    def complete_key(self, name, count):
        """A key column the sheet lacks or leaves blank takes its fixed or default value."""
        model_field = self.section.field(name)
        default = model_field.get_default() if model_field.has_default() else ""
        if name in self.fixed:
            self.columns[name] = [self.fixed[name]] * count
        elif name not in self.columns:
            self.columns[name] = [default] * count
        elif default:
            asked = self.questions.get(name, {})
            self.columns[name] = [
                value or ("" if at in asked else default)
                for at, value in enumerate(self.columns[name])
            ]


def groups_of(layout):
    """The groups of a layout in the order of their columns."""
    groups = {}
    for place in layout.places:
        target = place.target
        if target.section:
            groups.setdefault(
                target.group, RecordGroup(target.section, dict(target.column.fixed), [])
            ).places.append(place)
    return list(groups.values())


def is_key(place):
    return place.target.section is not None and place.target.name in place.target.section.key
