from dataclasses import dataclass
from enum import Enum


class DraftFindingKind(Enum):
    """What is wrong with a number of a draft; the last is no alarm, only something a person may want to know."""

    DIFFERS = "与系统不符"
    UNIT = "单位可疑"
    ARITHMETIC = "算不对"
    CONFLICT = "前后矛盾"
    MASK = "没有填数"
    UNTRACED = "查不到出处"


@dataclass
class DraftFinding:
    """One number of a draft that a person should look at: where, what, why, what would be right and its rows."""

    kind: DraftFindingKind
    place: str
    text: str
    number: str
    reason: str
    right: str = ""
    href: str = ""

    @property
    def alarm(self):
        return self.kind != DraftFindingKind.UNTRACED
