"""How our own template is recognised again: one short text in a cell,
which every office program keeps.
"""

import re
from dataclasses import dataclass
from itertools import chain

COVER = "说明"
LISTS = "字典"
VERSION = 1
PATTERN = re.compile(r"版式标记 (\d+)/([^/]*)/(\d*)")


@dataclass(frozen=True)
class Marker:
    """What a template says of itself: layout version, period of the round, code of the unit."""

    version: int
    period: str
    code: str

    def __str__(self):
        return f"版式标记 {self.version}/{self.period}/{self.code}"


def marker_for(round, unit):
    return Marker(VERSION, round.period, unit.code or "")


def find_marker(sheets):
    """The marker in `sheets` ({sheet name: rows of values}; the cover and the lists suffice),
    or None.
    """
    rows = [*sheets.get(COVER, ()), *sheets.get(LISTS, ())]
    for value in chain.from_iterable(rows):
        found = PATTERN.fullmatch(value.strip()) if isinstance(value, str) else None
        if found:
            version, period, code = found.groups()
            return Marker(int(version), period, code)
    return None


def is_ours(sheets):
    """Whether these sheets come from `write_workbook`;
    then only the cover and the lists are no data.
    """
    return find_marker(sheets) is not None
