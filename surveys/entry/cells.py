"""One cell of a form: from the text typed in it to a value of the model and back.

The workbook's converters read both. A cell is named `row.field`; a row is the record's id, `one` in
a section with one record, or `new1`, `new2`, …
"""

from decimal import Decimal
from functools import cached_property

from communities.models import Level
from surveys.difference import value_label
from surveys.fields import AmountField, CountField, YesNoField
from surveys.models import Filing
from surveys.reading.cells import blank_of, cell_converter, read_raw_cell
from surveys.reading.questions import CellQuestion
from surveys.reading.units import Register, register_entry
from surveys.workbook.masking import mask_number, same_masked

SINGLE_ROW, NEW_ROW = "one", "new"
NOT_APPLICABLE, NOT_KNOWN = "不适用", "不详"
WHY_BLANK = {
    **dict.fromkeys([NOT_APPLICABLE, "N/A", "n/a"], NOT_APPLICABLE),
    **dict.fromkeys([NOT_KNOWN, "未知", "不清楚", "不知道"], NOT_KNOWN),
}


def cell_name(row, field):
    return f"{row}.{field}"


def is_number(field):
    return isinstance(field, CountField | AmountField)


def plain_number(value):
    """A number as it is typed: 82.5, 1200; no commas, no empty decimals."""
    text = f"{Decimal(value):f}"
    if "." in text:
        return text.rstrip("0").rstrip(".")
    return text


class SectionCells:
    """The cells of one section of one filing."""

    def __init__(self, section, filing):
        self.section, self.filing = section, filing
        self.columns = {column.name: column for column in section.own_columns}
        self.readers = {}

    def read(self, name, text, stored=None):
        """(value, why it is blank or ""); `stored` is what a mask stands for.

        Raises CellQuestion with a sentence where the text cannot be read.
        """
        field, column = self.section.field(name), self.columns[name]
        text = text.strip()
        if text in WHY_BLANK and name not in self.section.key:
            return blank_of(field), WHY_BLANK[text]
        if text == "":
            return self.blank(field), ""
        if column.personal and "*" in text:
            return self.unmasked(column, text, stored), ""
        value = read_raw_cell(self.reader(name), text)
        if type(value) is CellQuestion:
            raise value
        if value is None:
            value = blank_of(field)
        return value, ""

    def blank(self, field):
        """The value of an empty cell; an empty key takes its default, as in a workbook: 办公用房."""
        if field.name in self.section.key and field.has_default():
            return field.get_default()
        return blank_of(field)

    def unmasked(self, column, text, stored):
        """A mask typed back means the number it hides."""
        if same_masked(text, stored):
            return stored
        raise CellQuestion(f"{self.section.label_of(column.name)}带有 *", "填写完整号码。")

    def reader(self, name):
        if name not in self.readers:
            is_coverage = name == self.section.covers
            self.readers[name] = self.covered if is_coverage else self.converter(name)
        return self.readers[name]

    def converter(self, name):
        return cell_converter(
            self.columns[name], self.section.field(name), year=self.filing.round.year
        )

    def covered(self, text):
        """覆盖社区 as ids of filings."""
        own = self.near.by_id.get(self.filing.pk)
        street = None
        if own:
            street = self.near.above(own, Level.STREET)
        found, unknown = self.near.covered(text, street)
        if unknown:
            names = "、".join(unknown)[:60]
            raise CellQuestion(f"名单里没有：{names}", "写社区全名，用顿号隔开。")
        return tuple(found)

    @cached_property
    def near(self):
        """The communities and streets of one district, or else one city, findable by name."""
        filing = self.filing
        filings = Filing.objects.filter(round=filing.round_id)
        if filing.district_id:
            filings = filings.filter(district=filing.district_id)
        elif filing.city_id:
            filings = filings.filter(city=filing.city_id)
        rows = filings.order_by().values_list("pk", "name", "code", "level", "path", "status")
        return Register([register_entry(row, "") for row in rows])

    def show(self, name, value):
        """A stored value as the field shows it and as it could be typed."""
        if value in (None, "", ()):
            return ""
        field = self.section.field(name)
        if is_number(field):
            return plain_number(value)
        if self.columns[name].personal:
            return mask_number(value)
        return value_label(field, value)

    def options(self, name):
        """The words a choice offers, or () where one types."""
        field = self.section.field(name)
        if isinstance(field, YesNoField):
            words = ("是", "否")
        else:
            words = tuple(str(label) for _, label in field.choices or ())
        if not words or name in self.section.key:
            return words
        return (*words, NOT_APPLICABLE, NOT_KNOWN)
