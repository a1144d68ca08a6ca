"""One finding of an uploaded workbook as its page shows it, with the ways out that fit it."""

import re
from functools import cached_property

from surveys.difference import BLANK
from surveys.entry.cells import is_number, plain_number
from surveys.extras import round_section
from surveys.fields import YesNoField
from surveys.reading.result import FindingKind
from surveys.reading.workbook import column_letters
from surveys.workbook.masking import mask_number

CODE = re.compile(r"(?<!\d)\d{12}(?!\d)")
CELL = re.compile(r"([A-Z]+)(\d+)")
OUTSIDE = "不在本次上传的范围"


def section_read_as(round, name):
    """The section a reading names; the name may carry the sheet's: `workers@表2`."""
    return round_section(round, name.partition("@")[0])


def preview_text(section, name, value, units):
    """A number or the communities covered, as people read them; "" for any other value."""
    field = section.field(name)
    if value in (*BLANK, ()):
        return ""
    if field.many_to_many:
        return coverage_text(value, units)
    if is_number(field):
        whole, dot, rest = plain_number(value).partition(".")
        return f"{int(whole):,}{dot}{rest}"
    return ""


def coverage_text(filings, units):
    """The names of the communities covered; those out of the area are not named."""
    names = []
    for pk in filings:
        names.append(units[pk].name if pk in units else "其他单位")
    return "、".join(names)


def letters_by_path(sheet):
    """{"section.field": letters} of a sheet as it was read; {} where there is no sheet."""
    if not sheet:
        return {}
    letters_by_label = {}
    for at, label in enumerate(sheet.columns):
        if label:
            letters_by_label[label] = column_letters(at)
    found = {}
    for label, path in sheet.mapping.items():
        if label in letters_by_label:
            found[path] = letters_by_label[label]
    return found


class PreviewFinding:
    """One finding of the upload's `preview`, with the ways out that fit it."""

    def __init__(self, finding, preview):
        self.finding, self.preview = finding, preview
        self.place, self.reason, self.expected = finding.place, finding.reason, finding.expected
        self.letters, self.row = "", 0
        cell = CELL.fullmatch(finding.cell)
        if cell:
            self.letters, self.row = cell[1], int(cell[2])
        self.sheet = preview.sheets_by_name.get(finding.sheet)
        self.must = finding.kind in (FindingKind.ROW, FindingKind.FILE)
        self.at = 0

    @property
    def kind(self):
        return self.finding.kind

    @cached_property
    def section(self):
        """The section a finding is about, or None."""
        if not self.finding.section:
            return None
        return section_read_as(self.preview.upload.round, self.finding.section)

    @cached_property
    def column(self):
        """The declared column a finding is about, or None."""
        if not self.section:
            return None
        for column in self.section.columns:
            if column.name == self.finding.field:
                return column
        return None

    @cached_property
    def value(self):
        """What stands in the cell; telephone numbers only for who may correct them."""
        value = self.finding.value
        is_hidden = self.column and self.column.personal and not self.preview.may_edit
        if is_hidden and value:
            return mask_number(value)
        return value

    @property
    def unit(self):
        """The name of the unit a finding is known to belong to."""
        return self.preview.unit_name(self.finding.filing)

    @property
    def in_data(self):
        """Whether the finding lies in a row of data, below the sheet's header."""
        return bool(self.sheet) and self.row > self.sheet.header

    @property
    def of_columns(self):
        """Whether a whole column is in question: its meaning is confirmed, not its cells."""
        return self.must and not self.in_data

    @property
    def outside(self):
        """Whether the row is another area's: nothing to decide but to leave it to them."""
        return self.asks_unit and OUTSIDE in self.reason

    @property
    def asks_unit(self):
        """Whether it must be decided which unit the row belongs to."""
        return self.must and self.in_data and self.finding.filing is None

    @property
    def suggested(self):
        """The units the reader named, each once."""
        by_code = self.preview.by_code
        codes = CODE.findall(self.reason + self.expected)
        near = []
        for code in dict.fromkeys(codes):
            if code in by_code:
                near.append(by_code[code])
        return near

    @property
    def others(self):
        """The units to choose from that the reader did not name."""
        near = self.suggested
        return [node for node in self.preview.choice if node not in near]

    @property
    def nameless(self):
        """Whether several people bear one name: what tells them apart stands in its own column."""
        return self.must and self.in_data and bool(self.finding.field)

    @cached_property
    def value_place(self):
        """The cell a value typed on the page goes to; "" where none would help."""
        if not self.in_data:
            return ""
        at = self.letters
        if self.nameless:
            at = self.sheet_columns.get(f"{self.section.name}.{self.finding.field}", "")
        if at:
            return f"{self.finding.sheet}!{at}{self.row}"
        return ""

    @cached_property
    def out_place(self):
        """The cell by which the row is left out: that of its unit where people are nameless."""
        at = self.letters
        if self.nameless:
            units = [at for path, at in self.sheet_columns.items() if path.startswith("unit.")]
            at = next(iter(units), at)
        return f"{self.finding.sheet}!{at}{self.row}"

    @property
    def sheet_columns(self):
        return letters_by_path(self.sheet)

    @property
    def options(self):
        """The words a closed list accepts."""
        if self.column is None or self.column.derived or self.nameless:
            return []
        field = self.section.field(self.column.name)
        if isinstance(field, YesNoField):
            return ["是", "否"]
        return [str(label) for _, label in field.choices or ()]
