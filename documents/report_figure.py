"""One traced number: its value, its words, and where it comes from.

In a document a figure stands between marks (characters of Unicode's private area), so that whatever a template does
with it, each number in the finished text still says which figure it is. The marks are taken out at the end.
"""

import re
from dataclasses import dataclass

from documents.wording import quantity_text

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
MARK = re.compile(f"{OPEN}([^{OPEN}{MIDDLE}{CLOSE}]*){MIDDLE}([^{OPEN}{CLOSE}]*){CLOSE}")


@dataclass(frozen=True)
class ReportFigure:
    """A number, a date or a name with a number in it, as a document gives it.

    `key` is how templates call it (总户数); `value` a float, a text, or None where unknown. `counted` is how many
    units it was counted over, `missing` how many of them have not said it, `of` the word for those units (社区).
    `digits` is to how many decimals it is said. `source` groups figures counted from the same rows: what they lack is
    said once. `href` leads to the rows.
    """

    key: str
    label: str
    value: float | str | None
    unit: str = ""
    definition: str = ""
    query: str = ""
    href: str = ""
    counted: int | None = None
    missing: int = 0
    source: str = ""
    of: str = "社区"
    digits: int = 2

    def __post_init__(self):
        """Rows are added up in any order, which shows in the last decimals of a sum: nothing is meant by that."""
        if isinstance(self.value, float):
            object.__setattr__(self, "value", round(self.value, 6))

    def __bool__(self):
        return bool(self.value)

    def __str__(self):
        return self.marked(self.words)

    @property
    def known(self):
        return self.value is not None

    @property
    def words(self):
        """The value with its unit, as officials write it."""
        return quantity_text(self.value, self.unit, self.digits)

    def marked(self, words):
        """Some wording of this figure that can be traced back to it."""
        return f"{OPEN}{self.key}{MIDDLE}{words}{CLOSE}"

    @property
    def note(self):
        """What must be said beside it where units are missing; "" where all have said it."""
        if not self.missing:
            return ""
        every = "均未填报" if self.value is None else "未填报，未计入"
        return self.marked(f"（{self.missing:,}个{self.of}{every}）")


def without_marks(text):
    """The text as people read it."""
    return MARK.sub(r"\2", text)


def figure_keys(text):
    """The keys of the figures in a text, in their order."""
    return [key for key, _ in MARK.findall(text)]
