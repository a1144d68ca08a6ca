"""From the rows of one sheet to records of a section:
the columns that make one record out of each row.
"""

from dataclasses import dataclass, field
from functools import cached_property

from surveys.reading.cells import blank_of, cell_converter, read_column
from surveys.sections import Section


@dataclass(eq=False)
class RecordGroup:
    """The columns of a sheet that make one record per row: a section, or one wide column of it.

    `read_names` are the fields whose values are kept as they were read. `values` holds the values
    read by field, `raw` what stands in the cells, `questions` {field: {position: CellQuestion}};
    positions count the sheet's data rows.
    """

    section: Section
    fixed: dict
    sheet_columns: list
    read_names: tuple = ()
    values: dict = field(default_factory=dict)
    questions: dict = field(default_factory=dict)
    raw: dict = field(default_factory=dict)

    def sheet_column(self, name):
        """The column of the sheet that holds a field, or None."""
        return next((column for column in self.sheet_columns if column.target.name == name), None)

    @property
    def stored_columns(self):
        """Columns whose values are kept; derived ones only serve the checks."""
        return [column for column in self.sheet_columns if not column.target.column.derived]

    @property
    def key_names(self):
        """The fields that tell records of one filing apart."""
        section = self.section
        if section.tiebreak in self.values:
            return (*section.key, section.tiebreak)
        return section.key

    @cached_property
    def filled(self):
        """Positions where something is said for this group, be it in one cell;
        a note alone says nothing.
        """
        columns = []
        for name, raw in self.raw.items():
            if name != "note":
                columns.append(raw)
        rows = zip(*columns, strict=True)
        return [at for at, cells in enumerate(rows) if cells.count("") < len(cells)]

    @cached_property
    def records(self):
        """Each row as a mapping, derived values among them, completed where the section infers."""
        names = tuple(dict.fromkeys((*self.read_names, *self.values)))
        columns = [self.values[name] for name in names]
        rows = zip(*columns, strict=True)
        records = [dict(zip(names, row, strict=True)) for row in rows]
        if self.section.fill:
            for record in records:
                self.section.fill(record)
        return records

    @cached_property
    def names(self):
        """The fields of a stored row: those read, then those that the section infers from them."""
        if not self.section.fill:
            return self.read_names
        every = {}
        for record in self.records:
            every.update(record)
        inferred = [name for name in every if name not in self.values]
        return (*self.read_names, *inferred)

    @cached_property
    def rows(self):
        """Each row's stored values, in the order of `names`."""
        names = self.names
        if self.section.fill:
            return [tuple(map(record.get, names)) for record in self.records]
        columns = [self.values[name] for name in names]
        return list(zip(*columns, strict=True))

    def key_text(self, at):
        """The record's key as people read it."""
        texts = []
        for name in self.section.key:
            value = self.values[name][at]
            labels = dict(self.section.field(name).choices or ())
            texts.append(str(labels.get(value, value)))
        return "·".join(texts)

    def convert(self, sheet, data, year, read_covers):
        """Read the columns over the data rows; `read_covers` reads a list of communities."""
        for sheet_column in self.sheet_columns:
            name = sheet_column.target.name
            raw = [sheet.rows[at][sheet_column.at] for at in data]
            if name == self.section.covers:
                values, questions = read_covers(raw)
            else:
                values, questions = read_sheet_column(self.section, sheet_column, raw, year)
            self.raw[name], self.values[name] = raw, values
            self.questions[name] = dict(questions)
        for name in self.section.key:
            self.complete_key(name, len(data))
        order = [column.name for column in self.section.columns]
        kept = {column.target.name for column in self.stored_columns}
        kept.update(self.section.key)
        self.read_names = tuple(sorted(kept, key=order.index))

    def complete_key(self, name, count):
        """A key column the sheet lacks or leaves blank takes its fixed or default value."""
        model_field = self.section.field(name)
        default = model_field.get_default() if model_field.has_default() else ""
        if name in self.fixed:
            self.values[name] = [self.fixed[name]] * count
        elif name not in self.values:
            self.values[name] = [default] * count
        elif default:
            self.values[name] = self.with_default(name, default)

    def with_default(self, name, default):
        """The values of a column, its blank cells given the default;
        a cell in question stays blank.
        """
        asked = self.questions.get(name, {})
        values = []
        for at, value in enumerate(self.values[name]):
            if value:
                values.append(value)
            else:
                values.append("" if at in asked else default)
        return values


def read_sheet_column(section, sheet_column, raw, year):
    """The values of a column, and its questions as (position, CellQuestion)."""
    column = sheet_column.target.column
    model_field = None if column.derived else section.field(column.name)
    read_cell = cell_converter(column, model_field, year=year, scale=sheet_column.scale)
    return read_column(raw, read_cell, blank_of(model_field))


def groups_of(layout):
    """The groups of a layout in the order of their columns."""
    groups = {}
    for sheet_column in layout.columns:
        target = sheet_column.target
        if target.section is None:
            continue
        if target.group not in groups:
            groups[target.group] = RecordGroup(target.section, dict(target.column.fixed), [])
        groups[target.group].sheet_columns.append(sheet_column)
    return list(groups.values())


def is_key(sheet_column):
    target = sheet_column.target
    return target.section is not None and target.name in target.section.key
