"""What a table is, before anybody decides whether it becomes a page or a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple

from accounts.roles import Role
from surveys.models import Filing
from surveys.workbook.cells import text_width
from surveys.workbook.masking import mask_name, mask_number

WIDEST, NARROWEST = 24, 11


class ColumnKind(StrEnum):
    """What stands in a column: it decides the side, the number format, and who may read it."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"  # one decimal: minutes, averages
    MONEY = "money"
    AREA = "area"
    PERCENT = "percent"  # a share, 0 to 1
    NAME = "name"  # of a person
    PHONE = "phone"

    @property
    def numeric(self):
        return self in (
            ColumnKind.COUNT,
            ColumnKind.NUMBER,
            ColumnKind.MONEY,
            ColumnKind.AREA,
            ColumnKind.PERCENT,
        )


MASKS = {ColumnKind.NAME: mask_name, ColumnKind.PHONE: mask_number}


@dataclass(frozen=True)
class TableColumn:
    """One column: `groups` are the headings above its label, from the top.

    `width` is in digits, by the label where 0.
    """

    label: str
    unit: str = ""
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 0
    groups: tuple[str, ...] = ()

    @property
    def wide(self):
        """How wide it stands on paper, in digits; a Chinese character takes two."""
        if self.width:
            return self.width
        least = NARROWEST
        if self.kind in (ColumnKind.MONEY, ColumnKind.TEXT):
            least += 3
        # A long label breaks over the lines of the head.
        widest = least + 2 if self.kind.numeric else WIDEST
        return min(max(text_width(self.label) + 2, least), widest)


class Partial(NamedTuple):
    """A sum or a mean without the `missing` units, which have not said theirs."""

    value: float | None
    missing: int


class TableRow(NamedTuple):
    """One line. None in a column of numbers is unknown, "" has nothing to say there.

    `href` is where the first cell leads; `links` are where the others lead on a page, in their
    order, none where there is nothing below them. Where the rows are measures and the columns units
    or rounds, a row says its own `kind` of numbers.
    """

    cells: Sequence
    rank: str = ""  # "", or "sub" for a subtotal, "sum" for the total
    href: str = ""
    kind: ColumnKind | None = None
    links: Sequence[str] = ()

    def kinds(self, columns):
        """What stands in each of its cells."""
        kinds = [column.kind for column in columns]
        if self.kind is None:
            return kinds
        return [self.kind if kind.numeric else kind for kind in kinds]


class DataRange(Enum):
    """Which filings a table was made from; it is always said."""

    ALL = "全部数据（含填报中、未审定）"
    APPROVED = "仅已审定数据"


@dataclass
class Table:
    """A table about an area.

    `rows` may be a generator: a file of a whole city is written as it is read. `signed` adds the
    line for the people who answer for the figures; `fixed` columns stay in sight; `unknown` is what
    an unknown number is called.
    """

    title: str
    columns: Sequence[TableColumn]
    rows: Iterable[TableRow]
    area: Filing
    reading: DataRange | None = DataRange.ALL
    notes: Sequence[str] = ()
    signed: bool = False
    fixed: int = 1
    unknown: str = "缺数"

    @property
    def personal(self):
        """Whether it names people or says how to call them."""
        return any(column.kind in MASKS for column in self.columns)

    @property
    def subtitle(self):
        """What an official table says below its title: who reports, as of when, from what."""
        day = self.area.round.reference_date
        parts = [
            f"填报单位：{self.area.name}",
            f"统计时点：{day.year} 年 {day.month} 月 {day.day} 日",
        ]
        if self.reading:
            parts.append(f"数据范围：{self.reading.value}")
        return parts

    def read_by(self, user):
        """The rows as this person may read them: outsiders see people masked."""
        if sees_persons(user, self.area.path) or not self.masks:
            yield from self.rows
            return
        masks = self.masks
        for row in self.rows:
            yield row._replace(cells=mask_cells(row.cells, masks))

    @property
    def masks(self):
        """{position of a column: function that masks its values}"""
        masks = {}
        for at, column in enumerate(self.columns):
            if column.kind in MASKS:
                masks[at] = MASKS[column.kind]
        return masks


def mask_cells(cells, masks):
    masked = list(cells)
    for at, mask in masks.items():
        if masked[at]:
            masked[at] = mask(masked[at])
    return masked


def sees_persons(user, path):
    """Whether the person fills in or reviews what lies at this path,
    and so works with the people named there.
    """
    areas = [*user.paths(role=Role.CLERK), *user.paths(role=Role.REVIEWER)]
    return any(path.startswith(area) for area in areas)
