"""What reading a workbook yields: rows for sections, and everything that was found on the way."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum

from surveys.sections import Section


def no_progress(message, done=0, total=0):
    """Do nothing: nobody watches the reading. A job gives its `surveys.jobs.Tick` instead."""


class FindingKind(StrEnum):
    """How much a finding weighs."""

    FILE = "file"  # nothing can be read: wrong type, damaged, too large
    ROW = "row"  # the row waits for a decision; nothing is applied until it is made or the row left out
    CELL = "cell"  # the cell stays blank, a question is pinned to it; the rest of the row is taken
    CHECK = "check"  # stored, but values disagree with each other; a question is pinned
    NOTE = "note"  # worth knowing, nothing to do (identical copy dropped, blank cell, total that differs)


@dataclass
class Finding:
    """One thing found, at one cell: where, what, why, and what would be right."""

    kind: FindingKind
    reason: str
    expected: str = ""
    sheet: str = ""
    cell: str = ""
    value: str = ""
    section: str = ""
    field: str = ""
    key: str = ""
    filing: int | None = None

    @property
    def place(self):
        """How decisions name the cell: `社区基本情况!C22`."""
        return f"{self.sheet}!{self.cell}"

    def as_dict(self):
        filled = {}
        for name, value in asdict(self).items():
            if value not in ("", None):
                filled[name] = value
        return filled


@dataclass
class Incoming:
    """The rows one workbook brings for one section, read and typed, keys included.

    `rows[i]` is `(filing_id, *values)` with values in the order of `names`; `places[i]` is (sheet,
    row number). A field the file does not carry is not in `names` and will not be touched. A
    many-to-many `covers` value is a tuple of filing ids.
    """

    section: Section
    names: tuple[str, ...]
    rows: list[tuple] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class SheetReading:
    """How one sheet was understood: header row (1-based) and, per joined label,
    the "section.field" it was taken for.

    `columns` are the joined labels of all columns from A on, "" where one has none;
    `samples` the first values of each.
    """

    name: str
    header: int = 0
    rows: int = 0
    mapping: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    signature: str = ""
    samples: tuple[str, ...] = ()


@dataclass
class Reading:
    """A whole workbook, understood; `ours` is our own template,
    where an emptied cell clears what was stored.
    """

    sheets: list[SheetReading] = field(default_factory=list)
    incoming: dict[str, Incoming] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    ours: bool = False

    @property
    def undecided(self):
        """Findings that stop the workbook from being applied."""
        blocking = []
        for finding in self.findings:
            if finding.kind in (FindingKind.ROW, FindingKind.FILE):
                blocking.append(finding)
        return blocking
