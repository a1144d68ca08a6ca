"""One finding of an uploaded workbook as its page shows it, with the ways out that fit it."""

import re
from functools import cached_property

from surveys.difference import BLANK
from surveys.entry.cells import is_number, plain_number
from surveys.extras import round_section
from surveys.fields import YesNoField
from surveys.reading.result import FindingKind
from surveys.reading.workbook import letters
from surveys.workbook.masking import mask_number

CODE = re.compile(r"(?<!\d)\d{12}(?!\d)")
CELL = re.compile(r"([A-Z]+)(\d+)")
OUTSIDE = "不在本次上传的范围"


def section_read_as(round, name):
    """A section by its name in a reading, which may carry the sheet's: `workers@表2`."""
    return round_section(round, name.partition("@")[0])


def preview_text(section, name, value, units):
    """A value as people read it: 1,200; 是; a masked number; the communities covered."""
    field = section.field(name)
    if value in (*BLANK, ()):
        return ""
    if field.many_to_many:
        return "、".join(units[pk].name if pk in units else "其他单位" for pk in value)
    if is_number(field):
        whole, dot, rest = plain_number(value).partition(".")
        return f"{int(whole):,}{dot}{rest}"
    return ""


def letters_by_path(sheet):
    """{"section.field": letters} of a sheet as it was read."""
    labels = (
        {label: letters(at) for at, label in enumerate(sheet.columns) if label} if sheet else {}
    )
    return (
        {path: labels[label] for label, path in sheet.mapping.items() if label in labels}
        if sheet
        else {}
    )


class PreviewFinding:
    """One finding, with the ways out that fit it."""

    def __init__(self, finding, review):
        self.finding, self.review = finding, review
        self.place, self.reason, self.expected = finding.place, finding.reason, finding.expected
        found = CELL.fullmatch(finding.cell)
        self.letters, self.row = (found[1], int(found[2])) if found else ("", 0)
        self.sheet = review.sheets_by_name.get(finding.sheet)
        self.must = finding.kind in (FindingKind.ROW, FindingKind.FILE)
        self.at = 0

    @property
    def kind(self):
        return self.finding.kind

    @cached_property
    def section(self):
        """The section a finding is about, or None."""
        return (
            section_read_as(self.review.upload.round, self.finding.section)
            if self.finding.section
            else None
        )

    @cached_property
    def column(self):
        """The declared column a finding is about, or None."""
        columns = self.section.columns if self.section else ()
        return next((column for column in columns if column.name == self.finding.field), None)

    @cached_property
    def value(self):
        """What stands in the cell; telephone numbers only for who may correct them."""
        hide = self.column and self.column.personal and not self.review.may_edit
        return (
            mask_number(self.finding.value) if hide and self.finding.value else self.finding.value
        )

    @property
    def unit(self):
        """The name of the unit a finding is known to belong to."""
        node = self.review.units.get(self.finding.filing)
        return node.name if node else ""

    @property
    def in_data(self):
        return bool(self.sheet) and self.row > self.sheet.header

    @property
    def of_columns(self):
        """A whole column is in question: its meaning is confirmed, not its cells."""
        return self.must and not self.in_data

    @property
    def outside(self):
        """The row is another area's: nothing to decide but to leave it to them."""
        return self.asks_unit and OUTSIDE in self.reason

    @property
    def asks_unit(self):
        return self.must and self.in_data and self.finding.filing is None

    @property
    def suggested(self):
        """The units the reader named."""
        codes = CODE.findall(self.reason + self.expected)
        return [
            self.review.by_code[code]
            for code in dict.fromkeys(codes)
            if code in self.review.by_code
        ]

    @property
    def others(self):
        near = self.suggested
        return [node for node in self.review.choice if node not in near]

    @property
    def nameless(self):
        """Several people of one name: what tells them apart stands in a column of its own."""
        return self.must and self.in_data and bool(self.finding.field)

    @cached_property
    def value_place(self):
        """Where a value typed on the page goes; "" where none would help."""
        if not self.in_data:
            return ""
        at = self.letters
        if self.nameless:
            at = self.sheet_columns.get(f"{self.section.name}.{self.finding.field}", "")
        return f"{self.finding.sheet}!{at}{self.row}" if at else ""

    @cached_property
    def out_place(self):
        """The cell by which the row is left out."""
        at = self.letters
        if self.nameless:
            at = next(
                (at for path, at in self.sheet_columns.items() if path.startswith("unit.")), at
            )
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
